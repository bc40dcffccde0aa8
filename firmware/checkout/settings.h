#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/core/money/money.h"
#include "firmware/mirror/reader.h"
#include "firmware/receipt/receipt.h"

namespace counterfoil::checkout {

// What a till may take while it holds no right to it. STRICT takes nothing.
struct CouponPolicy {
    bool bounded = false;
    std::int64_t face_minor = 0;      // of one coupon
    std::int64_t terminal_minor = 0;  // of all since the central data were made
    std::int64_t member_minor = 0;    // of one member since then
    std::int64_t hours = 72;          // how old the central data may be

    bool operator==(const CouponPolicy&) const = default;
};

// The coupon that points are turned into.
struct PointsCoupon {
    std::int64_t points = 100;
    std::int64_t book = 0;
    std::int64_t value_minor = 1000;
    std::int64_t days = 90;

    bool operator==(const PointsCoupon&) const = default;
};

// The merchant's settings, as far as selling asks for them.
struct ShopSettings {
    money::Currency currency = money::Currency::huf();
    std::int64_t cash_step_minor = 5;
    CouponPolicy policy;
    std::optional<PointsCoupon> points_coupon;  // none: points are not turned into coupons
    std::int64_t auto_lock_s = 300;
    std::vector<std::int64_t> tiers_permille;  // by the number of a member's tier
    // So old an event may be pruned, once the centre has it; 0: never.
    std::int64_t keep_days = 90;
    std::set<std::string> cashier_may;  // acts, see staff.h, that take no manager here
    receipt::Issuer issuer;
};

// A setting that is not there has its default; malformed, and named, where one is not in its form.
base::Result<ShopSettings> read_settings(mirror::Mirror& mirror);

}  // namespace counterfoil::checkout
