#include "firmware/core/loyalty/cart.h"

namespace counterfoil::loyalty {
namespace {

constexpr std::int64_t kThousandths = 1000;

base::Result<void, Refusal> check_line(const CartLine& line) {
    if (line.product_code.empty() || line.product_code.size() > kMaxCartText ||
        line.category.size() > kMaxCartText)
        return Refusal::line_wrong;
    if (line.gross_minor < 0) return Refusal::line_wrong;
    CF_LET(const std::int64_t full, full_price_minor(line.unit_price_minor, line.quantity));
    if (line.gross_minor > full) return Refusal::line_wrong;
    return {};
}

}  // namespace

Judged<std::int64_t> full_price_minor(std::int64_t unit_price_minor, Quantity quantity) {
    if (unit_price_minor < 0 || quantity.amount <= 0) return Refusal::line_wrong;
    const std::int64_t parts = quantity.measure == Measure::pieces ? 1 : kThousandths;
    const auto price =
        money::scale(unit_price_minor, quantity.amount, parts, money::Rounding::half_up);
    if (!price.ok()) return Refusal::amount_too_large;
    CF_CHECK(price.value() >= 0);
    return price.value();
}

Judged<std::int64_t> cart_gross_minor(const Cart& cart) {
    if (cart.lines.size() > kMaxCartLines) return Refusal::cart_too_large;
    std::int64_t gross = 0;
    for (const CartLine& line : cart.lines) {
        CF_TRY(check_line(line));
        if (__builtin_add_overflow(gross, line.gross_minor, &gross))
            return Refusal::amount_too_large;
    }
    CF_CHECK(gross >= 0);
    return gross;
}

}  // namespace counterfoil::loyalty
