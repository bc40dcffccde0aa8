#pragma once

#include <map>
#include <optional>

#include "firmware/core/base/id.h"
#include "firmware/core/loyalty/cart.h"

namespace counterfoil::loyalty {

inline constexpr std::size_t kMaxOffers = 100;
inline constexpr std::size_t kMaxScope = 256;  // products, categories or stores of one coupon
inline constexpr std::size_t kMaxGroupName = 64;
inline constexpr std::int64_t kMaxBonusPoints = 1'000'000'000;
inline constexpr std::int64_t kMaxFreePieces = 1000;

enum class OfferKind : std::uint8_t {
    fixed,         // value: minor units of the cart's currency
    percent,       // value: permille, 1 to 1000
    bonus_points,  // value: points; for members only
    free_product,  // value: pieces of the products in the scope; the cheapest are free
};

// A coupon laid on a cart. An empty scope is no restriction; where products and categories are both
// named, a line of either will do.
struct Offer {
    base::Uuid id;
    OfferKind kind = OfferKind::fixed;
    std::int64_t value = 0;
    std::int64_t min_basket_minor = 0;  // of the whole cart before coupons
    std::vector<std::string> products;
    std::vector<std::string> categories;
    std::vector<std::uint16_t> stores;
    bool stackable = true;        // false: no other coupon beside it
    std::string exclusive_group;  // at most one of a group; empty: no group
    std::int32_t priority = 0;    // the higher goes first
    // How often one member may use it; where there is a limit, it is for members only.
    std::optional<std::int64_t> customer_limit;
    std::int64_t uses_left = 1;
};

// Who is buying, as far as the rules ask.
struct MemberState {
    std::optional<base::Uuid> member;         // none: nobody known
    std::map<base::Uuid, std::int64_t> uses;  // how often this member has used which offer
};

// offer_wrong where a value is out of its range or a free product is not named.
base::Result<void, Refusal> check_offer(const Offer& offer);

// Whether the offer is for this line. Only counted products can be free.
bool is_for_line(const Offer& offer, const CartLine& line);

// Why the offer is not for this cart and this customer, whatever other offers there are:
// offer_used_up, wrong_store, member_required, customer_limit_reached, no_matching_line,
// below_minimum, looked at in this order.
base::Result<void, Refusal> check_eligible(const Offer& offer, const Cart& cart,
                                           std::int64_t gross_minor, const MemberState& member);

}  // namespace counterfoil::loyalty
