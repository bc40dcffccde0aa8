#pragma once

#include <cstdint>
#include <vector>

#include "firmware/core/money/money.h"

namespace counterfoil::money {

// A VAT rate in basis points: 2700 is 27 %. Bounded to 0..10000.
class VatRate {
  public:
    static base::Result<VatRate> from_basis_points(std::int64_t basis_points);

    std::int64_t basis_points() const { return basis_points_; }
    auto operator<=>(const VatRate&) const = default;

  private:
    explicit VatRate(std::int64_t basis_points) : basis_points_(basis_points) {}

    std::int64_t basis_points_;
};

// A price that customers pay, taken apart: net + tax = gross, to the minor unit.
struct VatSplit {
    Money gross;
    Money net;
    Money tax;
};

// The tax inside a gross amount: gross * rate / (1 + rate), halves away from zero.
base::Result<VatSplit> split_gross(Money gross, VatRate rate);

// Amounts under one rate, as a receipt's foot lists them.
struct VatLine {
    VatRate rate;
    VatSplit split;
};

// One line per rate, lowest rate first. Tax is taken from each rate's sum, not from each item, so
// that the lines add up to what was paid. All amounts must be of one currency.
struct VatItem {
    Money gross;
    VatRate rate;
};
base::Result<std::vector<VatLine>> vat_by_rate(const std::vector<VatItem>& items);

}  // namespace counterfoil::money
