#include "firmware/core/wire/fields.h"

#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil::wire {

using base::Code;
using base::Error;
using base::Result;

namespace {

// An object, and those that stand in it.
constexpr json::Limits kObjectLimits{kMaxObjectBytes, 3};

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Result<json::Document> parse_object(std::string_view text) {
    auto document = json::Document::parse(text, kObjectLimits);
    if (!document.ok() && document.error().code() == Code::overflow)
        return Error(Code::malformed, document.error().message());
    return document;
}

std::string Fields::printable(std::string_view name, std::size_t most) {
    std::string value = text(name, most);
    if (std::ranges::any_of(value, is_control)) fail(name);
    return value;
}

std::string Fields::terminal(std::string_view name) {
    std::string value = text(name);
    if (!crypto::is_terminal_name(value)) fail(name);
    return value;
}

std::string Fields::data_class(std::string_view name) {
    std::string value = text(name);
    if (!is_class_name(value)) fail(name);
    return value;
}

void Fields::hex(std::string_view name, std::span<std::uint8_t> out) {
    if (!base::hex_into(text(name), out)) fail(name);
}

base::WallTime Fields::time(std::string_view name) {
    const auto time = base::from_rfc3339(text(name));
    if (time.ok()) return time.value();
    fail(name);
    return {};
}

Cursor Fields::cursor() {
    Cursor cursor;
    cursor.epoch = epoch("epoch");
    cursor.seq = count("seq");
    hex("head", cursor.head);
    if ((cursor.seq == 0) != (cursor.head == ledger::kNoEvent)) fail("head");
    return cursor;
}

Versions Fields::versions(std::string_view name) {
    Versions versions;
    const auto list = object(name);
    if (!list.ok()) fail(name);
    for (auto item = list.ok() ? list.value().first() : std::nullopt; item; item = item->next()) {
        const auto version = item->integer().value_or(-1);
        if (version < 0 || !is_class_name(item->name()) || versions.size() == kMaxVersions) {
            fail(name);
            break;
        }
        versions.emplace(item->name(), version);
    }
    return versions;
}

void set_cursor(json::Object& object, const Cursor& cursor) {
    object.set("epoch", cursor.epoch).set("seq", cursor.seq).set("head", base::to_hex(cursor.head));
}

json::Object versions_object(const Versions& versions) {
    json::Object object;
    for (const auto& [name, version] : versions) object.set(name, version);
    return object;
}

}  // namespace counterfoil::wire
