#include "firmware/receipt/receipt.h"

#include <algorithm>

#include "firmware/receipt/setter.h"

namespace counterfoil::receipt {

using ledger::GivingBack;
using ledger::Sale;
using ledger::SaleLine;
using ledger::SaleTender;

namespace {

void set_line(Setter& setter, const SaleLine& line, char rate_letter, Language language) {
    Paper& paper = setter.paper();
    paper.left(line.name);
    const std::string unit = setter.say(line.by_weight ? Word::kilogram : Word::piece);
    const std::string quantity = quantity_text(line.quantity_milli, line.by_weight, language);
    paper.pair("  " + quantity + " " + unit + " x " + setter.number(line.unit_minor),
               setter.number(line.gross_minor) + " " + rate_letter);
    if (line.discount_minor != 0)
        paper.pair("  " + setter.say(Word::discount), setter.number(-line.discount_minor) + "  ");
}

void set_tenders(Setter& setter, const std::vector<SaleTender>& tenders, bool giving_back) {
    std::int64_t change_minor = 0;
    for (const SaleTender& tender : tenders) {
        std::string label = setter.say(tender_word(tender.kind));
        if (!tender.reference.empty()) label += " " + tender.reference;
        setter.paper().pair(label, setter.amount(tender.given_minor));
        change_minor += tender.given_minor - tender.amount_minor;
    }
    if (!giving_back && change_minor != 0)
        setter.paper().pair(setter.say(Word::change), setter.amount(change_minor));
}

void set_points(Setter& setter, const ledger::SaleMember& member, bool giving_back) {
    Paper& paper = setter.paper();
    const std::int64_t change = giving_back ? -member.points_earned : member.points_earned;
    paper.rule().pair(setter.say(Word::points_before), std::to_string(member.points_before));
    paper.pair(setter.say(giving_back ? Word::points_taken_back : Word::points_earned),
               (change > 0 ? "+" : "") + std::to_string(change));
    paper.pair(setter.say(Word::points_after), std::to_string(member.points_before + change), true);
}

// A, B, C for the sale's rates, lowest first.
char rate_letter(const std::vector<money::VatLine>& vat, std::int64_t basis_points) {
    const auto found = std::ranges::find_if(
        vat, [&](const money::VatLine& line) { return line.rate.basis_points() == basis_points; });
    CF_CHECK(found != vat.end());
    return static_cast<char>('A' + (found - vat.begin()));
}

// `sign` is -1 for what is given back.
void set_vat(Setter& setter, const std::vector<money::VatLine>& vat, Language language, int sign) {
    setter.paper().rule();
    for (const money::VatLine& line : vat) {
        const std::string letter(1, rate_letter(vat, line.rate.basis_points()));
        setter.paper().pair(letter + " " + setter.say(Word::vat) + " " +
                                rate_text(line.rate.basis_points(), language) + " " +
                                setter.say(Word::gross),
                            setter.number(sign * line.split.gross.minor()));
        setter.paper().pair("  " + setter.say(Word::net) + " " +
                                setter.number(sign * line.split.net.minor()) + ", " +
                                setter.say(Word::tax),
                            setter.number(sign * line.split.tax.minor()));
    }
}

// What a coupon took off stands at its lines already, so that here it is told and not counted.
void set_coupons(Setter& setter, const std::vector<ledger::SaleCoupon>& coupons) {
    for (const ledger::SaleCoupon& coupon : coupons) {
        const std::string label = setter.say(Word::coupon) + " " + coupon.name;
        if (coupon.points > 0)
            setter.paper().pair(
                label, "+" + std::to_string(coupon.points) + " " + setter.say(Word::points_on_top));
        else
            setter.paper().left(label + " (" + setter.amount(coupon.discount_minor) + ")");
    }
}

void set_footer(Setter& setter, const Issuer& issuer) {
    if (!issuer.footer.empty()) setter.paper().rule().centred(issuer.footer);
}

}  // namespace

std::string Receipt::text() const {
    std::string all;
    for (const Line& line : lines) all.append(line.text).append("\n");
    return all;
}

Receipt render(const Sale& sale, const Fiscal& fiscal, const Issuer& issuer,
               const Options& options) {
    const auto vat = sale.vat();
    CF_CHECK(vat.ok());
    Setter setter(sale.currency, options);
    const bool training = sale.receipt == 0;
    setter.head(issuer, training ? setter.say(Word::training)
                                 : setter.say(Word::receipt) + " " + std::to_string(sale.receipt));
    for (const SaleLine& line : sale.lines)
        set_line(setter, line, rate_letter(vat.value(), line.vat_basis_points), options.language);
    Paper& paper = setter.paper().rule();
    set_coupons(setter, sale.coupons);
    paper.pair(setter.say(Word::total), setter.amount(sale.total_minor), true);
    if (sale.rounding_minor != 0)
        paper.pair(setter.say(Word::rounding), setter.amount(sale.rounding_minor));
    set_tenders(setter, sale.tenders, false);
    set_vat(setter, vat.value(), options.language, 1);
    if (sale.member) set_points(setter, *sale.member, false);
    setter.fiscal(fiscal);
    set_footer(setter, issuer);
    // Again, so that no end torn off passes for a receipt's.
    if (training) paper.rule().centred(setter.say(Word::training), true);
    return {paper.lines(), training ? "" : claim(fiscal, issuer)};
}

Receipt render(const GivingBack& back, const Sale& original, const Fiscal& fiscal,
               const Issuer& issuer, const Options& options) {
    const auto vat = back.vat();
    CF_CHECK(vat.ok());
    Setter setter(back.currency, options);
    setter.head(issuer, setter.say(options.is_void ? Word::void_sale : Word::refund) + " " +
                            std::to_string(back.receipt));
    Paper& paper = setter.paper();
    paper.pair(setter.say(Word::original_receipt), std::to_string(back.original_receipt));
    paper.left(setter.say(Word::reason) + ": " + back.reason).rule();
    for (const ledger::BackLine& line : back.lines) {
        CF_CHECK(line.line >= 1 && line.line <= static_cast<std::int64_t>(original.lines.size()));
        const SaleLine& sold = original.lines[static_cast<std::size_t>(line.line - 1)];
        paper.left(sold.name);
        const std::string unit = setter.say(sold.by_weight ? Word::kilogram : Word::piece);
        paper.pair("  " + quantity_text(line.quantity_milli, sold.by_weight, options.language) +
                       " " + unit,
                   setter.number(-line.amount_minor) + " " +
                       rate_letter(vat.value(), line.vat_basis_points));
    }
    paper.rule().pair(setter.say(Word::given_back), setter.amount(back.total_minor), true);
    if (back.rounding_minor != 0)
        paper.pair(setter.say(Word::rounding), setter.amount(back.rounding_minor));
    set_tenders(setter, back.tenders, true);
    set_vat(setter, vat.value(), options.language, -1);
    if (back.member) set_points(setter, *back.member, true);
    setter.fiscal(fiscal);
    set_footer(setter, issuer);
    return {paper.lines(), claim(fiscal, issuer)};
}

}  // namespace counterfoil::receipt
