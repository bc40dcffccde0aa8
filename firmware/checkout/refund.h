#pragma once

#include <optional>
#include <vector>

#include "firmware/checkout/refusal.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/journal/projections.h"

namespace counterfoil::checkout {

// A line of a receipt that the customer brings back: so much of it.
struct Wanted {
    std::int64_t line = 0;                       // from 1
    std::optional<std::int64_t> quantity_milli;  // none: all that is left
};

// All that was sold and not given back yet.
std::vector<Wanted> everything_left(const ledger::Sale& sale,
                                    const std::vector<journal::GivenBack>& before);

// What each of the lines is worth: of what was paid for a line, all its refunds so far together
// give floor(paid * quantity / sold), so that the parts of a line, however it is split, sum to what
// was paid for it.
Judged<std::vector<ledger::BackLine>> price_refund(const ledger::Sale& sale,
                                                   const std::vector<journal::GivenBack>& before,
                                                   const std::vector<Wanted>& wanted);

// A giving back among those of a sale.
struct BackStep {
    std::int64_t before_minor = 0;
    std::int64_t now_minor = 0;
    bool is_last = false;  // nothing of the sale is left after it
};

// The points that it takes back: in proportion to the money, so that all of them together take back
// all. Where the sale cost nothing, the last one does.
std::int64_t points_back(const ledger::Sale& sale, const BackStep& step);

}  // namespace counterfoil::checkout
