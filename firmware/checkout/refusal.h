#pragma once

#include <string_view>

#include "firmware/core/base/result.h"

namespace counterfoil::checkout {

// Why the till does not do what was asked of it. The names are stable and documented.
enum class Refusal {
    cart_empty,
    cart_full,
    cart_not_priced,  // a coupon or an amount that the rules cannot reckon with
    amount_not_positive,
    amount_too_large,
    too_many_tenders,
    tender_unknown,
    tender_reference_missing,  // a card or voucher without its slip's number
    card_overpaid,             // only cash gives change
    not_paid,                  // less than the total
    receipt_unknown,
    receipt_is_refund,
    line_unknown,
    quantity_over_sold,  // more than was sold and not given back yet
    quantity_not_whole,  // half a piece
    coupon_used_up,      // at this till; elsewhere is for its lease to say
    no_shift,
    shift_open,
    reason_missing,
    drawer_too_empty,
};

std::string_view refusal_name(Refusal refusal);
// A sentence for the cashier, and what to do next.
std::string_view refusal_sentence(Refusal refusal);
std::string_view refusal_sentence_hungarian(Refusal refusal);

template <class T>
using Judged = base::Result<T, Refusal>;

}  // namespace counterfoil::checkout
