#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/base/result.h"

struct cJSON;

// Reading and writing JSON from and for strangers. What RFC 8259 leaves open is closed here:
// integers are exact or refused, a name stands once in an object, texts are UTF-8 without NUL.
namespace counterfoil::json {

// The largest integer that every JSON reader holds exactly; no number of ours is larger.
inline constexpr std::int64_t kMaxInteger = 1LL << 53;

struct Limits {
    std::size_t max_bytes = 64 * 1024;
    int max_depth = 32;
};

// Whether the text is one JSON value that we accept, in one pass and without memory, but for names
// that stand twice: parse() finds those.
base::Status check(std::string_view text, const Limits& limits = {});

// One value of a Document, which holds them in the order of the text: what is within a value
// follows it.
struct Node {
    enum class Kind : std::uint8_t { null, boolean, integer, number, text, array, object };
    Kind kind = Kind::null;
    bool has_next = false;    // in the same array or object
    std::uint32_t nodes = 1;  // this one and all within it
    std::int64_t integer = 0;
    std::string_view name;
    std::string_view text;  // of a number that is no integer, its digits
};

// A place in a Document, which must outlive it.
class Value {
  public:
    explicit Value(const Node* node) : node_(node) {}

    bool is_null() const { return node_->kind == Node::Kind::null; }
    bool is_object() const { return node_->kind == Node::Kind::object; }
    bool is_array() const { return node_->kind == Node::Kind::array; }

    // Empty where the value is of another kind, or the number not a whole one.
    std::optional<std::string_view> text() const;
    std::optional<std::int64_t> integer() const;
    std::optional<bool> boolean() const;

    // A member of an object; empty where there is none, or this is no object.
    std::optional<Value> find(std::string_view name) const;

    // A member that must be there and of its kind; otherwise malformed, in a sentence that names
    // it.
    base::Result<std::string_view> text(std::string_view name) const;
    base::Result<std::int64_t> integer(std::string_view name) const;
    base::Result<Value> object(std::string_view name) const;
    base::Result<Value> array(std::string_view name) const;

    // Walks an array's or object's values; for (auto v = a.first(); v; v = v->next()).
    std::optional<Value> first() const;
    std::optional<Value> next() const;
    // The name under which the value stands in its object.
    std::string_view name() const { return node_->name; }

  private:
    friend class Object;
    const Node* node_;
};

// A parsed text, read in one pass. It holds its own copy of all it needs.
class Document {
  public:
    static base::Result<Document> parse(std::string_view text, const Limits& limits = {});
    Document(Document&&) noexcept = default;
    Document& operator=(Document&&) noexcept = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    Value root() const { return Value(nodes_.data()); }

  private:
    Document(std::vector<char> text, std::vector<Node> nodes)
        : text_(std::move(text)), nodes_(std::move(nodes)) {}

    std::vector<char> text_;  // texts and names point into it, their escapes undone
    std::vector<Node> nodes_;
};

struct TreeDeleter {
    void operator()(cJSON* tree) const;
};
using Tree = std::unique_ptr<cJSON, TreeDeleter>;

class Object;

// Builds an array. See Object.
class Array {
  public:
    Array();

    Array& add(std::string_view value);
    Array& add(std::int64_t value);
    Array& add(Object value);

  private:
    friend class Object;
    Tree tree_;
};

// Builds an object; members are written in the order they were set. The names are the caller's own;
// a value that cannot be written (a text that is not UTF-8, an integer over kMaxInteger) turns the
// whole into an error, which write() returns.
class Object {
  public:
    Object();

    Object& set(std::string_view name, std::string_view value);
    Object& set(std::string_view name, const char* value) {
        return set(name, std::string_view(value));
    }
    Object& set(std::string_view name, const std::string& value) {
        return set(name, std::string_view(value));
    }
    Object& set(std::string_view name, std::int64_t value);
    Object& set_flag(std::string_view name, bool value);
    Object& set(std::string_view name, Object value);
    Object& set(std::string_view name, Array value);
    // A copy of what was parsed.
    Object& set(std::string_view name, const Value& value);
    Object& set_null(std::string_view name);

    // One line, no spaces.
    base::Result<std::string> write() const;

  private:
    friend class Array;
    Object& put(std::string_view name, Tree value);

    Tree tree_;
};

}  // namespace counterfoil::json
