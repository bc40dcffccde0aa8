#include "firmware/till/strict_object.h"

#include <algorithm>

#include "firmware/receipt/paper.h"

namespace counterfoil::till {

using base::Code;
using base::Error;

namespace {

std::string range(std::int64_t low, std::int64_t high) {
    return std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

StrictObject::StrictObject(json::Value value, std::string where, Fault& fault)
    : value_(value), where_(std::move(where)), fault_(fault) {
    if (value_.is_object() || fault_) return;
    fault_.emplace(Code::malformed, (where_.empty() ? "" : where_ + ": ") + "an object");
}

std::string StrictObject::text(std::string_view name, std::int64_t most) {
    const auto value = find(name);
    if (const auto text = value ? value->text() : std::nullopt) {
        const std::int64_t characters = receipt::columns_of(*text);
        if (characters >= 1 && characters <= most) return std::string(*text);
    }
    fail(name, "a text of " + range(1, most) + " characters");
    return {};
}

std::int64_t StrictObject::number(std::string_view name, std::int64_t low, std::int64_t high) {
    const auto value = find(name);
    const auto number = value ? value->integer() : std::nullopt;
    if (number && *number >= low && *number <= high) return *number;
    fail(name, range(low, high));
    return low;
}

bool StrictObject::flag(std::string_view name) {
    const auto value = find(name);
    if (const auto flag = value ? value->boolean() : std::nullopt) return *flag;
    fail(name, "true or false");
    return false;
}

bool StrictObject::is_null(std::string_view name) {
    const auto value = find(name);
    if (!value) fail(name, "null, or an object");
    return !value || value->is_null();
}

void StrictObject::end() {
    for (auto member = value_.first(); member && !fault_; member = member->next()) {
        if (std::ranges::find(known_, member->name()) != known_.end()) continue;
        std::string names;
        for (const std::string_view name : known_)
            names.append(names.empty() ? "" : ", ").append(name);
        fail(member->name(), "no such member; there are " + names);
    }
}

void StrictObject::fail(std::string_view name, std::string_view bounds) {
    if (fault_) return;
    const bool is_missing = !value_.find(name);
    fault_.emplace(Code::malformed,
                   place(name) + (is_missing ? ": is missing; " : ": ") + std::string(bounds));
}

std::optional<json::Value> StrictObject::find(std::string_view name) {
    if (std::ranges::find(known_, name) == known_.end()) known_.push_back(name);
    return value_.find(name);
}

std::string StrictObject::place(std::string_view name) const {
    return where_.empty() ? std::string(name) : where_ + "." + std::string(name);
}

}  // namespace counterfoil::till
