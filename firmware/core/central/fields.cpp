#include "firmware/core/central/fields.h"

#include <algorithm>

#include "firmware/core/base/coding.h"

namespace counterfoil::central {

using base::Code;
using base::Error;
using base::Status;

namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Fields::Fields(json::Value object) : object_(object) {
    if (!object.is_object()) status_ = Error(Code::malformed, "it is not a JSON object");
}

void Fields::fail(std::string_view name, std::string_view what_it_must_be) {
    if (!status_.ok()) return;
    status_ = Error(Code::malformed, "\"" + std::string(name) + "\" is missing or is not " +
                                         std::string(what_it_must_be));
}

void Fields::take_over(const Status& status) {
    if (status_.ok()) status_ = status;
}

bool Fields::has(std::string_view name) const {
    return object_.find(name).has_value();
}

std::optional<json::Value> Fields::take(std::string_view name) {
    const auto value = object_.find(name);
    if (value) ++taken_;
    return value;
}

std::string Fields::text(std::string_view name, Length length) {
    const auto value = take(name);
    const auto text = value ? value->text() : std::nullopt;
    if (text && text->size() >= length.min && text->size() <= length.max &&
        std::ranges::none_of(*text, is_control))
        return std::string(*text);
    fail(name, "a text of " + std::to_string(length.min) + " to " + std::to_string(length.max) +
                   " bytes without control characters");
    return {};
}

std::int64_t Fields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto value = take(name);
    const auto number = value ? value->integer() : std::nullopt;
    if (number && *number >= min && *number <= max) return *number;
    fail(name, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
}

bool Fields::flag(std::string_view name) {
    const auto value = take(name);
    const auto flag = value ? value->boolean() : std::nullopt;
    if (!flag) fail(name, "true or false");
    return flag.value_or(false);
}

void Fields::hex(std::string_view name, std::span<std::uint8_t> out) {
    const auto value = take(name);
    const auto text = value ? value->text() : std::nullopt;
    if (!text || !base::hex_into(*text, out))
        fail(name, std::to_string(2 * out.size()) + " lower-case hexadecimal digits");
}

std::optional<json::Value> Fields::array(std::string_view name) {
    const auto value = take(name);
    if (value && value->is_array()) return value;
    fail(name, "a list");
    return {};
}

std::optional<json::Value> Fields::object(std::string_view name) {
    const auto value = take(name);
    if (value && value->is_object()) return value;
    fail(name, "an object");
    return {};
}

Status Fields::finish() const {
    CF_TRY(status_);
    std::size_t members = 0;
    for (auto value = object_.first(); value; value = value->next()) ++members;
    if (members == taken_) return {};
    return Error(Code::malformed, "it has a member that the format does not know");
}

}  // namespace counterfoil::central
