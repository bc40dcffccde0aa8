#include "daemon/aggregator/ingest/shop_projection.h"

#include "daemon/aggregator/ingest/own_projection.h"
#include "firmware/core/central/change.h"
#include "firmware/core/central/names.h"
#include "firmware/core/central/phone.h"
#include "firmware/core/json/json.h"

namespace counterfoil::ingest {

using base::Result;
using base::Status;
using store::Rows;
using store::Value;

namespace {

constexpr std::size_t kMaxText = 400;

template <class Row>
std::string_view class_of() {
    return central::class_name(central::row_index<Row>());
}

// Nothing where the key was destroyed since, or is another one's by now.
std::optional<StaffProfile> open_staff(const std::optional<crypto::SealKey>& key,
                                       const std::string& id, base::ByteView sealed) {
    if (!key) return {};
    const auto opened = crypto::open_seal(*key, staff_key_name(id), sealed);
    if (!opened.ok()) return {};
    const auto document = json::Document::parse(base::as_text(opened.value()));
    if (!document.ok()) return {};
    ledger::Members members(document.value().root());
    StaffProfile profile{members.text("name", kMaxText), members.text("pin_hash", kMaxText)};
    if (members.error()) return {};
    return profile;
}

}  // namespace

std::string staff_key_name(std::string_view id) {
    return "staff:" + std::string(id);
}

base::Bytes seal_staff(const crypto::SealKey& key, const std::string& id,
                       const StaffProfile& profile, base::Entropy& entropy) {
    json::Object object;
    object.set("name", profile.name).set("pin_hash", profile.pin_hash);
    const auto text = object.write();
    CF_CHECK(text.ok());
    return crypto::seal(key, staff_key_name(id), base::as_bytes(text.value()), entropy);
}

Status ShopWriting::operator()(const ProductsChanged& fact) {
    constexpr std::size_t kWidth = 8;
    CF_LET(std::int64_t version,
           versions_.take(class_of<central::Product>(), fact.products.size()));
    std::vector<Value> values;
    for (const central::Product& product : fact.products) {
        const Value plu = product.plu ? Value(*product.plu) : Value();
        for (const Value& value : {Value(product.gtin), plu, Value(std::string_view(product.name)),
                                   Value(std::string_view(product.category)),
                                   Value(product.unit_price_minor), Value(product.vat_basis_points),
                                   Value(central::name_of(product.sold_by)), Value(version)})
            values.push_back(value);
        ++version;
    }
    return database_.run_each(
        "INSERT INTO product (gtin, plu, name, category, unit_price_minor, vat_basis_points, "
        "sold_by, removed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) "
        "ON CONFLICT (gtin) DO UPDATE SET plu = excluded.plu, name = excluded.name, "
        "category = excluded.category, unit_price_minor = excluded.unit_price_minor, "
        "vat_basis_points = excluded.vat_basis_points, sold_by = excluded.sold_by, removed = 0, "
        "version = excluded.version",
        kWidth, values);
}

Status ShopWriting::operator()(const ProductRemoved& fact) {
    CF_LET(const std::int64_t version, versions_.next(class_of<central::Product>()));
    return database_.run("UPDATE product SET removed = 1, plu = NULL, version = $1 WHERE gtin = $2",
                         {version, fact.gtin});
}

Status ShopWriting::operator()(const StaffChanged& fact) {
    CF_LET(const auto key, find_account_key(database_, staff_key_name(fact.id)));
    const StaffProfile profile = open_staff(key, fact.id, fact.sealed).value_or(StaffProfile{});
    CF_LET(const std::int64_t version, versions_.next(class_of<central::Staff>()));
    return database_.run(
        "INSERT INTO staff_member (id, name, role, pin_hash, removed, version) "
        "VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
        "role = excluded.role, pin_hash = excluded.pin_hash, removed = 0, "
        "version = excluded.version",
        {std::string_view(fact.id), std::string_view(profile.name), std::string_view(fact.role),
         std::string_view(profile.pin_hash), version});
}

Status ShopWriting::operator()(const StaffRemoved& fact) {
    CF_LET(const std::int64_t version, versions_.next(class_of<central::Staff>()));
    return database_.run(
        "UPDATE staff_member SET removed = 1, name = '', pin_hash = '', version = $1 "
        "WHERE id = $2",
        {version, std::string_view(fact.id)});
}

Status ShopWriting::operator()(const SettingChanged& fact) {
    CF_LET(const std::int64_t version, versions_.next(class_of<central::Setting>()));
    CF_TRY(
        database_.run("INSERT INTO shop_setting (name, value, removed, version) "
                      "VALUES ($1, $2, 0, $3) ON CONFLICT (name) DO UPDATE SET "
                      "value = excluded.value, removed = 0, version = excluded.version",
                      {std::string_view(fact.name), std::string_view(fact.value), version}));
    if (fact.name == central::kPhoneSaltSetting) return renew_members();
    return {};
}

Status ShopWriting::operator()(const SettingRemoved& fact) {
    CF_LET(const std::int64_t version, versions_.next(class_of<central::Setting>()));
    return database_.run(
        "UPDATE shop_setting SET removed = 1, value = '', version = $1 WHERE name = $2",
        {version, std::string_view(fact.name)});
}

// All phones look otherwise from then on.
Status ShopWriting::renew_members() {
    CF_LET(const bool are_there, versions_.exists(class_of<central::Member>()));
    if (!are_there) return {};
    CF_LET(const Rows rows, database_.query("SELECT COUNT(*) FROM member WHERE is_account = 1"));
    const std::int64_t count = rows.integer(0, 0);
    CF_LET(const std::int64_t first,
           versions_.take(class_of<central::Member>(), static_cast<std::size_t>(count)));
    return database_.run(
        "UPDATE member SET version = $1 + o.place FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) "
        "AS place FROM member WHERE is_account = 1) o WHERE o.id = member.id",
        {first - 1});
}

}  // namespace counterfoil::ingest
