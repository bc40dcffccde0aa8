#include "firmware/core/central/line.h"

#include <algorithm>
#include <limits>

#include "firmware/core/base/coding.h"
#include "firmware/core/central/fields.h"
#include "firmware/core/central/names.h"
#include "firmware/core/central/phone.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/pin_hash.h"
#include "firmware/core/json/json.h"
#include "firmware/core/token/member.h"
#include "firmware/core/token/product_code.h"

namespace counterfoil::central {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kFormVersion = 1;
constexpr std::int64_t kMaxSeconds = token::kMaxSeconds;
constexpr std::int64_t kMaxStore = std::numeric_limits<std::uint16_t>::max();
constexpr std::int64_t kMaxNumber = std::numeric_limits<std::uint32_t>::max();
// More than a signed code can have, for printed codes that a whole town may use.
constexpr std::int64_t kMaxUses = 1'000'000;
constexpr std::int64_t kMaxPlu = 999'999;
constexpr std::size_t kGtinDigits = 14;
constexpr std::size_t kMaxLoyaltyId = 20;
constexpr std::size_t kMaxCode = 64;
constexpr std::size_t kMaxId = 32;
constexpr std::size_t kUuidSize = 36;
constexpr json::Limits kLimits{kMaxLineBytes, kMaxLineDepth};
constexpr Fields::Length kName{1, kMaxNameBytes};
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kCode =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

bool is_of(std::string_view text, std::string_view alphabet) {
    return text.find_first_not_of(alphabet) == text.npos;
}

// A text of these characters only.
std::string word(Fields& fields, std::string_view name, std::size_t max,
                 std::string_view alphabet) {
    std::string text = fields.text(name, {1, max});
    if (!is_of(text, alphabet))
        fields.fail(name, "of the characters \"" + std::string(alphabet) + "\"");
    return text;
}

template <class Kind>
Kind kind(Fields& fields, std::string_view name) {
    const std::string text = fields.text(name, {1, kMaxId});
    const auto known = from_name<Kind>(text);
    if (!known) fields.fail(name, "a word that the format knows");
    return known.value_or(Kind{});
}

base::Uuid uuid(Fields& fields, std::string_view name) {
    const std::string text = fields.text(name, {kUuidSize, kUuidSize});
    const auto id = base::Uuid::parse(text);
    // One id has one text, so that no two rows can stand for the same thing.
    if (id.ok() && id.value().text() == text) return id.value();
    fields.fail(name, "a UUID in lower case");
    return {};
}

json::Object object_of(const Setting& row) {
    json::Object object;
    object.set("t", "setting").set("name", row.name).set("value", row.value);
    return object;
}

bool is_salt(std::string_view json_text) {
    const auto document = json::Document::parse(json_text, kLimits);
    const auto text = document.ok() ? document.value().root().text() : std::nullopt;
    const auto salt = base::from_hex(text.value_or("-"));
    return salt.ok() && salt.value().size() >= kMinSaltBytes &&
           salt.value().size() <= kMaxSaltBytes;
}

void read(Fields& fields, Setting& row) {
    row.name = word(fields, "name", kMaxId, kLower);
    row.value = fields.text("value", {1, kMaxSettingBytes});
    if (!fields.ok()) return;
    // Whoever asks for a setting parses it; names that stand twice in it must not get that far.
    if (!json::Document::parse(row.value, kLimits).ok()) fields.fail("value", "JSON in a text");
    if (row.name == kPhoneSaltSetting && !is_salt(row.value))
        fields.fail("value", "a salt: 32 to 128 hexadecimal digits");
}

json::Object object_of(const Book& row) {
    json::Object object;
    object.set("t", "book").set("number", std::int64_t{row.number}).set("name", row.name);
    object.set("min_basket_minor", row.min_basket_minor).set("scope", scope_object(row.scope));
    object.set_flag("stackable", row.stackable);
    if (row.per_customer_limit) object.set("per_customer_limit", *row.per_customer_limit);
    if (row.cap) object.set("cap", *row.cap);
    return object;
}

void read(Fields& fields, Scope& scope) {
    const auto products = fields.array("products");
    for (auto item = products ? products->first() : std::nullopt; item; item = item->next()) {
        scope.products.push_back(item->integer().value_or(0));
        if (scope.products.back() < 1 || scope.products.back() > kMaxGtin)
            fields.fail("products", "a list of product numbers");
    }
    const auto categories = fields.array("categories");
    for (auto item = categories ? categories->first() : std::nullopt; item; item = item->next()) {
        scope.categories.emplace_back(item->text().value_or(""));
        if (scope.categories.back().empty() || scope.categories.back().size() > kMaxNameBytes)
            fields.fail("categories", "a list of categories' names");
    }
    if (scope.products.size() + scope.categories.size() > kMaxScopeItems)
        fields.fail("scope", "of 256 products and categories at most");
}

void read(Fields& fields, Book& row) {
    row.number = static_cast<std::uint32_t>(fields.integer("number", 1, kMaxNumber));
    row.name = fields.text("name", kName);
    row.min_basket_minor = fields.integer("min_basket_minor", 0, kMaxAmount);
    if (const auto scope = fields.object("scope")) {
        Fields within(*scope);
        read(within, row.scope);
        fields.take_over(within.finish());
    }
    row.stackable = fields.flag("stackable");
    if (fields.has("per_customer_limit"))
        row.per_customer_limit = fields.integer("per_customer_limit", 1, kMaxAmount);
    if (fields.has("cap")) row.cap = fields.integer("cap", 1, kMaxAmount);
}

json::Object object_of(const Product& row) {
    json::Object object;
    object.set("t", "product").set("gtin", row.gtin);
    if (row.plu) object.set("plu", *row.plu);
    object.set("name", row.name).set("category", row.category);
    object.set("unit_price_minor", row.unit_price_minor);
    object.set("vat_basis_points", row.vat_basis_points).set("sold_by", name_of(row.sold_by));
    return object;
}

// Zeros in front change no check digit, so that all lengths are checked as the longest.
bool check_digit_right(std::int64_t gtin) {
    std::string digits = std::to_string(gtin);
    digits.insert(0, kGtinDigits - digits.size(), '0');
    return token::read_gtin(digits).ok();
}

void read(Fields& fields, Product& row) {
    row.gtin = fields.integer("gtin", 1, kMaxGtin);
    if (!check_digit_right(row.gtin)) fields.fail("gtin", "a number with a right check digit");
    if (fields.has("plu")) row.plu = fields.integer("plu", 1, kMaxPlu);
    row.name = fields.text("name", kName);
    row.category = fields.text("category", kName);
    row.unit_price_minor = fields.integer("unit_price_minor", 0, kMaxAmount);
    row.vat_basis_points = fields.integer("vat_basis_points", 0, kMaxVatBasisPoints);
    row.sold_by = kind<SoldBy>(fields, "sold_by");
}

json::Object object_of(const Staff& row) {
    json::Object object;
    object.set("t", "staff").set("id", row.id).set("name", row.name);
    object.set("role", name_of(row.role)).set("pin_hash", row.pin_hash);
    return object;
}

void read(Fields& fields, Staff& row) {
    row.id = word(fields, "id", kMaxId, kLower);
    row.name = fields.text("name", kName);
    row.role = kind<Role>(fields, "role");
    row.pin_hash = fields.text("pin_hash", {1, kMaxNameBytes});
    if (!crypto::is_pin_hash(row.pin_hash)) fields.fail("pin_hash", "a bcrypt hash, $2b$12$...");
}

json::Object lease_object(const Lease& lease) {
    json::Object object;
    object.set("terminal", lease.terminal).set("epoch", lease.epoch);
    object.set("quantity", lease.quantity).set("expires", lease.expires_s);
    return object;
}

// Nothing where the member or coupon is leased to nobody.
std::optional<Lease> read_lease(Fields& fields, std::int64_t max_quantity) {
    if (!fields.has("lease")) return {};
    const auto object = fields.object("lease");
    if (!object) return {};
    Fields within(*object);
    Lease lease;
    lease.terminal = within.text("terminal", {1, kMaxId});
    if (!crypto::is_terminal_name(lease.terminal)) within.fail("terminal", "a terminal's name");
    lease.epoch = within.integer("epoch", 1, kMaxAmount);
    lease.quantity = within.integer("quantity", 0, max_quantity);
    lease.expires_s = within.integer("expires", 0, kMaxSeconds);
    fields.take_over(within.finish());
    return lease;
}

json::Object object_of(const Member& row) {
    json::Object object;
    object.set("t", "member").set("id", row.id.text()).set("loyalty_id", row.loyalty_id);
    object.set("name", row.name);
    if (row.phone_hash) object.set("phone_hash", base::to_hex(*row.phone_hash));
    object.set("tier", std::int64_t{row.tier}).set("points", row.points);
    object.set("version", row.version);
    if (row.lease) object.set("lease", lease_object(*row.lease));
    return object;
}

void read(Fields& fields, Member& row) {
    row.id = uuid(fields, "id");
    row.loyalty_id = word(fields, "loyalty_id", kMaxLoyaltyId, kAlphanumeric);
    row.name = fields.text("name", {0, kMaxNameBytes});
    if (fields.has("phone_hash")) fields.hex("phone_hash", row.phone_hash.emplace());
    row.tier = static_cast<std::uint8_t>(fields.integer("tier", 0, token::kMaxTier));
    row.points = fields.integer("points", -kMaxAmount, kMaxAmount);
    row.version = fields.integer("version", 0, json::kMaxInteger);
    row.lease = read_lease(fields, kMaxAmount);
}

json::Object object_of(const Coupon& row) {
    json::Object object;
    object.set("t", "coupon").set("serial", base::to_hex(row.serial));
    if (row.code) object.set("code", *row.code);
    object.set("book", std::int64_t{row.book}).set("kind", name_of(row.kind));
    object.set("value", std::int64_t{row.value});
    object.set("not_before", row.not_before_s).set("expires", row.expires_s);
    if (row.holder) object.set("holder", row.holder->text());
    json::Array stores;
    for (const std::uint16_t store : row.stores) stores.add(std::int64_t{store});
    object.set("stores", std::move(stores)).set("home", std::int64_t{row.home});
    object.set("uses_left", row.uses_left).set("state", name_of(row.state));
    if (row.lease) object.set("lease", lease_object(*row.lease));
    return object;
}

void read_stores(Fields& fields, std::vector<std::uint16_t>& stores) {
    const auto list = fields.array("stores");
    std::int64_t last = 0;
    for (auto item = list ? list->first() : std::nullopt; item; item = item->next()) {
        const std::int64_t store = item->integer().value_or(0);
        if (store <= last || store > kMaxStore || stores.size() == kMaxStores)
            return fields.fail("stores", "a rising list of up to 256 stores' numbers");
        stores.push_back(static_cast<std::uint16_t>(store));
        last = store;
    }
}

void read(Fields& fields, Coupon& row) {
    fields.hex("serial", row.serial);
    if (fields.has("code")) row.code = word(fields, "code", kMaxCode, kCode);
    row.book = static_cast<std::uint32_t>(fields.integer("book", 1, kMaxNumber));
    row.kind = kind<token::CouponKind>(fields, "kind");
    row.value = static_cast<std::uint32_t>(fields.integer("value", 1, kMaxNumber));
    if (row.kind == token::CouponKind::percent && row.value > token::kWholePermille)
        fields.fail("value", "1000 permille at most");
    row.not_before_s = fields.integer("not_before", 0, kMaxSeconds);
    row.expires_s = fields.integer("expires", 0, kMaxSeconds);
    if (row.expires_s <= row.not_before_s) fields.fail("expires", "later than \"not_before\"");
    if (fields.has("holder")) row.holder = uuid(fields, "holder");
    read_stores(fields, row.stores);
    row.home = static_cast<std::uint16_t>(fields.integer("home", 0, kMaxStore));
    row.uses_left = fields.integer("uses_left", 0, kMaxUses);
    row.state = kind<CouponState>(fields, "state");
    row.lease = read_lease(fields, kMaxUses);
}

template <class Kind>
Result<Row> read_as(json::Value object) {
    Fields fields(object);
    fields.text("t", {1, kMaxId});
    Kind row;
    read(fields, row);
    CF_TRY(fields.finish());
    return Row(std::move(row));
}

template <std::size_t index = 0>
Result<Row> read_named(std::string_view name, json::Value object) {
    if constexpr (index == kRowKinds) {
        return Error(Code::malformed, "it is of no kind that the format knows");
    } else {
        if (name != row_name(index)) return read_named<index + 1>(name, object);
        return read_as<std::variant_alternative_t<index, Row>>(object);
    }
}

// What was written, if it would be read again; so no bundle is signed that no till takes.
template <class Read>
Result<std::string> checked(const json::Object& object, Read read_back) {
    auto line = object.write();
    if (line.ok()) {
        const auto again = read_back(line.value());
        if (again.ok()) return line;
        return Error(Code::invalid_argument, again.error().message());
    }
    return line.error();
}

}  // namespace

