#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/json/json.h"
#include "firmware/core/money/money.h"

// What a shift's receipts and drawer add up to: an X report while it is open, and the body of the Z
// report once it is closed.
namespace counterfoil::ledger {

inline constexpr std::size_t kMaxShiftTaxes = 100;
inline constexpr std::size_t kMaxShiftTenders = 3;

// Of sales less what was given back, at one rate: each receipt's tax as it stands on the receipt,
// summed, which can be a unit or two off the tax of the sum.
struct TaxTotal {
    std::int64_t basis_points = 0;
    std::int64_t gross_minor = 0;
    std::int64_t tax_minor = 0;

    bool operator==(const TaxTotal&) const = default;
};

// Change is not counted as taken.
struct TenderTotal {
    std::string kind;
    std::int64_t taken_minor = 0;
    std::int64_t given_back_minor = 0;

    bool operator==(const TenderTotal&) const = default;
};

struct ShiftFigures {
    std::int64_t number = 0;  // of the Z report, from 1 and without gaps; 0: an X report
    std::string shift;
    money::Currency currency = money::Currency::huf();
    std::int64_t sales = 0;
    std::int64_t sales_minor = 0;
    std::int64_t refunds = 0;  // voids among them
    std::int64_t voids = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t discount_minor = 0;  // what sales were lowered by; refunds change nothing of it
    std::int64_t rounding_minor = 0;  // what rounding cash added to sales, less to refunds
    std::int64_t first_receipt = 0;   // 0: there was none
    std::int64_t last_receipt = 0;
    std::int64_t float_minor = 0;
    std::int64_t cash_in_minor = 0;
    std::int64_t cash_out_minor = 0;
    std::int64_t expected_minor = 0;   // what the drawer should hold
    std::int64_t drawer_openings = 0;  // without a sale
    std::optional<std::int64_t> counted_minor;
    std::vector<TenderTotal> tenders;  // by kind
    std::vector<TaxTotal> taxes;       // lowest rate first
    std::string request;               // the caller's key for this write

    // More in the drawer than there should be, or less; 0 where nobody counted.
    std::int64_t difference_minor() const {
        return counted_minor ? *counted_minor - expected_minor : 0;
    }
    bool operator==(const ShiftFigures&) const = default;
};

// refused where the figures contradict each other: tenders or taxes that are not what was sold and
// given back, a drawer that should hold something else, a negative count, an amount over 2^53.
base::Status check(const ShiftFigures& figures);

// The body of a Z report; an X report is shown in the same form. CF_CHECKs that the figures hold.
json::Object write_body(const ShiftFigures& figures);

// Strict: malformed where a member is missing or over its bound, refused where figures do not hold.
base::Result<ShiftFigures> read_shift_figures(const json::Value& body);

}  // namespace counterfoil::ledger
