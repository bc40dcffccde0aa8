#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/aggregator/services/fault.h"
#include "firmware/core/json/json.h"

namespace counterfoil::api {

// What a body looks like, written once: requests are checked by it, and the interface's description
// is made of it.
class Shape;

struct Field {
    enum class Kind { text, integer, flag, object, list, texts };
    std::string name;
    Kind kind = Kind::text;
    // Of a text, its length in characters; of a list, its items.
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::string format;  // "uuid", "email", "date-time", "alphanumeric", "digits", "phone",
                         // "terminal", "pem", "any"
    std::vector<std::string> choices;
    // Shared by all copies of a shape, which are made once when the program starts.
    std::shared_ptr<const Shape> shape;
    bool is_required = true;
    bool is_nullable = false;
    std::string told;  // what its reader should know

    Field optional() &&;
    Field nullable() &&;
    Field one_of(std::vector<std::string> names) &&;
    Field say(std::string text) &&;
};

Field text(std::string name, std::int64_t most, std::int64_t least = 1);
Field uuid(std::string name);
Field email(std::string name);
Field phone(std::string name);
Field alphanumeric(std::string name, std::int64_t most);
Field digits(std::string name, std::int64_t count);
Field time(std::string name);
Field terminal(std::string name);
Field pem(std::string name);
Field integer(std::string name, std::int64_t low, std::int64_t high);
Field whole(std::string name);  // any integer
Field flag(std::string name);
Field object(std::string name, Shape shape);
Field list(std::string name, Shape shape, std::int64_t most = 1'000'000);
Field texts(std::string name, std::int64_t most_items);
// The same, but what each says is judged elsewhere.
Field any_texts(std::string name, std::int64_t most_items);

class Shape {
  public:
    Shape() = default;
    Shape(std::initializer_list<Field> fields) : fields_(fields) {}
    explicit Shape(std::vector<Field> fields) : fields_(std::move(fields)) {}
    // What has others besides is one, too: nobody looks at them.
    Shape open() const;
    // The same with more members behind.
    Shape with(std::initializer_list<Field> more) const;

    bool empty() const { return fields_.empty(); }
    const std::vector<Field>& fields() const { return fields_; }
    // A JSON schema: an object of these members and, where it is not open, no others.
    json::Object schema() const;
    std::string schema_text() const;

    // The first member that is not as it must be, by name, with what it must be; members that are
    // none of these, too. Texts are trimmed nowhere: what is wrong is said.
    services::Outcome<void> check(const json::Value& body) const;

  private:
    std::vector<Field> fields_;
    bool is_open_ = false;
};

// VALIDATION_ERROR: "amount: a whole number from 1 to 5".
services::Fault wrong_field(const std::string& name, const base::Sentence& must_be);

// Characters of a text, not bytes; -1 where it is no text for a person: not UTF-8, or with control
// characters.
std::int64_t characters_of(std::string_view text);

}  // namespace counterfoil::api
