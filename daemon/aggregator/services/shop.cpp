#include "daemon/aggregator/services/shop.h"

#include "daemon/aggregator/ingest/own_projection.h"
#include "daemon/aggregator/ingest/shop_projection.h"
#include "daemon/aggregator/services/setting_rules.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/central/line.h"
#include "firmware/core/central/names.h"
#include "firmware/core/central/phone.h"

namespace counterfoil::services {

using central::Product;
using central::Setting;
using ledger::EventType;
using store::Database;
using store::Rows;

namespace {

constexpr std::string_view kProductColumns =
    "SELECT gtin, plu, name, category, unit_price_minor, vat_basis_points, sold_by FROM product "
    "WHERE removed = 0 ";

base::Result<Product> product_in(const Rows& rows, std::size_t row) {
    Product product;
    product.gtin = rows.integer(row, 0);
    if (!rows.is_null(row, 1)) product.plu = rows.integer(row, 1);
    product.name = rows.text(row, 2);
    product.category = rows.text(row, 3);
    product.unit_price_minor = rows.integer(row, 4);
    product.vat_basis_points = rows.integer(row, 5);
    const auto sold_by = central::from_name<central::SoldBy>(rows.text(row, 6));
    if (!sold_by) return base::Error(base::Code::corrupt, "a product is sold in no known way");
    product.sold_by = *sold_by;
    return product;
}

// Who has it; 0: nobody.
Outcome<std::int64_t> owner_of_plu(Database& database, std::int64_t plu) {
    CF_LET(const Rows rows, database.query("SELECT gtin FROM product WHERE plu = $1", {plu}));
    return rows.empty() ? 0 : rows.integer(0, 0);
}

base::Sentence plu_sentence(std::int64_t owner) {
    const std::string text = std::to_string(owner);
    return {"plu: product " + text + " has it", "plu: a(z) " + text + " számú terméké"};
}

// Its own key, or a new one.
Outcome<crypto::SealKey> staff_key(Desk& desk, const std::string& id) {
    const std::string name = ingest::staff_key_name(id);
    CF_LET(const auto known, ingest::find_account_key(desk.database(), name));
    if (known) return *known;
    crypto::SealKey key{};
    desk.entropy().fill(key);
    CF_TRY(desk.database().run("INSERT INTO account_key (account, key) VALUES ($1, $2)",
                               {std::string_view(name), base::ByteView(key)}));
    return key;
}

struct KnownStaff {
    StaffMember person;
    std::string pin_hash;
};
Outcome<std::optional<KnownStaff>> find_staff(Database& database, const std::string& id) {
    CF_LET(const Rows rows, database.query("SELECT id, name, role, pin_hash FROM staff_member "
                                           "WHERE id = $1 AND removed = 0",
                                           {std::string_view(id)}));
    if (rows.empty()) return std::optional<KnownStaff>();
    return std::optional(KnownStaff{
        {std::string(rows.text(0, 0)), std::string(rows.text(0, 1)), std::string(rows.text(0, 2))},
        std::string(rows.text(0, 3))});
}

base::Status record_setting(Desk& desk, const Setting& setting) {
    CF_TRY(desk.record(EventType::setting_changed,
                       ingest::write_body(ingest::SettingChanged{setting.name, setting.value})));
    return {};
}

}  // namespace

Outcome<ProductPage> list_products(Database& database, std::int64_t skip, std::int64_t limit) {
    static const std::string kPart =
        std::string(kProductColumns) + "ORDER BY gtin LIMIT $1 OFFSET $2";
    CF_LET(const Rows count, database.query("SELECT COUNT(*) FROM product WHERE removed = 0"));
    ProductPage page;
    page.total = count.integer(0, 0);
    CF_LET(const Rows rows, database.query(kPart, {limit, skip}));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        CF_LET(Product product, product_in(rows, row));
        page.products.push_back(std::move(product));
    }
    return page;
}

Outcome<Product> find_product(Database& database, std::int64_t gtin) {
    static const std::string kOne = std::string(kProductColumns) + "AND gtin = $1";
    CF_LET(const Rows rows, database.query(kOne, {gtin}));
    if (rows.empty()) return Refusal::product_unknown;
    CF_LET(Product product, product_in(rows, 0));
    return product;
}

std::optional<base::Sentence> wrong_with(const Product& product) {
    const auto line = central::write_line(product);
    if (line.ok()) return {};
    return base::Sentence{"gtin: a product's number with a right check digit",
                          "gtin: termékszám helyes ellenőrző számjeggyel"};
}

Outcome<Product> put_product(Desk& desk, const Product& product) {
    if (const auto wrong = wrong_with(product)) return Fault(Refusal::field_wrong, *wrong);
    if (product.plu) {
        CF_LET(const std::int64_t owner, owner_of_plu(desk.database(), *product.plu));
        if (owner != 0 && owner != product.gtin)
            return Fault(Refusal::plu_taken, plu_sentence(owner));
    }
    CF_TRY(desk.record(EventType::products_changed,
                       ingest::write_body(ingest::ProductsChanged{{product}})));
    return product;
}

