#include "firmware/receipt/receipt.h"

#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"

namespace counterfoil::receipt {

using ledger::GivingBack;
using ledger::Sale;
using ledger::SaleLine;
using ledger::SaleTender;
using money::Money;

namespace {

constexpr std::int64_t kPercentBasisPoints = 100;
// So much of a hash or signature is printed that nobody finds another one that begins alike.
constexpr std::size_t kShownBytes = 12;

std::string grouped(std::string digits, char separator) {
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, separator);
    }
    return digits;
}

// Digits without the currency's name.
std::string number_text(Money amount, Language language) {
    const bool hungarian = language == Language::hungarian;
    const std::int64_t minor = amount.minor();
    CF_CHECK(minor != INT64_MIN);
    std::string digits = std::to_string(minor < 0 ? -minor : minor);
    const auto behind = static_cast<std::size_t>(amount.currency().minor_digits());
    if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
    std::string text = grouped(digits.substr(0, digits.size() - behind), hungarian ? ' ' : ',');
    if (behind > 0)
        text.append(1, hungarian ? ',' : '.').append(digits.substr(digits.size() - behind));
    return (minor < 0 ? "-" : "") + text;
}

// "0,350" of a kilogram, "2" pieces.
std::string quantity_text(std::int64_t quantity_milli, bool by_weight, Language language) {
    const std::string whole = std::to_string(quantity_milli / ledger::kOne);
    if (!by_weight) return whole;
    std::string thousandths = std::to_string(quantity_milli % ledger::kOne);
    thousandths.insert(0, 3 - thousandths.size(), '0');
    return whole + (language == Language::hungarian ? "," : ".") + thousandths;
}

std::string rate_text(std::int64_t basis_points) {
    std::string text = std::to_string(basis_points / kPercentBasisPoints);
    const std::int64_t rest = basis_points % kPercentBasisPoints;
    if (rest != 0) text += "," + std::to_string(rest);
    return text + " %";
}

// Sets the parts of a receipt, one after the other.
class Setter {
  public:
    Setter(money::Currency currency, const Options& options)
        : currency_(currency), options_(options), paper_(options.columns) {}

    std::string say(Word what) const { return std::string(word(what, options_.language)); }
    std::string amount(std::int64_t minor) const {
        return amount_text(Money(minor, currency_), options_.language);
    }
    std::string number(std::int64_t minor) const {
        return number_text(Money(minor, currency_), options_.language);
    }

    void head(const Issuer& issuer) {
        paper_.centred(issuer.name, true).centred(issuer.address);
        paper_.centred(say(Word::tax_number) + ": " + issuer.tax_number).rule();
        if (options_.copy > 0)
            paper_.centred(say(Word::copy) + " " + std::to_string(options_.copy), true);
    }

    void line(const SaleLine& line, char rate_letter) {
        paper_.left(line.name);
        const std::string unit = say(line.by_weight ? Word::kilogram : Word::piece);
        const std::string quantity =
            quantity_text(line.quantity_milli, line.by_weight, options_.language);
        paper_.pair("  " + quantity + " " + unit + " x " + number(line.unit_minor),
                    number(line.gross_minor) + " " + rate_letter);
        if (line.discount_minor != 0)
            paper_.pair("  " + say(Word::discount), number(-line.discount_minor) + "  ");
    }

    void tenders(const std::vector<SaleTender>& tenders, bool giving_back) {
        std::int64_t change_minor = 0;
        for (const SaleTender& tender : tenders) {
            const Word kind = tender.kind == "cash"   ? Word::cash
                              : tender.kind == "card" ? Word::card
                                                      : Word::voucher;
            std::string label = say(kind);
            if (!tender.reference.empty()) label += " " + tender.reference;
            paper_.pair(label, amount(tender.given_minor));
            change_minor += tender.given_minor - tender.amount_minor;
        }
        if (!giving_back && change_minor != 0) paper_.pair(say(Word::change), amount(change_minor));
    }

    void points(const ledger::SaleMember& member, bool giving_back) {
        const std::int64_t change = giving_back ? -member.points_earned : member.points_earned;
        paper_.rule().pair(say(Word::points_before), std::to_string(member.points_before));
        paper_.pair(say(giving_back ? Word::points_taken_back : Word::points_earned),
                    (change > 0 ? "+" : "") + std::to_string(change));
        paper_.pair(say(Word::points_after), std::to_string(member.points_before + change), true);
    }

    void fiscal(const Fiscal& fiscal) {
        paper_.rule().left(fiscal.at);
        paper_.left(say(Word::terminal) + " " + fiscal.terminal + ", " + say(Word::event) + " " +
                    std::to_string(fiscal.seq));
        paper_.left(say(Word::hash) + " " +
                    base::to_hex(base::ByteView(fiscal.hash).first(kShownBytes)));
        const std::string signature =
            fiscal.signature
                ? base::to_base64url(base::ByteView(*fiscal.signature).first(kShownBytes))
                : say(Word::not_signed);
        paper_.left(say(Word::signature) + " " + signature);
    }

    Paper& paper() { return paper_; }

