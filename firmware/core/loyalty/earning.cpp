#include "firmware/core/loyalty/earning.h"

namespace counterfoil::loyalty {

using money::Rounding;

namespace {

std::int64_t minor_per_point(money::Currency currency) {
    std::int64_t minor = kUnitsPerPoint;
    for (int digit = 0; digit < currency.minor_digits(); ++digit) minor *= 10;
    return minor;
}

// What refunds of so much take back together.
std::int64_t reversed_in_all(EarnedPurchase purchase, std::int64_t refunded_minor) {
    if (purchase.paid_minor == 0) return 0;
    const auto points =
        money::scale(purchase.points, refunded_minor, purchase.paid_minor, Rounding::down);
    CF_CHECK(points.ok());
    return points.value();
}

}  // namespace

Judged<std::int64_t> points_earned(money::Money amount, std::int64_t multiplier_permille) {
    if (amount.minor() < 0) return Refusal::amount_negative;
    if (multiplier_permille < 0 || multiplier_permille > kMaxMultiplierPermille)
        return Refusal::multiplier_out_of_range;
    const std::int64_t hundreds =
        money::divide(amount.minor(), minor_per_point(amount.currency()), Rounding::down);
    const auto points = money::scale(hundreds, multiplier_permille, kWholePermille, Rounding::down);
    if (!points.ok()) return Refusal::amount_too_large;
    CF_CHECK(points.value() >= 0);
    return points.value();
}

Judged<std::int64_t> points_reversed(EarnedPurchase purchase, RefundStep step) {
    CF_CHECK(purchase.points >= 0);
    if (purchase.paid_minor < 0 || step.refunded_before_minor < 0 || step.refund_minor < 0)
        return Refusal::amount_negative;
    if (step.refunded_before_minor > purchase.paid_minor ||
        step.refund_minor > purchase.paid_minor - step.refunded_before_minor)
        return Refusal::refund_exceeds_purchase;
    const std::int64_t before = reversed_in_all(purchase, step.refunded_before_minor);
    const std::int64_t after =
        reversed_in_all(purchase, step.refunded_before_minor + step.refund_minor);
    CF_CHECK(before <= after && after <= purchase.points);
    return after - before;
}

}  // namespace counterfoil::loyalty
