#include "firmware/core/central/change.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "firmware/core/base/coding.h"
#include "firmware/core/central/fields.h"

namespace counterfoil::central {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kGone = "gone";
constexpr std::size_t kMaxKey = 64;
constexpr std::array<std::string_view, kRowKinds> kClasses{"settings", "books",   "products",
                                                           "staff",    "members", "coupons"};

struct KeyOf {
    Key operator()(const Setting& row) const { return row.name; }
    Key operator()(const Book& row) const { return std::int64_t{row.number}; }
    Key operator()(const Product& row) const { return row.gtin; }
    Key operator()(const Staff& row) const { return row.id; }
    Key operator()(const Member& row) const { return row.id; }
    Key operator()(const Coupon& row) const { return row.serial; }
};

struct TextOf {
    std::string operator()(const std::string& name) const { return name; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const base::Uuid& id) const { return id.text(); }
    std::string operator()(const token::CouponSerial& serial) const { return base::to_hex(serial); }
};

// One key has one text: what is written again is the same.
std::optional<Key> checked(Key key, std::string_view text) {
    if (std::visit(TextOf(), key) != text) return {};
    return key;
}

std::optional<Key> read_number(std::string_view text, std::int64_t max) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || number < 1 || number > max) return {};
    return checked(number, text);
}

std::optional<Key> read_id(std::string_view text) {
    const auto id = base::Uuid::parse(text);
    if (!id.ok()) return {};
    return checked(id.value(), text);
}

std::optional<Key> read_serial(std::string_view text) {
    token::CouponSerial serial{};
    if (!base::hex_into(text, serial)) return {};
    return serial;
}

std::optional<Key> read_key(std::string_view text, std::size_t kind) {
    if (kind == row_index<Book>())
        return read_number(text, std::numeric_limits<std::uint32_t>::max());
    if (kind == row_index<Product>()) return read_number(text, kMaxGtin);
    if (kind == row_index<Member>()) return read_id(text);
    if (kind == row_index<Coupon>()) return read_serial(text);
    if (!is_name(text)) return {};
    return std::string(text);
}

Result<Change> read_gone(json::Value object, std::size_t kind) {
    Fields fields(object);
    fields.text("t", {kGone.size(), kGone.size()});
    const std::string text = fields.text("key", {1, kMaxKey});
    CF_TRY(fields.finish());
    const auto key = read_key(text, kind);
    if (key) return Change(Gone{*key});
    return Error(Code::malformed, "\"key\" is not one of its class");
}

}  // namespace

Key key_of(const Row& row) {
    return std::visit(KeyOf(), row);
}

std::string_view class_name(std::size_t kind) {
    return kClasses.at(kind);
}

std::optional<std::size_t> kind_of_class(std::string_view name) {
    const auto found = std::ranges::find(kClasses, name);
    if (found == kClasses.end()) return {};
    return static_cast<std::size_t>(found - kClasses.begin());
}

std::string write_gone(const Key& key) {
    json::Object object;
    object.set("t", kGone).set("key", std::visit(TextOf(), key));
    const auto line = object.write();
    CF_CHECK(line.ok());
    return line.value();
}

Result<Change> read_change(std::string_view line, std::size_t kind) {
    CF_LET(const auto document, json::Document::parse(line, {kMaxLineBytes, kMaxLineDepth}));
    CF_LET(const std::string_view name, document.root().text("t"));
    if (name == kGone) return read_gone(document.root(), kind);
    CF_LET(Row row, read_row(document.root()));
    if (row.index() == kind) return Change(std::move(row));
    return Error(Code::malformed, "the row is of another class");
}

}  // namespace counterfoil::central
