#pragma once

#include "firmware/receipt/receipt.h"

namespace counterfoil::receipt {

// "1 234", "-2"; "12,90", in English "12.90": the amount without the currency's name.
std::string number_text(money::Money amount, Language language);

// "0,350" of a kilogram, "2" pieces.
std::string quantity_text(std::int64_t quantity_milli, bool by_weight, Language language);

// "27 %", "5,5 %".
std::string rate_text(std::int64_t basis_points, Language language);

// Sets the parts that receipts and reports have in common, one after the other. The options must
// outlive it.
class Setter {
  public:
    Setter(money::Currency currency, const Options& options)
        : currency_(currency), options_(options), paper_(options.columns) {}

    std::string say(Word what) const { return std::string(word(what, options_.language)); }
    std::string amount(std::int64_t minor) const {
        return amount_text(money::Money(minor, currency_), options_.language);
    }
    std::string number(std::int64_t minor) const {
        return number_text(money::Money(minor, currency_), options_.language);
    }
    Paper& paper() { return paper_; }

    // Who the shop is, which copy this is, and what: "Nyugta 12".
    void head(const Issuer& issuer, const std::string& title);
    // Where in the ledger it stands.
    void fiscal(const Fiscal& fiscal);

  private:
    money::Currency currency_;
    const Options& options_;
    Paper paper_;
};

// "Készpénz".
Word tender_word(std::string_view kind);

// The link that the QR code holds: see Receipt::qr.
std::string claim(const Fiscal& fiscal, const Issuer& issuer);

}  // namespace counterfoil::receipt
