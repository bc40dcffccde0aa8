#include "firmware/checkout/fault.h"

namespace counterfoil::checkout {

using base::Code;
using base::Sentence;
using base::Wording;

namespace {

Sentence joined(Wording sentence, Wording advice) {
    return {std::string(sentence.english) + " " + std::string(advice.english),
            std::string(sentence.hungarian) + " " + std::string(advice.hungarian)};
}

// What a fault of the machine means for somebody who wants to sell. The English sentence is the
// error's own, which knows more.
std::string_view hungarian_of(Code code) {
    switch (code) {
        case Code::disk_full:
            return "A lemez megtelt, semmi sem lett rögzítve. Szóljon az üzemeltetőnek.";
        case Code::disk_nearly_full:
            return "A lemez majdnem megtelt: eladni már nem lehet. Zárja le a műszakot, és "
                   "kapcsolja a pénztárat a hálózatra.";
        case Code::io_failed:
        case Code::read_only:
        case Code::permission_denied:
            return "A lemez hibázott. Indítsa újra a pénztárat, és nézze meg, rögzült-e az utolsó "
                   "tétel.";
        case Code::clock_before_build:
            return "A pénztár órája rossz. Állítsa be, és próbálja újra.";
        case Code::second_writer:
            return "Ezt a pénztárat épp egy másik program használja. Várjon, vagy zárja be azt.";
        case Code::too_large:
            return "Ez túl nagy. Bontsa kisebb részekre.";
        case Code::invalid_argument:
        case Code::malformed:
            return "Ezt nem így kell írni. Adja meg újra.";
        case Code::not_found:
            return "A pénztár egyik fájlja hiányzik. Szóljon az üzemeltetőnek.";
        default:
            return "A pénztár hibát talált. Szóljon az üzemeltetőnek.";
    }
}

constexpr int kBadRequest = 400;
constexpr int kUnauthorised = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kGone = 410;
constexpr int kTooLarge = 413;
constexpr int kUnprocessable = 422;
constexpr int kTooMany = 429;
constexpr int kBroken = 500;
constexpr int kNoRoom = 507;

int status_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::not_signed_in:
        case Refusal::sign_in_wrong:
            return kUnauthorised;
        case Refusal::locked_out:
        case Refusal::busy:
            return kTooMany;
        case Refusal::manager_needed:
        case Refusal::not_a_manager:
            return kForbidden;
        case Refusal::product_unknown:
        case Refusal::member_unknown:
        case Refusal::coupon_unknown:
        case Refusal::receipt_unknown:
        case Refusal::line_unknown:
        case Refusal::parked_unknown:
        case Refusal::event_unknown:
            return kNotFound;
        case Refusal::kept_at_centre:
            return kGone;
        case Refusal::no_shift:
        case Refusal::shift_open:
        case Refusal::receipt_not_last:
        case Refusal::receipt_given_back:
        case Refusal::request_reused:
        case Refusal::label_taken:
        case Refusal::parked_full:
        case Refusal::printer_not_ready:
            return kConflict;
        default:
            return kUnprocessable;
    }
}

int status_of(Code code) {
    switch (code) {
        case Code::invalid_argument:
        case Code::malformed:
            return kBadRequest;
        case Code::not_found:
            return kNotFound;
        case Code::too_large:
            return kTooLarge;
        case Code::disk_full:
        case Code::disk_nearly_full:
            return kNoRoom;
        case Code::refused:
            return kUnprocessable;
        default:
            return kBroken;
    }
}

}  // namespace

Fault::Fault(Refusal refusal) : status_(status_of(refusal)), code_(refusal_name(refusal)) {
    const Wording wording = refusal_sentence(refusal);
    sentence_ = {std::string(wording.english), std::string(wording.hungarian)};
}

Fault::Fault(loyalty::Refusal refusal)
    : status_(loyalty::refusal_http_status(refusal)),
      code_(loyalty::refusal_name(refusal)),
      sentence_(joined(loyalty::refusal_sentence(refusal), loyalty::refusal_advice(refusal))) {}

Fault::Fault(token::Refusal refusal)
    : code_(token::refusal_name(refusal)),
      sentence_(joined(token::refusal_sentence(refusal), token::refusal_advice(refusal))) {}

Fault::Fault(const base::Error& error)
    : kind_(error.code()),
      status_(status_of(error.code())),
      code_(base::code_name(error.code())),
      // What exactly was found is told in the one language that it is known in.
      sentence_{error.message(),
                std::string(hungarian_of(error.code())) + " (" + error.message() + ")"} {}

Fault::Fault(loyalty::Refusal refusal, Sentence sentence)
    : status_(loyalty::refusal_http_status(refusal)),
      code_(loyalty::refusal_name(refusal)),
      sentence_(std::move(sentence)) {}

Fault coupon_used_up() {
    constexpr auto kState = loyalty::Refusal::terminal_state;
    const Wording state = loyalty::refusal_sentence(kState);
    const Wording advice = loyalty::refusal_advice(kState);
    return Fault(kState, {std::string(state.english) +
                              ": the coupon was used before, as often as it may "
                              "be. " +
                              std::string(advice.english),
                          std::string(state.hungarian) +
                              ": a kupont már felhasználták, ahányszor csak "
                              "lehetett. " +
                              std::string(advice.hungarian)});
}

base::Error Fault::error() const {
    if (!is_refusal()) return base::Error(kind_, sentence_.english);
    return base::Error(kind_, code_ + ": " + sentence_.english);
}

}  // namespace counterfoil::checkout
