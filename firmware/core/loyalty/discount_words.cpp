#include "firmware/core/loyalty/discount_words.h"

namespace counterfoil::loyalty {
namespace {

Sentence applied_sentence(const OfferOutcome& outcome, money::Currency currency) {
    if (outcome.bonus_points > 0) {
        const std::string points = std::to_string(outcome.bonus_points);
        const std::string noun = outcome.bonus_points == 1 ? " point." : " points.";
        return {"Gives " + points + noun, points + " pontot ad."};
    }
    const std::string amount = money::Money(outcome.discount_minor, currency).text();
    return {"Takes " + amount + " off.", amount + " kedvezményt ad."};
}

Sentence missing_sentence(std::int64_t missing_minor, money::Currency currency) {
    CF_CHECK(missing_minor > 0);
    const std::string amount = money::Money(missing_minor, currency).text();
    const Wording wording = refusal_sentence(Refusal::below_minimum);
    return {std::string(wording.english) + " Missing: " + amount + ".",
            std::string(wording.hungarian) + " Hiányzik: " + amount + "."};
}

}  // namespace

Sentence outcome_sentence(const OfferOutcome& outcome, const Offer& offer, money::Money gross) {
    if (outcome.applies()) return applied_sentence(outcome, gross.currency());
    if (*outcome.refusal == Refusal::below_minimum)
        return missing_sentence(offer.min_basket_minor - gross.minor(), gross.currency());
    const Wording wording = refusal_sentence(*outcome.refusal);
    return {std::string(wording.english), std::string(wording.hungarian)};
}

}  // namespace counterfoil::loyalty
