#pragma once

#include "daemon/aggregator/services/desk.h"
#include "daemon/aggregator/services/settings.h"
#include "firmware/core/crypto/seal.h"

// What is brought in from elsewhere: customers, with what they bought and hold, all or nothing.
namespace counterfoil::services {

struct ImportedCustomer {
    std::string place;  // "line 4", "customers[3]": where it stands
    std::string loyalty_id;
    std::string name;
    std::string email;
    std::string phone;
    std::string tier;
    bool is_admin = false;
    std::string pin;       // empty: has none
    std::string pin_hash;  // made of it before anything is written
    // What they are in the end; nothing: what the purchases amount to.
    std::optional<std::int64_t> points;
    std::optional<std::int64_t> spent_minor;
    std::optional<std::int64_t> visits;
    // Made by prepare_import().
    std::string id;
    crypto::SealKey key{};
    base::Bytes sealed;
};

// Of a customer of the same import, by its place among them.
struct ImportedPurchase {
    std::string place;
    std::size_t customer = 0;
    std::int64_t amount_minor = 0;
    std::int64_t points = 0;
    std::string reference;  // empty: it has none
    std::int64_t at_ms = 0;
};

struct ImportedCoupon {
    std::string place;
    std::size_t customer = 0;
    std::string code;
    std::int64_t value_minor = 0;
    std::int64_t created_ms = 0;
    std::optional<std::int64_t> redeemed_ms;
};

// What of it is not as it must be.
struct ImportProblem {
    std::string place;
    base::Sentence sentence;  // with the field's name before it, where it is one field
};

struct ImportPlan {
    std::vector<ImportedCustomer> customers;
    std::vector<ImportedPurchase> purchases;
    std::vector<ImportedCoupon> coupons;
    std::vector<ImportProblem> problems;
};

// What of it stands in the store already.
Outcome<std::vector<ImportProblem>> check_against(store::Database& database,
                                                  const ImportPlan& plan);

// What of it takes long and can be done before it is written, on another thread: everybody's id and
// key, and what is sealed by that.
void prepare_import(ImportPlan& plan, const base::Clock& clock, base::Entropy& entropy);

// All of it as events of the centre's own ledger, in the caller's transaction. The plan has no
// problems, and was prepared. import_wrong where somebody has taken a name of it meanwhile.
Outcome<void> write_import(Desk& desk, const Settings& settings, const ImportPlan& plan);

}  // namespace counterfoil::services