    Receipt finish(const Fiscal& fiscal, const Issuer& issuer) {
        if (!issuer.footer.empty()) paper_.rule().centred(issuer.footer);
        std::string claim =
            issuer.link + "#" + token::write_receipt_code(fiscal.terminal, fiscal.seq, fiscal.hash);
        if (fiscal.signature)
            claim.append(".")
                .append(base::to_base64url(fiscal.hash))
                .append(".")
                .append(base::to_base64url(*fiscal.signature));
        return {paper_.lines(), claim};
    }

  private:
    money::Currency currency_;
    const Options& options_;
    Paper paper_;
};

// A, B, C for the sale's rates, lowest first.
char rate_letter(const std::vector<money::VatLine>& vat, std::int64_t basis_points) {
    const auto found = std::ranges::find_if(
        vat, [&](const money::VatLine& line) { return line.rate.basis_points() == basis_points; });
    CF_CHECK(found != vat.end());
    return static_cast<char>('A' + (found - vat.begin()));
}

void set_vat(Setter& setter, const std::vector<money::VatLine>& vat) {
    setter.paper().rule();
    for (const money::VatLine& line : vat) {
        const std::string letter(1, rate_letter(vat, line.rate.basis_points()));
        setter.paper().pair(letter + " " + setter.say(Word::vat) + " " +
                                rate_text(line.rate.basis_points()) + " " + setter.say(Word::gross),
                            setter.number(line.split.gross.minor()));
        setter.paper().pair("  " + setter.say(Word::net) + " " +
                                setter.number(line.split.net.minor()) + ", " +
                                setter.say(Word::tax),
                            setter.number(line.split.tax.minor()));
    }
}

void set_coupons(Setter& setter, const std::vector<ledger::SaleCoupon>& coupons) {
    for (const ledger::SaleCoupon& coupon : coupons) {
        const std::string label = setter.say(Word::coupon) + " " + coupon.coupon;
        if (coupon.points > 0)
            setter.paper().pair(
                label, "+" + std::to_string(coupon.points) + " " + setter.say(Word::points_on_top));
        else
            setter.paper().pair(label, setter.amount(-coupon.discount_minor));
    }
}

}  // namespace

std::string Receipt::text() const {
    std::string all;
    for (const Line& line : lines) all.append(line.text).append("\n");
    return all;
}

std::string amount_text(Money amount, Language language) {
    const std::string number = number_text(amount, language);
    const std::string code(amount.currency().code());
    if (language == Language::english) return code + " " + number;
    return number + (code == "HUF" ? " Ft" : code == "EUR" ? " €" : " " + code);
}

Receipt render(const Sale& sale, const Fiscal& fiscal, const Issuer& issuer,
               const Options& options) {
    const auto vat = sale.vat();
    CF_CHECK(vat.ok());
    Setter setter(sale.currency, options);
    setter.head(issuer);
    Paper& paper = setter.paper();
    if (sale.receipt == 0)
        paper.centred(setter.say(Word::training), true);
    else
        paper.centred(setter.say(Word::receipt) + " " + std::to_string(sale.receipt), true);
    for (const SaleLine& line : sale.lines)
        setter.line(line, rate_letter(vat.value(), line.vat_basis_points));
    paper.rule();
    set_coupons(setter, sale.coupons);
    paper.pair(setter.say(Word::total), setter.amount(sale.total_minor), true);
    if (sale.rounding_minor != 0)
        paper.pair(setter.say(Word::rounding), setter.amount(sale.rounding_minor));
    setter.tenders(sale.tenders, false);
    set_vat(setter, vat.value());
    if (sale.member) setter.points(*sale.member, false);
    setter.fiscal(fiscal);
    return setter.finish(fiscal, issuer);
}

Receipt render(const GivingBack& back, const Sale& original, const Fiscal& fiscal,
               const Issuer& issuer, const Options& options) {
    Setter setter(back.currency, options);
    setter.head(issuer);
    Paper& paper = setter.paper();
    paper.centred(setter.say(Word::refund) + " " + std::to_string(back.receipt), true);
    paper.pair(setter.say(Word::original_receipt), std::to_string(back.original_receipt));
    paper.left(setter.say(Word::reason) + ": " + back.reason).rule();
    for (const ledger::BackLine& line : back.lines) {
        CF_CHECK(line.line >= 1 && line.line <= static_cast<std::int64_t>(original.lines.size()));
        const SaleLine& sold = original.lines[static_cast<std::size_t>(line.line - 1)];
        paper.left(sold.name);
        const std::string unit = setter.say(sold.by_weight ? Word::kilogram : Word::piece);
        paper.pair("  " + quantity_text(line.quantity_milli, sold.by_weight, options.language) +
                       " " + unit,
                   setter.number(-line.amount_minor));
    }
    paper.rule().pair(setter.say(Word::given_back), setter.amount(back.total_minor), true);
    if (back.rounding_minor != 0)
        paper.pair(setter.say(Word::rounding), setter.amount(back.rounding_minor));
    setter.tenders(back.tenders, true);
    if (back.member) setter.points(*back.member, true);
    setter.fiscal(fiscal);
    return setter.finish(fiscal, issuer);
}

}  // namespace counterfoil::receipt
