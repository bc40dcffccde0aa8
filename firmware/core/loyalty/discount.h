#pragma once

#include "firmware/core/loyalty/offer.h"

namespace counterfoil::loyalty {

// How a percentage, and the price of a free piece, are settled to the minor unit.
inline constexpr money::Rounding kDiscountRounding = money::Rounding::half_up;

// What became of one offer.
struct OfferOutcome {
    base::Uuid offer;
    std::optional<Refusal> refusal;  // none: it applies
    std::int64_t discount_minor = 0;
    std::int64_t bonus_points = 0;
    std::optional<base::Uuid> blocked_by;  // for not_stackable and group_taken: by which offer
    Sentence sentence;                     // for the cashier or the customer

    bool applies() const { return !refusal; }
    bool operator==(const OfferOutcome&) const = default;
};

struct OfferShare {
    base::Uuid offer;
    std::int64_t discount_minor = 0;

    bool operator==(const OfferShare&) const = default;
};

// What became of one line: which offer took how much off it, and what is left to pay.
struct LineOutcome {
    std::vector<OfferShare> taken;
    std::int64_t discount_minor = 0;
    std::int64_t to_pay_minor = 0;

    bool operator==(const LineOutcome&) const = default;
};

struct Evaluation {
    std::vector<OfferOutcome> offers;  // in the order in which they were tried
    std::vector<LineOutcome> lines;    // as in the cart
    std::int64_t gross_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t to_pay_minor = 0;
    std::int64_t bonus_points = 0;

    bool operator==(const Evaluation&) const = default;
};

// A dry run: what the offers would do to the cart, and why. Nothing is used up.
//
// Offers are tried by priority, then by how much they would take off the untouched cart, then by
// how many points they would give, then by id; never in the order in which they came. Each works on
// what the ones before it have left of its lines, a fixed amount and a percentage spread over them
// in proportion to what is left of each. Nothing goes below zero. Refused as a whole only where the
// input makes no sense: cart_too_large, too_many_offers, line_wrong, offer_wrong, offer_repeated,
// amount_too_large.
Judged<Evaluation> evaluate(const Cart& cart, const std::vector<Offer>& offers,
                            const MemberState& member);

}  // namespace counterfoil::loyalty
