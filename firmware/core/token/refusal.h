#pragma once

#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/core/base/wording.h"

namespace counterfoil::token {

// Why a scanned text is not taken for what it claims to be. The names are stable and documented.
enum class Refusal {
    unknown_code,       // nothing that this system writes
    too_long,           // longer than any code of its kind
    unsupported,        // of a newer form than this program knows
    malformed,          // not in the promised form
    not_canonical,      // a second way of writing what has one form
    trailing_bytes,     // something stands behind the end
    check_digit_wrong,  // a product code that was not read or typed right
    key_unknown,        // signed by a key that the key list does not name
    signature_wrong,    // not what the key signed
    wrong_purpose,      // signed by a key that is for something else
    key_not_yet_valid,  // the key is for later
    key_expired,        // the key was for earlier
    not_yet_valid,      // the coupon is for later
    expired,            // the coupon or the member's certificate has run out
    stale,              // the member's code is older than a minute
    clock_ahead,        // the member's code is from the future
    lifetime_too_long,  // the member's certificate runs for longer than any may
    revoked,            // taken back by the centre
    wrong_store,        // for other stores
    wrong_holder,       // for another member
    replayed,           // this very code was shown before
    too_many_phones,    // more in one minute than can be remembered
    keys_overdue,       // the key list is too old to spend on
    root_wrong,         // the list is not signed by this merchant's root
    older_list,         // a list that a newer one has replaced
    delta_gap,          // revocations that do not follow the ones held
};

std::string_view refusal_name(Refusal refusal);
// A sentence for the cashier, and what to do next.
base::Wording refusal_sentence(Refusal refusal);
base::Wording refusal_advice(Refusal refusal);

template <class T>
using Judged = base::Result<T, Refusal>;

}  // namespace counterfoil::token
