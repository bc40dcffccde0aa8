#pragma once

#include "daemon/aggregator/services/accounts.h"

namespace counterfoil::services {

struct Purchase {
    std::string id;
    std::string kind;  // "sale", "refund" or "void"
    std::int64_t amount_minor = 0;
    std::string currency;
    std::int64_t points = 0;
    std::string receipt_number;  // empty: it has none
    std::int64_t at_ms = 0;
};

// The same for the same event, wherever it is asked.
std::string purchase_id(std::string_view terminal, std::int64_t epoch, std::int64_t seq);

struct NewPurchase {
    std::string account;
    std::int64_t amount_minor = 0;
    std::string reference;  // its receipt's number elsewhere; may be empty
};
struct MadePurchase {
    Purchase purchase;
    Account account;  // with the points
};
// Points by the account's tier. receipt_taken where the same reference was recorded before.
Outcome<MadePurchase> record_purchase(Desk& desk, const Settings& settings,
                                      const NewPurchase& fresh);

struct PurchasePage {
    std::int64_t total = 0;
    std::vector<Purchase> purchases;
};
// Of one account, wherever they were made, the latest first.
Outcome<PurchasePage> list_purchases(store::Database& database, const std::string& account,
                                     std::int64_t skip, std::int64_t limit);

}  // namespace counterfoil::services
