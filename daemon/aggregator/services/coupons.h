#pragma once

#include "daemon/aggregator/services/accounts.h"
#include "firmware/core/loyalty/coupon_state.h"

namespace counterfoil::services {

struct Coupon {
    std::string id;
    std::string code;
    std::int64_t value_minor = 0;
    loyalty::CouponStatus status;
    std::int64_t uses = 1;
    std::int64_t created_ms = 0;
    std::optional<std::int64_t> redeemed_ms;

    bool is_redeemed() const { return status.state == loyalty::CouponState::redeemed; }
};

// coupon_unknown where there is none of that code.
Outcome<Coupon> find_coupon(store::Database& database, std::string_view code, base::WallTime now);

// Of one account, the latest first; redeemed ones or the others, where that is asked.
Outcome<std::vector<Coupon>> list_coupons(store::Database& database, const std::string& account,
                                          std::optional<bool> redeemed, base::WallTime now);

struct MadeCoupon {
    Coupon coupon;
    Account account;  // with the points that are left
};
// Points of the account become a coupon of its own; points_insufficient where they are too few.
Outcome<MadeCoupon> buy_coupon(Desk& desk, const Settings& settings, const std::string& account);

// By `by`, who may hold a lock on it. coupon_redeemed_before says when.
Outcome<Coupon> redeem_coupon(Desk& desk, const std::string& code, const std::string& by);

// "This coupon has already been redeemed on ..."
Fault redeemed_before(const Coupon& coupon);

// "2026-01-18T12:30:00Z": times as this interface's documents write them.
std::string document_time(std::int64_t unix_ms);

}  // namespace counterfoil::services
