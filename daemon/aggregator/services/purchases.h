#pragma once

#include "daemon/aggregator/services/accounts.h"
#include "daemon/aggregator/services/slice.h"

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

struct PurchaseFilter {
    std::string terminal;  // empty: any
    std::string kind;      // empty: any
};
struct ListedPurchase {
    Purchase purchase;
    std::string terminal;
    std::string account;  // empty: nobody's
};
// Of everybody, the latest first; a terminal's in the order of its ledger, the last first. The
// total is told where neither a kind nor a time is asked for.
Outcome<Slice<ListedPurchase>> list_all_purchases(store::Database& database,
                                                  const PurchaseFilter& filter,
                                                  const SliceAsk& ask);

}  // namespace counterfoil::services
