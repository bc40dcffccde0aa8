#pragma once

#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/core/base/wording.h"

namespace counterfoil::checkout {

// Why the till does not do what was asked of it. The names are stable and documented.
enum class Refusal {
    cart_empty,
    cart_full,
    cart_not_priced,  // a coupon or an amount that the rules cannot reckon with
    amount_not_positive,
    amount_negative,  // where nothing is an amount, too
    amount_too_large,
    too_many_tenders,
    tender_unknown,
    tender_reference_missing,  // a card or voucher without its slip's number
    card_overpaid,             // only cash gives change
    not_paid,                  // less than the total
    receipt_unknown,
    kept_at_centre,  // so old that the till has pruned it
    receipt_is_refund,
    line_unknown,
    quantity_over_sold,  // more than was sold and not given back yet
    quantity_not_whole,  // half a piece
    discount_too_large,  // an override that takes off more than there is
    two_discounts,
    currency_foreign,
    product_unknown,
    weight_needed,
    not_a_product,
    not_a_member,
    not_a_coupon,
    member_unknown,
    member_not_proven,  // by a card or a phone's number alone nothing is spent
    coupon_unknown,
    need_online,      // this till holds no right to it
    over_face_limit,  // worth more than is taken without a right to it
    over_till_limit,  // the till has taken as much as it may without rights
    over_member_limit,
    offline_too_long,
    keys_missing,
    points_not_convertible,
    no_shift,
    shift_open,
    reason_missing,
    drawer_too_empty,
    receipt_not_last,
    receipt_given_back,
    receipt_of_another_till,
    basket_not_empty,
    not_signed_in,
    sign_in_wrong,
    pin_missing,
    busy,
    locked_out,
    manager_needed,
    not_a_manager,
    request_reused,  // the key of another write
    request_wrong,
    parked_unknown,
    parked_full,
    parked_held,  // somebody works with it at another screen
    label_taken,
    label_too_long,
    event_unknown,
    printer_not_ready,
};
inline constexpr std::size_t kRefusals = static_cast<std::size_t>(Refusal::printer_not_ready) + 1;

std::string_view refusal_name(Refusal refusal);
// A sentence for the cashier, and what to do next.
base::Wording refusal_sentence(Refusal refusal);

template <class T>
using Judged = base::Result<T, Refusal>;

// reason_missing where a change says not why, or at too much length to be recorded.
Judged<void> check_reason(std::string_view reason);

}  // namespace counterfoil::checkout
