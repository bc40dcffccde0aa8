#pragma once

#include "firmware/core/loyalty/discount.h"

namespace counterfoil::loyalty {

// The sentence for an outcome that is complete but for it: what the offer does, or why it does not.
Sentence outcome_sentence(const OfferOutcome& outcome, const Offer& offer, money::Money gross);

}  // namespace counterfoil::loyalty
