#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/core/base/wording.h"

namespace counterfoil::loyalty {

// Why a rule of the loyalty programme says no. The names are stable; the terminal and the
// centre give the same one.
enum class Refusal {
    amount_negative,               // an amount of money below zero
    amount_too_large,              // a sum or a product that does not fit
    multiplier_out_of_range,       // a tier's permille outside of what is allowed
    refund_exceeds_purchase,       // more is given back than was paid
    tier_count_wrong,              // a table without tiers, or with too many
    tier_text_wrong,               // a tier's name or benefits are missing or too long
    tier_name_taken,               // two tiers of one name
    tier_threshold_taken,          // two tiers that start at the same spend
    tier_start_missing,            // no tier for who has spent nothing
    tier_unknown,                  // no tier of that name
    points_not_positive,           // points are earned and spent one or more at a time
    points_insufficient,           // fewer points are free than were asked for
    points_too_many,               // a sum of points that does not fit
    lot_exists,                    // an earning that is in the account already
    lot_unknown,                   // an earning that the account never held
    lot_times_wrong,               // earned, pending and expiry are not in that order
    too_many_lots,                 // the account holds as many lots as it may
    give_back_exceeds_spend,       // more comes back to a lot than was spent from it
    cart_too_large,                // more lines than a cart may have
    too_many_offers,               // more coupons than a cart may have
    line_wrong,                    // a line whose numbers do not hold together
    offer_wrong,                   // a coupon whose numbers do not hold together
    offer_repeated,                // one coupon twice in one cart
    offer_used_up,                 // the coupon has no uses left
    wrong_store,                   // the coupon is for other stores
    member_required,               // the coupon is for members only
    customer_limit_reached,        // this member has used the coupon as often as allowed
    no_matching_line,              // nothing in the cart is what the coupon is for
    below_minimum,                 // the cart is worth less than the coupon asks for
    not_stackable,                 // one of the two coupons goes alone
    group_taken,                   // another coupon of the same group applies
    nothing_left,                  // there is no money left to take off
    coupon_not_available,          // assigned to somebody, or out of use
    coupon_not_assigned,           // only coupons that belong to somebody are locked or redeemed
    already_locked,                // locked, by whomever
    coupon_locked,                 // redeemed by another than the lock's owner
    lock_not_yours,                // unlocked by another than the lock's owner
    lock_holds,                    // a locked coupon does not expire before the lock runs out
    lock_time_wrong,               // a lock for no time, or for too long
    terminal_state,                // redeemed, expired and revoked coupons stay what they are
    invalid_transition,            // the state machine has no such arrow
    concurrent_redemption,         // the coupon was redeemed in two places
    maximum_assignments_exceeded,  // the member holds as many coupons of the book as allowed
    maximum_redemptions_exceeded,  // the member has redeemed as many of the book as allowed
};

inline constexpr std::size_t kRefusals = 44;

using base::Sentence;
using base::Wording;

std::string_view refusal_name(Refusal refusal);
// A sentence for the cashier or the customer, and what to do next.
Wording refusal_sentence(Refusal refusal);
Wording refusal_advice(Refusal refusal);
// What a server answers where it has nothing better.
int refusal_http_status(Refusal refusal);

template <class T>
using Judged = base::Result<T, Refusal>;

// How often something was done, and how often it may be.
struct UseCount {
    std::int64_t used = 0;
    std::int64_t limit = 0;

    bool operator==(const UseCount&) const = default;
};

// The refusal with its numbers behind it: "Maximum assignments exceeded (5/5)".
Sentence refusal_with_count(Refusal refusal, UseCount count);
// What a member hears who has too few points for a coupon of that price.
Sentence too_few_points_for_coupon(std::int64_t price_points);

}  // namespace counterfoil::loyalty
