#pragma once

#include "daemon/aggregator/services/coupons.h"

// Which coupons were redeemed, when and by whom, as the ledger tells it.
namespace counterfoil::services {

struct RedemptionRecord {
    std::string coupon;
    std::string code;
    std::string book;         // empty: it is of none
    std::string account;      // whose it was; empty: nobody's
    std::string redeemed_by;  // empty: the centre
    std::int64_t number = 0;  // of this coupon's uses, from 1
    std::int64_t value_minor = 0;
    std::int64_t at_ms = 0;
};
struct RedemptionPage {
    std::int64_t total = 0;
    std::vector<RedemptionRecord> redemptions;
};
// The latest first.
Outcome<RedemptionPage> redemptions_of_coupon(store::Database& database, const std::string& coupon,
                                              Part part);
Outcome<RedemptionPage> redemptions_of_account(store::Database& database,
                                               const std::string& account, Part part);

}  // namespace counterfoil::services
