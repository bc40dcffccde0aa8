#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/wording.h"

namespace counterfoil::services {

// Why the centre does not do what it was asked for, besides the rules of the loyalty programme. The
// names are stable.
enum class Refusal {
    invalid_credentials,
    token_missing,
    token_invalid,
    token_expired,
    session_over,    // a refresh token that is unknown, or has run out
    session_reused,  // one that was used before: somebody else may have it
    admin_required,
    customer_required,
    not_yours,
    customer_unknown,
    coupon_unknown,
    user_unknown,
    book_unknown,
    pool_unknown,
    not_in_pool,
    already_in_pool,
    pool_empty,
    too_few_coupons,      // fewer are available in a book than were asked for
    codes_uploaded_only,  // a book without a pattern makes none itself
    pattern_too_weak,     // whoever tries codes would find one
    book_full,
    registration_closed,
    terminal_unknown,
    terminal_code_wrong,
    terminal_request_wrong,
    evidence_unknown,  // nothing of that digest was kept of the terminal
    product_unknown,
    plu_taken,
    staff_unknown,
    setting_unknown,
    setting_wrong,
    terminal_certificate_wrong,
    terminal_clock_wrong,
    import_unknown,
    import_wrong,
    loyalty_id_taken,
    email_taken,
    receipt_taken,
    coupon_taken,
    coupon_redeemed_before,
    request_reused,  // the idempotency key of another request
    last_admin,
    too_many_requests,
    too_many_sign_ins,
    not_csv,
    not_json,
    body_malformed,
    body_missing,
    field_wrong,
    place_wrong,  // no place in a list
    busy,
    unavailable,
    internal,
};
inline constexpr std::size_t kRefusals = static_cast<std::size_t>(Refusal::internal) + 1;

// "INVALID_CREDENTIALS"
std::string_view refusal_name(Refusal refusal);
base::Wording refusal_sentence(Refusal refusal);
// What a server answers with it.
int refusal_status(Refusal refusal);

}  // namespace counterfoil::services
