#include "firmware/checkout/cart.h"

#include <algorithm>

#include "firmware/core/loyalty/earning.h"

namespace counterfoil::checkout {

using ledger::kOne;

namespace {

constexpr std::int64_t kMaxQuantityMilli = 100'000 * kOne;
constexpr std::int64_t kMaxUnitMinor = 100'000'000;

loyalty::Quantity quantity_of(const CartLine& line) {
    if (line.item.by_weight) return {line.quantity_milli, loyalty::Measure::thousandths};
    return {line.quantity_milli / kOne, loyalty::Measure::pieces};
}

Judged<void> check_quantity(const Item& item, std::int64_t quantity_milli) {
    if (quantity_milli <= 0) return Refusal::amount_not_positive;
    if (quantity_milli > kMaxQuantityMilli) return Refusal::amount_too_large;
    if (!item.by_weight && quantity_milli % kOne != 0) return Refusal::quantity_not_whole;
    return {};
}

}  // namespace

Judged<void> Cart::add(const Item& item, std::int64_t quantity_milli) {
    CF_TRY(check_quantity(item, quantity_milli));
    if (item.unit_minor < 0 || item.unit_minor > kMaxUnitMinor) return Refusal::amount_too_large;
    const auto same = std::ranges::find_if(lines_, [&](const CartLine& line) {
        return !item.by_weight && line.item.code == item.code &&
               line.item.unit_minor == item.unit_minor;
    });
    if (same != lines_.end()) {
        CF_TRY(check_quantity(item, same->quantity_milli + quantity_milli));
        same->quantity_milli += quantity_milli;
        return {};
    }
    if (lines_.size() >= ledger::kMaxSaleLines) return Refusal::cart_full;
    lines_.push_back({item, quantity_milli});
    return {};
}

Judged<void> Cart::set_quantity(std::int64_t line, std::int64_t quantity_milli) {
    if (line < 1 || line > static_cast<std::int64_t>(lines_.size())) return Refusal::line_unknown;
    const auto place = lines_.begin() + (line - 1);
    if (quantity_milli == 0) {
        lines_.erase(place);
        return {};
    }
    CF_TRY(check_quantity(place->item, quantity_milli));
    place->quantity_milli = quantity_milli;
    return {};
}

loyalty::Cart Cart::for_the_rules() const {
    loyalty::Cart cart{currency_, store_, {}};
    for (const CartLine& line : lines_) {
        const loyalty::Quantity quantity = quantity_of(line);
        const auto gross = loyalty::full_price_minor(line.item.unit_minor, quantity);
        CF_CHECK(gross.ok());
        cart.lines.push_back(
            {line.item.code, line.item.category, quantity, line.item.unit_minor, gross.value()});
    }
    return cart;
}

Judged<PricedCart> Cart::price() const {
    if (lines_.empty()) return Refusal::cart_empty;
    std::vector<loyalty::Offer> offers;
    for (const CartCoupon& coupon : coupons_) offers.push_back(coupon.offer);
    loyalty::MemberState member;
    if (member_) member.member = member_->id;
    const loyalty::Cart cart = for_the_rules();
    const auto evaluation = loyalty::evaluate(cart, offers, member);
    if (!evaluation.ok()) return Refusal::cart_not_priced;
    PricedCart priced;
    priced.evaluation = evaluation.value();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const Item& item = lines_[i].item;
        priced.lines.push_back({item.code, item.name, lines_[i].quantity_milli, item.by_weight,
                                item.unit_minor, cart.lines[i].gross_minor,
                                priced.evaluation.lines[i].discount_minor, item.vat_basis_points});
    }
    for (const loyalty::OfferOutcome& outcome : priced.evaluation.offers) {
        if (!outcome.applies()) continue;
        const auto coupon = std::ranges::find_if(
            coupons_, [&](const CartCoupon& laid) { return laid.offer.id == outcome.offer; });
        CF_CHECK(coupon != coupons_.end());
        priced.coupons.push_back(
            {coupon->coupon, coupon->book, outcome.discount_minor, outcome.bonus_points});
    }
    priced.total_minor = priced.evaluation.to_pay_minor;
    if (!member_) return priced;
    const auto earned =
        loyalty::points_earned(money::Money(priced.total_minor, currency_), member_->tier_permille);
    if (!earned.ok()) return Refusal::cart_not_priced;
    priced.points = earned.value() + priced.evaluation.bonus_points;
    return priced;
}

}  // namespace counterfoil::checkout
