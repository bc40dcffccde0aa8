#include "firmware/checkout/cart.h"

#include <algorithm>

#include "firmware/core/ledger/members.h"
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

Judged<void> Cart::add_apart(const Item& item, std::int64_t quantity_milli) {
    CF_TRY(check_quantity(item, quantity_milli));
    if (item.unit_minor < 0 || item.unit_minor > kMaxUnitMinor) return Refusal::amount_too_large;
    if (lines_.size() >= ledger::kMaxSaleLines) return Refusal::cart_full;
    lines_.push_back({item, quantity_milli});
    return {};
}

Judged<void> Cart::add(const Item& item, std::int64_t quantity_milli) {
    CF_TRY(check_quantity(item, quantity_milli));
    const auto same = std::ranges::find_if(lines_, [&](const CartLine& line) {
        return !item.by_weight && line.overrides.empty() && line.item.code == item.code &&
               line.item.unit_minor == item.unit_minor;
    });
    if (same != lines_.end()) {
        CF_TRY(check_quantity(item, same->quantity_milli + quantity_milli));
        same->quantity_milli += quantity_milli;
        return {};
    }
    return add_apart(item, quantity_milli);
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

Judged<void> Cart::override_price(std::int64_t unit_minor, const Approval& approval) {
    CF_CHECK(!lines_.empty() && !approval.by.empty());
    if (unit_minor < 0) return Refusal::amount_not_positive;
    if (unit_minor > kMaxUnitMinor) return Refusal::amount_too_large;
    CF_TRY(check_reason(approval.reason));
    CartLine& line = lines_.back();
    line.overrides.push_back(
        {Override::Kind::price, line.item.unit_minor, unit_minor, approval.by, approval.reason});
    line.item.unit_minor = unit_minor;
    return {};
}

Judged<void> Cart::take_off(std::int64_t off_minor, const Approval& approval) {
    CF_CHECK(!lines_.empty() && !approval.by.empty());
    CartLine& line = lines_.back();
    if (line.off_minor != 0) return Refusal::two_discounts;
    const std::int64_t before_minor = full_minor(line);
    if (off_minor <= 0) return Refusal::amount_not_positive;
    if (off_minor > before_minor) return Refusal::discount_too_large;
    CF_TRY(check_reason(approval.reason));
    line.overrides.push_back({Override::Kind::discount, before_minor, before_minor - off_minor,
                              approval.by, approval.reason});
    line.off_minor += off_minor;
    return {};
}

Judged<void> Cart::take_off_part(std::int64_t off_permille, const Approval& approval) {
    CF_CHECK(!lines_.empty());
    constexpr std::int64_t kWhole = loyalty::kWholePermille;
    if (off_permille <= 0) return Refusal::amount_not_positive;
    if (off_permille > kWhole) return Refusal::discount_too_large;
    const auto off =
        money::scale(full_minor(lines_.back()), off_permille, kWhole, loyalty::kDiscountRounding);
    CF_CHECK(off.ok());
    return take_off(off.value(), approval);
}

std::int64_t Cart::full_minor(const CartLine& line) const {
    const auto full = loyalty::full_price_minor(line.item.unit_minor, quantity_of(line));
    CF_CHECK(full.ok());
    return full.value();
}

loyalty::Cart Cart::for_the_rules() const {
    loyalty::Cart cart{currency_, store_, {}};
    for (const CartLine& line : lines_)
        cart.lines.push_back({line.item.code, line.item.category, quantity_of(line),
                              line.item.unit_minor, full_minor(line) - line.off_minor});
    return cart;
}

loyalty::MemberState Cart::member_state() const {
    loyalty::MemberState state;
    if (!member_) return state;
    state.member = member_->id;
    std::map<std::int64_t, std::int64_t> laid;
    for (const CartCoupon& coupon : coupons_)
        state.uses[coupon.offer.id] = coupon.book_uses + laid[coupon.redemption.book]++;
    return state;
}

void Cart::take_away(const std::string& coupon) {
    std::erase_if(coupons_, [&](const CartCoupon& laid) { return laid.coupon == coupon; });
}

Judged<PricedCart> Cart::price() const {
    if (lines_.empty()) return Refusal::cart_empty;
    std::vector<loyalty::Offer> offers;
    for (const CartCoupon& coupon : coupons_) offers.push_back(coupon.offer);
    std::int64_t full = 0;
    for (const CartLine& line : lines_) full += full_minor(line);
    if (full > ledger::kMaxMinor) return Refusal::amount_too_large;
    const auto evaluation = loyalty::evaluate(for_the_rules(), offers, member_state());
    if (!evaluation.ok()) return Refusal::cart_not_priced;
    PricedCart priced;
    priced.evaluation = evaluation.value();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const CartLine& line = lines_[i];
        const Item& item = line.item;
        priced.lines.push_back({item.code, item.name, line.quantity_milli, item.by_weight,
                                item.unit_minor, full_minor(line),
                                line.off_minor + priced.evaluation.lines[i].discount_minor,
                                item.vat_basis_points});
    }
    for (const loyalty::OfferOutcome& outcome : priced.evaluation.offers) {
        if (!outcome.applies()) continue;
        const auto coupon = std::ranges::find_if(
            coupons_, [&](const CartCoupon& laid) { return laid.offer.id == outcome.offer; });
        CF_CHECK(coupon != coupons_.end());
        priced.coupons.push_back({coupon->coupon, coupon->name, coupon->redemption.book,
                                  outcome.discount_minor, outcome.bonus_points});
        priced.redemptions.push_back(coupon->redemption);
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
