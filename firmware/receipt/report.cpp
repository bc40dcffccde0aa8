#include "firmware/receipt/setter.h"

namespace counterfoil::receipt {

using ledger::ShiftFigures;

namespace {

std::string receipts_text(const ShiftFigures& figures, const Setter& setter) {
    if (figures.first_receipt == 0) return setter.say(Word::none);
    return std::to_string(figures.first_receipt) + " - " + std::to_string(figures.last_receipt);
}

// A pair that explains the one above it.
void set_detail(Setter& setter, Word what, const std::string& amount) {
    setter.paper().pair("  " + setter.say(what), amount);
}

// From what was sold to what was kept of it, so that the amounts add up from line to line.
void set_takings(Setter& setter, const ShiftFigures& figures) {
    Paper& paper = setter.paper();
    const auto amount = [&](std::int64_t minor) { return setter.amount(minor); };
    paper.pair(setter.say(Word::turnover), amount(figures.sales_minor), true);
    set_detail(setter, Word::sales, std::to_string(figures.sales));
    set_detail(setter, Word::discounts_taken_off, amount(figures.discount_minor));
    paper.pair(setter.say(Word::refunds_and_voids), amount(-figures.refunded_minor));
    set_detail(setter, Word::refunds, std::to_string(figures.refunds));
    set_detail(setter, Word::voids, std::to_string(figures.voids));
    paper.pair(setter.say(Word::rounding), amount(figures.rounding_minor));
    const std::int64_t kept_minor =
        figures.sales_minor - figures.refunded_minor + figures.rounding_minor;
    paper.pair(setter.say(Word::takings), amount(kept_minor), true);
    for (const ledger::TenderTotal& tender : figures.tenders) {
        set_detail(setter, tender_word(tender.kind), amount(tender.taken_minor));
        if (tender.given_back_minor != 0)
            paper.pair("    " + setter.say(Word::handed_back), amount(-tender.given_back_minor));
    }
}

void set_taxes(Setter& setter, const ShiftFigures& figures, Language language) {
    if (figures.taxes.empty()) return;
    Paper& paper = setter.paper().rule();
    for (const ledger::TaxTotal& tax : figures.taxes) {
        paper.pair(setter.say(Word::vat) + " " + rate_text(tax.basis_points, language) + " " +
                       setter.say(Word::gross),
                   setter.amount(tax.gross_minor));
        set_detail(setter, Word::net, setter.amount(tax.gross_minor - tax.tax_minor));
        set_detail(setter, Word::tax, setter.amount(tax.tax_minor));
    }
}

// "+10 Ft": more than expected; "-10 Ft": less.
std::string difference_text(Setter& setter, std::int64_t minor) {
    std::string text = setter.amount(minor);
    if (minor > 0) text.insert(text.find_first_of("0123456789"), 1, '+');
    return text;
}

void set_drawer(Setter& setter, const ShiftFigures& figures) {
    Paper& paper = setter.paper().rule();
    const auto pair = [&](Word what, std::int64_t minor) {
        paper.pair(setter.say(what), setter.amount(minor));
    };
    pair(Word::opening_float, figures.float_minor);
    pair(Word::cash_takings, figures.expected_minor - figures.float_minor - figures.cash_in_minor +
                                 figures.cash_out_minor);
    pair(Word::cash_in, figures.cash_in_minor);
    pair(Word::cash_out, -figures.cash_out_minor);
    pair(Word::cash_expected, figures.expected_minor);
    if (figures.counted_minor) {
        const std::int64_t difference_minor = figures.difference_minor();
        pair(Word::cash_counted, *figures.counted_minor);
        paper.pair(setter.say(Word::difference), difference_text(setter, difference_minor),
                   difference_minor != 0);
    }
    paper.pair(setter.say(Word::drawer_openings), std::to_string(figures.drawer_openings));
}

}  // namespace

Receipt render(const ShiftFigures& figures, const Fiscal* fiscal, const Issuer& issuer,
               const Options& options) {
    const bool is_z = figures.number > 0;
    CF_CHECK(is_z == (fiscal != nullptr));
    Setter setter(figures.currency, options);
    setter.head(issuer, is_z ? setter.say(Word::z_report) + " " + std::to_string(figures.number)
                             : setter.say(Word::x_report));
    Paper& paper = setter.paper();
    paper.pair(setter.say(Word::shift), figures.shift);
    paper.pair(setter.say(Word::receipts), receipts_text(figures, setter)).rule();
    set_takings(setter, figures);
    set_taxes(setter, figures, options.language);
    set_drawer(setter, figures);
    if (!is_z && !options.at.empty()) paper.rule().left(options.at);
    if (!is_z) return {paper.lines(), {}};
    setter.fiscal(*fiscal);
    return {paper.lines(), claim(*fiscal, issuer)};
}

}  // namespace counterfoil::receipt
