#pragma once

#include <string>
#include <vector>

#include "firmware/core/central/rows.h"
#include "firmware/core/ledger/event.h"
#include "firmware/core/ledger/members.h"

// What the events of the centre's own ledger say of what shops sell, who works in them and how.
// Pure.
namespace counterfoil::ingest {

struct ProductsChanged {
    std::vector<central::Product> products;  // new, or in the place of what was there
};
struct ProductRemoved {
    std::int64_t gtin = 0;
};

struct StaffChanged {
    std::string id;
    std::string role;
    base::Bytes sealed;  // the name and the PIN's hash
};
struct StaffRemoved {
    std::string id;
};

struct SettingChanged {
    std::string name;
    std::string value;  // JSON
};
struct SettingRemoved {
    std::string name;
};

// What cannot be read is the error that the members tell, or the result's.
base::Result<ProductsChanged> read_products_changed(const json::Value& body);
ProductRemoved read_product_removed(ledger::Members& members);
base::Result<StaffChanged> read_staff_changed(ledger::Members& members);
StaffRemoved read_staff_removed(ledger::Members& members);
SettingChanged read_setting_changed(ledger::Members& members);
SettingRemoved read_setting_removed(ledger::Members& members);

json::Object write_body(const ProductsChanged& fact);
json::Object write_body(const ProductRemoved& fact);
json::Object write_body(const StaffChanged& fact);
json::Object write_body(const StaffRemoved& fact);
json::Object write_body(const SettingChanged& fact);
json::Object write_body(const SettingRemoved& fact);

}  // namespace counterfoil::ingest