Outcome<void> remove_product(Desk& desk, std::int64_t gtin) {
    CF_TRY(find_product(desk.database(), gtin));
    CF_TRY(
        desk.record(EventType::product_removed, ingest::write_body(ingest::ProductRemoved{gtin})));
    return {};
}

Outcome<std::vector<ImportProblem>> check_against(Database& database, const ProductPlan& plan) {
    std::vector<ImportProblem> problems;
    for (std::size_t i = 0; i < plan.products.size(); ++i) {
        if (!plan.products[i].plu) continue;
        CF_LET(const std::int64_t owner, owner_of_plu(database, *plan.products[i].plu));
        if (owner != 0 && owner != plan.products[i].gtin)
            problems.push_back({plan.places[i], plu_sentence(owner)});
    }
    return problems;
}

Outcome<void> put_products(Desk& desk, const ProductPlan& plan) {
    std::vector<ingest::OwnLedger::Entry> entries;
    ingest::ProductsChanged fact;
    std::size_t bytes = 0;
    const auto end_event = [&] {
        if (fact.products.empty()) return;
        entries.push_back({EventType::products_changed, ingest::write_body(fact)});
        fact.products.clear();
        bytes = 0;
    };
    for (const Product& product : plan.products) {
        const auto line = central::write_line(product);
        CF_CHECK(line.ok());
        if (bytes + line.value().size() > ingest::kMaxListBytes) end_event();
        bytes += line.value().size();
        fact.products.push_back(product);
    }
    end_event();
    if (!entries.empty()) CF_TRY(desk.record_all(entries));
    return {};
}

Outcome<std::vector<StaffMember>> list_staff(Database& database) {
    CF_LET(const Rows rows,
           database.query("SELECT id, name, role FROM staff_member WHERE removed = 0 ORDER BY id"));
    std::vector<StaffMember> staff;
    for (std::size_t row = 0; row < rows.size(); ++row)
        staff.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                         std::string(rows.text(row, 2))});
    return staff;
}

Outcome<bool> has_staff(Database& database, const std::string& id) {
    CF_LET(const auto known, find_staff(database, id));
    return known.has_value();
}

Outcome<StaffMember> put_staff(Desk& desk, const StaffMember& person, const std::string& pin_hash) {
    CF_LET(const auto known, find_staff(desk.database(), person.id));
    const std::string hash = pin_hash.empty() && known ? known->pin_hash : pin_hash;
    CF_LET(const crypto::SealKey key, staff_key(desk, person.id));
    const ingest::StaffChanged fact{
        person.id, person.role,
        ingest::seal_staff(key, person.id, {person.name, hash}, desk.entropy())};
    CF_TRY(desk.record(EventType::staff_changed, ingest::write_body(fact)));
    return person;
}

Outcome<StaffMember> set_staff_pin(Desk& desk, const std::string& id, const std::string& pin_hash) {
    CF_LET(const auto known, find_staff(desk.database(), id));
    if (!known) return Refusal::staff_unknown;
    return put_staff(desk, known->person, pin_hash);
}

Outcome<void> remove_staff(Desk& desk, const std::string& id) {
    CF_LET(const auto known, find_staff(desk.database(), id));
    if (!known) return Refusal::staff_unknown;
    // Here, and not where the event is told of: whoever comes back under this id gets a new key,
    // which stays when all events are told anew.
    CF_TRY(desk.database().run("DELETE FROM account_key WHERE account = $1",
                               {std::string_view(ingest::staff_key_name(id))}));
    CF_TRY(desk.record(EventType::staff_removed, ingest::write_body(ingest::StaffRemoved{id})));
    return {};
}

Outcome<std::vector<Setting>> list_settings(Database& database) {
    CF_LET(const Rows rows,
           database.query("SELECT name, value FROM shop_setting WHERE removed = 0 ORDER BY name"));
    std::vector<Setting> settings;
    for (std::size_t row = 0; row < rows.size(); ++row)
        settings.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1))});
    return settings;
}

Outcome<Setting> put_setting(Desk& desk, const Setting& setting) {
    if (!is_known_setting(setting.name)) return Refusal::setting_unknown;
    if (!is_in_form(setting)) return Refusal::setting_wrong;
    const bool is_salt = setting.name == central::kPhoneSaltSetting;
    CF_LET(const Rows salt,
           desk.database().query("SELECT 1 FROM shop_setting WHERE name = $1 AND removed = 0",
                                 {central::kPhoneSaltSetting}));
    if (!is_salt && salt.empty()) {
        std::array<std::uint8_t, central::kMinSaltBytes> made{};
        desk.entropy().fill(made);
        CF_TRY(record_setting(
            desk, {std::string(central::kPhoneSaltSetting), "\"" + base::to_hex(made) + "\""}));
    }
    CF_TRY(record_setting(desk, setting));
    return setting;
}

Outcome<void> remove_setting(Desk& desk, const std::string& name) {
    CF_LET(const Rows rows,
           desk.database().query("SELECT 1 FROM shop_setting WHERE name = $1 AND removed = 0",
                                 {std::string_view(name)}));
    if (rows.empty()) return Refusal::setting_unknown;
    CF_TRY(
        desk.record(EventType::setting_removed, ingest::write_body(ingest::SettingRemoved{name})));
    return {};
}

}  // namespace counterfoil::services
