#pragma once

#include "firmware/core/loyalty/refusal.h"
#include "firmware/core/money/money.h"

namespace counterfoil::loyalty {

inline constexpr std::int64_t kWholePermille = 1000;
// A thousandfold multiplier; a higher one is a slip of the hand.
inline constexpr std::int64_t kMaxMultiplierPermille = 1'000'000;
// So many whole units of the currency make one point before the multiplier.
inline constexpr std::int64_t kUnitsPerPoint = 100;

// The points for a purchase: floor(floor(units / 100) * permille / 1000), where units are whole
// forints or whole euros. Only full hundreds count, and the multiplied points are floored once:
// 1550 HUF at 1100 is 15 * 1.1 = 16.
Judged<std::int64_t> points_earned(money::Money amount, std::int64_t multiplier_permille);

// A purchase and what it earned, as its refunds need to know it. Zero where money was not paid.
struct EarnedPurchase {
    std::int64_t paid_minor = 0;
    std::int64_t points = 0;
};

// One refund among the refunds of a purchase.
struct RefundStep {
    std::int64_t refunded_before_minor = 0;
    std::int64_t refund_minor = 0;
};

// The points that one refund takes back. What all refunds so far have taken back is always
// floor(points * refunded / paid), so that refunds of the whole take back the whole, however it was
// split.
Judged<std::int64_t> points_reversed(EarnedPurchase purchase, RefundStep step);

}  // namespace counterfoil::loyalty
