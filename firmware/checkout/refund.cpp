#include "firmware/checkout/refund.h"

#include <algorithm>

#include "firmware/core/loyalty/earning.h"

namespace counterfoil::checkout {

using journal::GivenBack;
using ledger::BackLine;
using ledger::Sale;
using ledger::SaleLine;

namespace {

GivenBack before_of(const std::vector<GivenBack>& before, std::int64_t line) {
    const auto found =
        std::ranges::find_if(before, [line](const GivenBack& back) { return back.line == line; });
    return found == before.end() ? GivenBack{line, 0, 0} : *found;
}

std::int64_t share_minor(const SaleLine& line, std::int64_t quantity_milli) {
    const auto share =
        money::scale(line.paid_minor(), quantity_milli, line.quantity_milli, money::Rounding::down);
    CF_CHECK(share.ok());
    return share.value();
}

}  // namespace

std::vector<Wanted> everything_left(const Sale& sale, const std::vector<GivenBack>& before) {
    std::vector<Wanted> left;
    for (std::size_t i = 0; i < sale.lines.size(); ++i) {
        const auto place = static_cast<std::int64_t>(i + 1);
        const std::int64_t quantity_milli =
            sale.lines[i].quantity_milli - before_of(before, place).quantity_milli;
        if (quantity_milli > 0) left.push_back({place, quantity_milli});
    }
    return left;
}

Judged<std::vector<BackLine>> price_refund(const Sale& sale, const std::vector<GivenBack>& before,
                                           const std::vector<Wanted>& wanted) {
    if (wanted.empty()) return Refusal::quantity_over_sold;
    std::vector<BackLine> lines;
    for (const Wanted& want : wanted) {
        const bool twice = std::ranges::any_of(
            lines, [&](const BackLine& line) { return line.line == want.line; });
        if (want.line < 1 || want.line > static_cast<std::int64_t>(sale.lines.size()) || twice)
            return Refusal::line_unknown;
        const SaleLine& sold = sale.lines[static_cast<std::size_t>(want.line - 1)];
        const GivenBack back = before_of(before, want.line);
        const std::int64_t left_milli = sold.quantity_milli - back.quantity_milli;
        const std::int64_t wanted_milli = want.quantity_milli.value_or(left_milli);
        if (want.quantity_milli && wanted_milli <= 0) return Refusal::amount_not_positive;
        if (wanted_milli == 0 || wanted_milli > left_milli) return Refusal::quantity_over_sold;
        if (!sold.by_weight && wanted_milli % ledger::kOne != 0) return Refusal::quantity_not_whole;
        const std::int64_t worth_minor =
            share_minor(sold, back.quantity_milli + wanted_milli) - back.amount_minor;
        CF_CHECK(worth_minor >= 0);
        lines.push_back({want.line, wanted_milli, worth_minor, sold.vat_basis_points});
    }
    return lines;
}

std::int64_t points_back(const Sale& sale, const BackStep& step) {
    if (!sale.member) return 0;
    if (sale.total_minor == 0) return step.is_last ? sale.member->points_earned : 0;
    const auto reversed = loyalty::points_reversed({sale.total_minor, sale.member->points_earned},
                                                   {step.before_minor, step.now_minor});
    CF_CHECK(reversed.ok());
    return reversed.value();
}

}  // namespace counterfoil::checkout
