#include "firmware/core/money/vat.h"

#include <map>

namespace counterfoil::money {

using base::Result;

namespace {
constexpr std::int64_t kWhole = 10'000;
}  // namespace

Result<VatRate> VatRate::from_basis_points(std::int64_t basis_points) {
    if (basis_points < 0 || basis_points > kWhole)
        return base::Error(base::Code::invalid_argument, "a VAT rate is 0 to 100 %");
    return VatRate(basis_points);
}

Result<VatSplit> split_gross(Money gross, VatRate rate) {
    CF_LET(const std::int64_t tax, scale(gross.minor(), rate.basis_points(),
                                         kWhole + rate.basis_points(), Rounding::half_up));
    const Money tax_part(tax, gross.currency());
    CF_LET(const Money net, gross.minus(tax_part));
    CF_CHECK(net.minor() + tax == gross.minor());
    return VatSplit{gross, net, tax_part};
}

Result<std::vector<VatLine>> vat_by_rate(const std::vector<VatItem>& items) {
    std::map<VatRate, Money> gross_by_rate;
    for (const VatItem& item : items) {
        auto [place, first] = gross_by_rate.try_emplace(item.rate, item.gross);
        if (first) continue;
        CF_LET(place->second, place->second.plus(item.gross));
    }
    std::vector<VatLine> lines;
    for (const auto& [rate, gross] : gross_by_rate) {
        CF_LET(VatSplit split, split_gross(gross, rate));
        lines.push_back({rate, split});
    }
    return lines;
}

}  // namespace counterfoil::money
