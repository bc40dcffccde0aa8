#include "daemon/aggregator/api/shape.h"

#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/id.h"
#include "firmware/core/crypto/certificate.h"

namespace counterfoil::api {

using base::Sentence;
using services::Fault;
using services::Outcome;

namespace {

bool all_of(std::string_view text, bool (*is_good)(char)) {
    return std::ranges::all_of(text, is_good);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// One @ with something on both sides, a dot behind it, and nothing that never stands there.
bool is_email(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
        return false;
    const std::string_view domain = text.substr(at + 1);
    const std::size_t dot = domain.find('.');
    return dot != 0 && dot != std::string_view::npos && domain.back() != '.' &&
           text.find_first_of(" \t<>\"',;()") == std::string_view::npos;
}

bool is_phone(std::string_view text) {
    const std::string_view number = text.starts_with('+') ? text.substr(1) : text;
    constexpr std::size_t kFewest = 6;
    constexpr std::size_t kMost = 15;
    return number.size() >= kFewest && number.size() <= kMost && all_of(number, is_digit);
}

bool has_format(std::string_view text, const std::string& format) {
    if (format == "uuid") return base::Uuid::parse(text).ok();
    if (format == "email") return is_email(text);
    if (format == "phone") return is_phone(text);
    if (format == "digits") return all_of(text, is_digit);
    if (format == "alphanumeric") return all_of(text, is_alphanumeric);
    if (format == "terminal") return crypto::is_terminal_name(text);
    return true;
}

Sentence count_sentence(const Field& field, const std::string& english,
                        const std::string& hungarian) {
    const std::string high = std::to_string(field.high);
    if (field.low == field.high) return {high + " " + english, high + " " + hungarian};
    const std::string low = std::to_string(field.low);
    return {low + " to " + high + " " + english, low + "–" + high + " " + hungarian};
}

Sentence text_sentence(const Field& field) {
    if (!field.choices.empty()) {
        std::string names;
        for (const std::string& name : field.choices) names += (names.empty() ? "" : ", ") + name;
        return {"one of " + names, "ezek egyike: " + names};
    }
    if (field.format == "uuid") return {"a UUID", "UUID"};
    if (field.format == "email") return {"an e-mail address", "e-mail cím"};
    if (field.format == "phone")
        return {"a phone number: digits, with + before them", "telefonszám: számjegyek, előtte +"};
    if (field.format == "terminal")
        return {"1 to 32 letters, digits, dots, hyphens or underscores",
                "1–32 betű, számjegy, pont, kötőjel vagy aláhúzás"};
    if (field.format == "pem") return {"a text in PEM form", "PEM formájú szöveg"};
    if (field.format == "digits") return count_sentence(field, "digits", "számjegy");
    if (field.format == "alphanumeric")
        return count_sentence(field, "letters and digits", "betű és számjegy");
    return count_sentence(field, "characters", "karakter");
}

Sentence must_be(const Field& field) {
    switch (field.kind) {
        case Field::Kind::text:
            return text_sentence(field);
        case Field::Kind::integer:
            return {"a whole number from " + std::to_string(field.low) + " to " +
                        std::to_string(field.high),
                    "egész szám " + std::to_string(field.low) + " és " +
                        std::to_string(field.high) + " között"};
        case Field::Kind::flag:
            return {"true or false", "igaz vagy hamis (true, false)"};
        case Field::Kind::object:
            return {"an object", "objektum"};
        case Field::Kind::list:
        case Field::Kind::texts:
            return count_sentence(field, "items", "elem");
    }
    return {};
}

// Of several lines, and of nothing but what base64 and its frame are made of.
bool is_pem(std::string_view text, const Field& field) {
    return static_cast<std::int64_t>(text.size()) <= field.high &&
           text.starts_with("-----BEGIN ") &&
           all_of(text, [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r'; });
}

bool is_good_text(const json::Value& value, const Field& field) {
    const auto text = value.text();
    if (!text) return false;
    if (field.format == "pem") return is_pem(*text, field);
    if (!field.choices.empty())
        return std::ranges::find(field.choices, *text) != field.choices.end();
    const std::int64_t characters = characters_of(*text);
    return characters >= field.low && characters <= field.high && has_format(*text, field.format);
}

bool is_good_list(const json::Value& value, const Field& field) {
    if (!value.is_array()) return false;
    std::int64_t items = 0;
    for (auto item = value.first(); item; item = item->next()) {
        if (++items > field.high) return false;
        if (field.kind != Field::Kind::texts) continue;
        constexpr std::int64_t kMostCharacters = 200;
        const auto text = item->text();
        if (text && field.format == "any") continue;
        const std::int64_t characters = text ? characters_of(*text) : -1;
        if (characters < 1 || characters > kMostCharacters) return false;
    }
    return items >= field.low;
}

bool is_good(const json::Value& value, const Field& field) {
    switch (field.kind) {
        case Field::Kind::text:
            return is_good_text(value, field);
        case Field::Kind::integer: {
            const auto number = value.integer();
            return number && *number >= field.low && *number <= field.high;
        }
        case Field::Kind::flag:
            return value.boolean().has_value();
        case Field::Kind::object:
            return value.is_object();
        case Field::Kind::list:
        case Field::Kind::texts:
            return is_good_list(value, field);
    }
    return false;
}

json::Object text_schema(const Field& field) {
    json::Object schema;
    schema.set("type", "string");
    if (!field.choices.empty()) {
        json::Array names;
        for (const std::string& name : field.choices) names.add(name);
        schema.set("enum", std::move(names));
        return schema;
    }
    if (field.format == "alphanumeric")
        schema.set("pattern", "^[A-Za-z0-9]+$");
    else if (field.format == "digits")
        schema.set("pattern", "^[0-9]+$");
    else if (field.format == "phone")
        schema.set("pattern", "^[+]?[0-9]{6,15}$");
    else if (field.format == "terminal")
        schema.set("pattern", "^[A-Za-z0-9._-]{1,32}$");
    else if (!field.format.empty())
        schema.set("format", field.format);
    if (field.format.empty() || field.format == "alphanumeric" || field.format == "digits") {
        schema.set("minLength", field.low).set("maxLength", field.high);
    }
    return schema;
}

json::Object schema_of(const Field& field) {
    json::Object schema;
    switch (field.kind) {
        case Field::Kind::text:
            schema = text_schema(field);
            break;
        case Field::Kind::integer:
            schema.set("type", "integer").set("format", "int64");
            schema.set("minimum", field.low).set("maximum", field.high);
            break;
        case Field::Kind::flag:
            schema.set("type", "boolean");
            break;
        case Field::Kind::object:
            schema = field.shape->schema();
            break;
        case Field::Kind::list:
            schema.set("type", "array").set("items", field.shape->schema());
            schema.set("maxItems", field.high);
            break;
        case Field::Kind::texts: {
            json::Object item;
            item.set("type", "string");
            schema.set("type", "array").set("items", std::move(item));
            schema.set("maxItems", field.high);
            break;
        }
    }
    if (field.is_nullable) schema.set_flag("nullable", true);
    if (!field.told.empty()) schema.set("description", field.told);
    return schema;
}

Field make(std::string name, Field::Kind kind, std::int64_t low, std::int64_t high,
           std::string format = {}) {
    Field field;
    field.name = std::move(name);
    field.kind = kind;
    field.low = low;
    field.high = high;
    field.format = std::move(format);
    return field;
}

}  // namespace

std::int64_t characters_of(std::string_view text) {
    constexpr unsigned char kDelete = 0x7F;
    if (!base::is_utf8(text)) return -1;
    std::int64_t characters = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte == kDelete) return -1;
        if ((byte & 0xC0) != 0x80) ++characters;
    }
    return characters;
}

Fault wrong_field(const std::string& name, const Sentence& must_be) {
    return {services::Refusal::field_wrong,
            {name + ": " + must_be.english, name + ": " + must_be.hungarian}};
}

Field Field::optional() && {
    is_required = false;
    return std::move(*this);
}
Field Field::nullable() && {
    is_nullable = true;
    return std::move(*this);
}
Field Field::one_of(std::vector<std::string> names) && {
    choices = std::move(names);
    return std::move(*this);
}
Field Field::say(std::string text) && {
    told = std::move(text);
    return std::move(*this);
}

Field text(std::string name, std::int64_t most, std::int64_t least) {
    return make(std::move(name), Field::Kind::text, least, most);
}
Field uuid(std::string name) {
    constexpr std::int64_t kLength = 36;
    return make(std::move(name), Field::Kind::text, kLength, kLength, "uuid");
}
Field email(std::string name) {
    constexpr std::int64_t kShortest = 5;
    constexpr std::int64_t kLongest = 100;
    return make(std::move(name), Field::Kind::text, kShortest, kLongest, "email");
}
Field phone(std::string name) {
    constexpr std::int64_t kLongest = 20;
    return make(std::move(name), Field::Kind::text, 0, kLongest, "phone");
}
Field alphanumeric(std::string name, std::int64_t most) {
    return make(std::move(name), Field::Kind::text, 1, most, "alphanumeric");
}
Field digits(std::string name, std::int64_t count) {
    return make(std::move(name), Field::Kind::text, count, count, "digits");
}
Field time(std::string name) {
    constexpr std::int64_t kLongest = 40;
    return make(std::move(name), Field::Kind::text, 1, kLongest, "date-time");
}
Field terminal(std::string name) {
    constexpr std::int64_t kLongest = 32;
    return make(std::move(name), Field::Kind::text, 1, kLongest, "terminal");
}
Field pem(std::string name) {
    constexpr std::int64_t kLongest = 16 * 1024;
    return make(std::move(name), Field::Kind::text, 1, kLongest, "pem");
}
Field integer(std::string name, std::int64_t low, std::int64_t high) {
    return make(std::move(name), Field::Kind::integer, low, high);
}
Field whole(std::string name) {
    return integer(std::move(name), -json::kMaxInteger, json::kMaxInteger);
}
Field flag(std::string name) {
    return make(std::move(name), Field::Kind::flag, 0, 0);
}
Field object(std::string name, Shape shape) {
    Field field = make(std::move(name), Field::Kind::object, 0, 0);
    field.shape = std::make_shared<const Shape>(std::move(shape));
    return field;
}
Field list(std::string name, Shape shape, std::int64_t most) {
    Field field = make(std::move(name), Field::Kind::list, 0, most);
    field.shape = std::make_shared<const Shape>(std::move(shape));
    return field;
}
Field texts(std::string name, std::int64_t most_items) {
    return make(std::move(name), Field::Kind::texts, 1, most_items);
}

Field any_texts(std::string name, std::int64_t most_items) {
    return make(std::move(name), Field::Kind::texts, 1, most_items, "any");
}

Shape Shape::with(std::initializer_list<Field> more) const {
    Shape all = *this;
    all.fields_.insert(all.fields_.end(), more.begin(), more.end());
    return all;
}

Shape Shape::open() const {
    Shape shape = *this;
    shape.is_open_ = true;
    return shape;
}

json::Object Shape::schema() const {
    json::Object properties;
    json::Array required;
    bool is_any_required = false;
    for (const Field& field : fields_) {
        properties.set(field.name, schema_of(field));
        if (!field.is_required) continue;
        required.add(field.name);
        is_any_required = true;
    }
    json::Object schema;
    schema.set("type", "object").set("properties", std::move(properties));
    if (is_any_required) schema.set("required", std::move(required));
    schema.set_flag("additionalProperties", is_open_);
    return schema;
}

std::string Shape::schema_text() const {
    if (empty()) return {};
    const auto text = schema().write();
    CF_CHECK(text.ok());
    return text.value();
}

Outcome<void> Shape::check(const json::Value& body) const {
    for (auto member = body.first(); member && !is_open_; member = member->next()) {
        const auto is_it = [&](const Field& field) { return field.name == member->name(); };
        if (std::ranges::none_of(fields_, is_it))
            return wrong_field(std::string(member->name().substr(0, 40)),
                               {"no such field is known", "ilyen mező nincs"});
    }
    for (const Field& field : fields_) {
        const auto value = body.find(field.name);
        if (!value && !field.is_required) continue;
        if (value && value->is_null() && field.is_nullable) continue;
        if (!value || !is_good(*value, field)) return wrong_field(field.name, must_be(field));
        if (field.kind == Field::Kind::object) CF_TRY(field.shape->check(*value));
        if (field.kind != Field::Kind::list) continue;
        for (auto item = value->first(); item; item = item->next())
            CF_TRY(field.shape->check(*item));
    }
    return {};
}

}  // namespace counterfoil::api
