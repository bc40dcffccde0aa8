#pragma once

#include "firmware/core/loyalty/tier.h"
#include "firmware/core/money/money.h"

namespace counterfoil::services {

// What a merchant may decide of the programme. The defaults are what customers were promised.
struct Settings {
    money::Currency currency = money::Currency::huf();
    loyalty::TierTable tiers = loyalty::TierTable::standard();
    std::int64_t coupon_price_points = 100;
    std::int64_t coupon_value_minor = 1000;
    bool allow_registration = false;  // whoever comes may make an account
    std::int64_t session_ms = 30LL * 24 * 60 * 60 * 1000;
};

}  // namespace counterfoil::services
