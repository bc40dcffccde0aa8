#pragma once

#include "daemon/aggregator/services/desk.h"
#include "daemon/aggregator/services/import.h"
#include "firmware/core/central/rows.h"

// What shops sell, who works in them and how they are set.
namespace counterfoil::services {

struct ProductPage {
    std::int64_t total = 0;
    std::vector<central::Product> products;
};
// By their numbers.
Outcome<ProductPage> list_products(store::Database& database, std::int64_t skip,
                                   std::int64_t limit);
// product_unknown where there is none of that number.
Outcome<central::Product> find_product(store::Database& database, std::int64_t gtin);

// What is wrong about a product by itself; a sentence with the field's name before it.
std::optional<base::Sentence> wrong_with(const central::Product& product);
// New, or in the place of what was there. field_wrong; plu_taken where another one has that number.
Outcome<central::Product> put_product(Desk& desk, const central::Product& product);
Outcome<void> remove_product(Desk& desk, std::int64_t gtin);

// Products out of a table, each with its place there.
struct ProductPlan {
    std::vector<central::Product> products;
    std::vector<std::string> places;
    std::vector<ImportProblem> problems;
};
// What of it does not go with what is there.
Outcome<std::vector<ImportProblem>> check_against(store::Database& database,
                                                  const ProductPlan& plan);
// All of them, or none; they were checked by themselves and against each other.
Outcome<void> put_products(Desk& desk, const ProductPlan& plan);

struct StaffMember {
    std::string id;
    std::string name;
    std::string role;  // cashier, manager
};
Outcome<std::vector<StaffMember>> list_staff(store::Database& database);
Outcome<bool> has_staff(store::Database& database, const std::string& id);
// New, with that PIN; or changed, and the PIN stays unless there is another one.
Outcome<StaffMember> put_staff(Desk& desk, const StaffMember& person, const std::string& pin_hash);
// staff_unknown where there is nobody of that id.
Outcome<StaffMember> set_staff_pin(Desk& desk, const std::string& id, const std::string& pin_hash);
// Who it was is forgotten: the key of what was sealed is destroyed.
Outcome<void> remove_staff(Desk& desk, const std::string& id);

Outcome<std::vector<central::Setting>> list_settings(store::Database& database);
// setting_unknown where tills know none of that name, setting_wrong where it is not in its form.
// With the first one, a salt for phone numbers is made where none was set.
Outcome<central::Setting> put_setting(Desk& desk, const central::Setting& setting);
Outcome<void> remove_setting(Desk& desk, const std::string& name);

}  // namespace counterfoil::services