json::Object scope_object(const Scope& scope) {
    json::Array products;
    for (const std::int64_t product : scope.products) products.add(product);
    json::Array categories;
    for (const std::string& category : scope.categories) categories.add(category);
    json::Object object;
    object.set("products", std::move(products)).set("categories", std::move(categories));
    return object;
}

Result<std::string> write_header(const BundleHeader& header) {
    json::Object object;
    object.set("counterfoil_bundle", kFormVersion).set("version", header.version);
    object.set("cursor", header.cursor).set("made", header.made_s);
    return checked(object, read_header);
}

Result<std::string> write_line(const Row& row) {
    return checked(row_object(row), read_line);
}

json::Object row_object(const Row& row) {
    return std::visit([](const auto& kind) { return object_of(kind); }, row);
}

Result<BundleHeader> read_header(std::string_view line) {
    CF_LET(const auto document, json::Document::parse(line, kLimits));
    const auto form = document.root().integer("counterfoil_bundle");
    if (!form.ok()) return Error(Code::foreign_file, "the file is not a bundle");
    if (form.value() > kFormVersion)
        return Error(Code::unsupported_version,
                     "the bundle is of a newer form; use a newer program");
    Fields fields(document.root());
    BundleHeader header;
    fields.integer("counterfoil_bundle", kFormVersion, kFormVersion);
    header.version = fields.integer("version", 1, kMaxAmount);
    header.cursor = fields.integer("cursor", 0, json::kMaxInteger);
    header.made_s = fields.integer("made", 0, kMaxSeconds);
    CF_TRY(fields.finish());
    return header;
}

Result<Row> read_line(std::string_view line) {
    CF_LET(const auto document, json::Document::parse(line, kLimits));
    return read_row(document.root());
}

Result<Row> read_row(json::Value object) {
    CF_LET(const std::string_view name, object.text("t"));
    return read_named(name, object);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxId && is_of(text, kLower);
}

}  // namespace counterfoil::central
