#include "firmware/core/loyalty/offer.h"

#include <algorithm>
#include <limits>

#include "firmware/core/loyalty/earning.h"

namespace counterfoil::loyalty {
namespace {

std::int64_t largest_value(OfferKind kind) {
    switch (kind) {
        case OfferKind::fixed:
            return std::numeric_limits<std::int64_t>::max();
        case OfferKind::percent:
            return kWholePermille;
        case OfferKind::bonus_points:
            return kMaxBonusPoints;
        case OfferKind::free_product:
            return kMaxFreePieces;
    }
    return 0;
}

template <class T>
bool holds(const std::vector<T>& scope, const T& wanted) {
    return std::find(scope.begin(), scope.end(), wanted) != scope.end();
}

base::Result<void, Refusal> check_member(const Offer& offer, const MemberState& member) {
    const bool for_members = offer.kind == OfferKind::bonus_points || offer.customer_limit;
    if (for_members && !member.member) return Refusal::member_required;
    if (!offer.customer_limit) return {};
    const auto used = member.uses.find(offer.id);
    const std::int64_t uses = used == member.uses.end() ? 0 : used->second;
    CF_CHECK(uses >= 0);
    if (uses >= *offer.customer_limit) return Refusal::customer_limit_reached;
    return {};
}

}  // namespace

base::Result<void, Refusal> check_offer(const Offer& offer) {
    const bool value_fits = offer.value >= 1 && offer.value <= largest_value(offer.kind);
    const bool scope_fits = offer.products.size() <= kMaxScope &&
                            offer.categories.size() <= kMaxScope &&
                            offer.stores.size() <= kMaxScope;
    const bool is_named = offer.kind != OfferKind::free_product || !offer.products.empty();
    const bool counters_fit = offer.min_basket_minor >= 0 && offer.uses_left >= 0 &&
                              offer.customer_limit.value_or(0) >= 0;
    if (!value_fits || !scope_fits || !is_named || !counters_fit ||
        offer.exclusive_group.size() > kMaxGroupName)
        return Refusal::offer_wrong;
    return {};
}

bool is_for_line(const Offer& offer, const CartLine& line) {
    if (offer.kind == OfferKind::free_product && line.quantity.measure != Measure::pieces)
        return false;
    if (offer.products.empty() && offer.categories.empty()) return true;
    return holds(offer.products, line.product_code) || holds(offer.categories, line.category);
}

base::Result<void, Refusal> check_eligible(const Offer& offer, const Cart& cart,
                                           std::int64_t gross_minor, const MemberState& member) {
    if (offer.uses_left == 0) return Refusal::offer_used_up;
    if (!offer.stores.empty() && !holds(offer.stores, cart.store)) return Refusal::wrong_store;
    CF_TRY(check_member(offer, member));
    const bool matches =
        std::any_of(cart.lines.begin(), cart.lines.end(),
                    [&](const CartLine& line) { return is_for_line(offer, line); });
    if (!matches) return Refusal::no_matching_line;
    if (gross_minor < offer.min_basket_minor) return Refusal::below_minimum;
    return {};
}

}  // namespace counterfoil::loyalty
