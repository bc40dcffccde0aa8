#include "firmware/core/token/refusal.h"

#include <array>

namespace counterfoil::token {
namespace {

struct Words {
    Refusal refusal;
    std::string_view name;
    std::string_view sentence;
    std::string_view advice;
};

constexpr std::string_view kScanAgain = "Scan it again; if that fails, ask for another code.";
constexpr std::string_view kAskForAnother = "Ask for another code, or sell without it.";
constexpr std::string_view kShowFresh = "Let the phone show a fresh code, and scan that.";
constexpr std::string_view kSync = "Connect the till to the network, so that it fetches its keys.";
constexpr std::string_view kOperator = "Tell the operator.";

constexpr std::array kWords{
    Words{Refusal::unknown_code, "unknown_code", "This is no code of ours.", kAskForAnother},
    Words{Refusal::too_long, "too_long", "The code is longer than any of ours.", kScanAgain},
    Words{Refusal::unsupported, "unsupported",
          "The code is of a form that this till is too old for.",
          "Sell without it, and have the till updated."},
    Words{Refusal::malformed, "malformed", "The code is damaged or made up.", kScanAgain},
    Words{Refusal::not_canonical, "not_canonical", "The code is not written as ours are.",
          kScanAgain},
    Words{Refusal::trailing_bytes, "trailing_bytes", "Something was added behind the code.",
          kScanAgain},
    Words{Refusal::check_digit_wrong, "check_digit_wrong",
          "The product code's check digit is wrong.",
          "Scan it again, or type the digits under the bars."},
    Words{Refusal::key_unknown, "key_unknown",
          "The code is signed by a key that this till does not "
          "know.",
          kSync},
    Words{Refusal::signature_wrong, "signature_wrong", "The code is forged or damaged.",
          kAskForAnother},
    Words{Refusal::wrong_purpose, "wrong_purpose",
          "The code is signed by a key that is not for "
          "codes of this kind.",
          kAskForAnother},
    Words{Refusal::key_not_yet_valid, "key_not_yet_valid",
          "The key behind the code is not valid "
          "yet.",
          "Check the till's clock."},
    Words{Refusal::key_expired, "key_expired", "The key behind the code has run out.",
          kAskForAnother},
    Words{Refusal::not_yet_valid, "not_yet_valid", "The coupon is not valid yet.",
          "Tell the customer from when it is."},
    Words{Refusal::expired, "expired", "It has run out.", kAskForAnother},
    Words{Refusal::stale, "stale", "The member's code is more than a minute old.", kShowFresh},
    Words{Refusal::clock_ahead, "clock_ahead", "The member's code is from the future.",
          "Check the clocks of the till and of the phone."},
    Words{Refusal::lifetime_too_long, "lifetime_too_long",
          "The member's certificate runs for longer "
          "than any may.",
          kAskForAnother},
    Words{Refusal::revoked, "revoked", "It has been taken back.", kAskForAnother},
    Words{Refusal::wrong_store, "wrong_store", "The coupon is for other stores.",
          "Tell the customer which stores take it."},
    Words{Refusal::wrong_holder, "wrong_holder", "The coupon belongs to another member.",
          "Scan its owner's member code first."},
    Words{Refusal::replayed, "replayed", "This very code was shown before.", kShowFresh},
    Words{Refusal::too_many_phones, "too_many_phones",
          "More phones were shown in this minute than the till can remember.",
          "Wait a moment, and let the phone show a fresh code."},
    Words{Refusal::keys_overdue, "keys_overdue",
          "The till's keys are too old to spend on; earning "
          "still works.",
          kSync},
    Words{Refusal::root_wrong, "root_wrong", "The list is not signed by this merchant's root.",
          kOperator},
    Words{Refusal::older_list, "older_list", "A newer list is in use already.", kOperator},
    Words{Refusal::delta_gap, "delta_gap", "The list does not follow the one in use.", kOperator},
};

const Words& words(Refusal refusal) {
    const auto index = static_cast<std::size_t>(refusal);
    CF_CHECK(index < kWords.size() && kWords[index].refusal == refusal);
    return kWords[index];
}

}  // namespace

std::string_view refusal_name(Refusal refusal) {
    return words(refusal).name;
}

std::string_view refusal_sentence(Refusal refusal) {
    return words(refusal).sentence;
}

std::string_view refusal_advice(Refusal refusal) {
    return words(refusal).advice;
}

}  // namespace counterfoil::token
