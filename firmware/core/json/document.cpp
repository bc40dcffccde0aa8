#include <algorithm>
#include <cmath>
#include <cstring>

#include "firmware/core/json/scanner.h"

namespace counterfoil::json {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using Kind = Node::Kind;

namespace {

Error missing(std::string_view name, std::string_view kind) {
    return Error(Code::malformed,
                 "\"" + std::string(name) + "\" is missing or is not " + std::string(kind));
}

// Writes the point in UTF-8 and returns how many bytes that took: never more than its escape had.
std::size_t put_point(std::uint32_t point, char* to) {
    const auto put = [to](std::size_t at, std::uint32_t byte) { to[at] = static_cast<char>(byte); };
    if (point < 0x80) {
        put(0, point);
        return 1;
    }
    if (point < 0x800) {
        put(0, 0xc0 | (point >> 6));
        put(1, 0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        put(0, 0xe0 | (point >> 12));
        put(1, 0x80 | ((point >> 6) & 0x3f));
        put(2, 0x80 | (point & 0x3f));
        return 3;
    }
    put(0, 0xf0 | (point >> 18));
    put(1, 0x80 | ((point >> 12) & 0x3f));
    put(2, 0x80 | ((point >> 6) & 0x3f));
    put(3, 0x80 | (point & 0x3f));
    return 4;
}

// Undoes the escapes of a text that was found well-formed, in its own place; returns its new
// length.
std::size_t undo_escapes(char* text, std::size_t size) {
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    std::size_t to = 0;
    for (std::size_t from = 0; from < size;) {
        if (text[from] != '\\') {
            text[to++] = text[from++];
            continue;
        }
        const std::size_t known = kShortEscapes.find(text[from + 1]);
        if (known != std::string_view::npos) {
            text[to++] = kMeant[known];
            from += 2;
            continue;
        }
        const auto unit = [&] {
            const int found = code_unit({text + from, size - from});
            from += 6;
            return static_cast<std::uint32_t>(found);
        };
        std::uint32_t point = unit();
        if (point >= 0xd800 && point <= 0xdbff)
            point = 0x10000 + ((point - 0xd800) << 10) + (unit() - 0xdc00);
        to += put_point(point, text + to);
    }
    return to;
}

// Takes down what a scanner passes in a text that is its own.
class Builder {
  public:
    explicit Builder(std::vector<char>& text) : text_(text) {}

    void open(bool is_object) {
        const std::size_t at = nodes_.size();
        add(is_object ? Kind::object : Kind::array);
        open_.push_back({at, kNone});
    }
    void close() {
        const std::size_t at = open_.back().at;
        nodes_[at].nodes = static_cast<std::uint32_t>(nodes_.size() - at);
        open_.pop_back();
    }
    void name(std::string_view raw, bool escaped) { name_ = meant(raw, escaped); }
    void text(std::string_view raw, bool escaped) { add(Kind::text).text = meant(raw, escaped); }
    void word(std::string_view word) {
        if (word == "null") return static_cast<void>(add(Kind::null));
        add(Kind::boolean).integer = word == "true" ? 1 : 0;
    }
    void integer(std::int64_t value) { add(Kind::integer).integer = value; }
    void number(std::string_view digits) { add(Kind::number).text = digits; }

    std::vector<Node> take() { return std::move(nodes_); }

  private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    struct Open {
        std::size_t at;
        std::size_t last;  // within it
    };

    Node& add(Kind kind) {
        if (!open_.empty()) {
            std::size_t& last = open_.back().last;
            if (last != kNone) nodes_[last].has_next = true;
            last = nodes_.size();
        }
        Node& node = nodes_.emplace_back();
        node.kind = kind;
        node.name = std::exchange(name_, {});
        return node;
    }

    // The scanner has passed it, so that its place can be written to.
    std::string_view meant(std::string_view raw, bool escaped) {
        if (!escaped) return raw;
        char* const place = text_.data() + (raw.data() - text_.data());
        return {place, undo_escapes(place, raw.size())};
    }

    std::vector<char>& text_;
    std::vector<Node> nodes_;
    std::vector<Open> open_;
    std::string_view name_;
};

// The name that stands twice in the object; what it has is few names, nearly always.
std::optional<std::string_view> repeated_name(const Node& object,
                                              std::vector<std::string_view>& names) {
    constexpr std::size_t kFew = 16;
    names.clear();
    const Node* child = &object + 1;
    for (bool more = object.nodes > 1; more; more = child->has_next, child += child->nodes)
        names.push_back(child->name);
    if (names.size() > kFew) {
        std::ranges::sort(names);
        const auto twice = std::ranges::adjacent_find(names);
        return twice == names.end() ? std::nullopt : std::optional(*twice);
    }
    for (std::size_t i = 1; i < names.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (names[i] == names[k]) return names[i];
    return {};
}

Status check_names(const std::vector<Node>& nodes) {
    std::vector<std::string_view> names;
    for (const Node& node : nodes) {
        if (node.kind != Kind::object) continue;
        if (const auto name = repeated_name(node, names))
            return Error(Code::malformed,
                         "\"" + std::string(*name) + "\" stands twice in one object");
    }
    return {};
}

}  // namespace

std::optional<std::string_view> Value::text() const {
    if (node_->kind != Kind::text) return {};
    return node_->text;
}

std::optional<std::int64_t> Value::integer() const {
    constexpr auto kMax = static_cast<double>(kMaxInteger);
    if (node_->kind == Kind::integer) return node_->integer;
    if (node_->kind != Kind::number) return {};
    double value = 0;
    std::from_chars(node_->text.data(), node_->text.data() + node_->text.size(), value);
    if (value > kMax || value < -kMax || value != std::trunc(value)) return {};
    return static_cast<std::int64_t>(value);
}

std::optional<bool> Value::boolean() const {
    if (node_->kind != Kind::boolean) return {};
    return node_->integer != 0;
}

std::optional<Value> Value::find(std::string_view name) const {
    if (!is_object()) return {};
    for (auto member = first(); member; member = member->next())
        if (member->name() == name) return member;
    return {};
}

Result<std::string_view> Value::text(std::string_view name) const {
    const auto member = find(name);
    const auto value = member ? member->text() : std::nullopt;
    if (!value) return missing(name, "a text");
    return *value;
}

Result<std::int64_t> Value::integer(std::string_view name) const {
    const auto member = find(name);
    const auto value = member ? member->integer() : std::nullopt;
    if (!value) return missing(name, "a whole number");
    return *value;
}

Result<Value> Value::object(std::string_view name) const {
    const auto member = find(name);
    if (!member || !member->is_object()) return missing(name, "an object");
    return *member;
}

Result<Value> Value::array(std::string_view name) const {
    const auto member = find(name);
    if (!member || !member->is_array()) return missing(name, "an array");
    return *member;
}

std::optional<Value> Value::first() const {
    if (node_->nodes == 1) return {};
    return Value(node_ + 1);
}

std::optional<Value> Value::next() const {
    if (!node_->has_next) return {};
    return Value(node_ + node_->nodes);
}

Result<Document> Document::parse(std::string_view text, const Limits& limits) {
    CF_TRY(check_bounds(text, limits));
    std::vector<char> own(text.begin(), text.end());
    Builder builder(own);
    CF_TRY(Scanner(std::string_view(own.data(), own.size()), limits.max_depth, builder).scan());
    std::vector<Node> nodes = builder.take();
    CF_TRY(check_names(nodes));
    return Document(std::move(own), std::move(nodes));
}

}  // namespace counterfoil::json
