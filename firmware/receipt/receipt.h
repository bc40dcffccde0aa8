#pragma once

#include <string>

#include "firmware/core/crypto/signature.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/shift.h"
#include "firmware/core/ledger/spending.h"
#include "firmware/receipt/paper.h"
#include "firmware/receipt/words.h"

// Sales, shifts and coupons as lines of text. Pure: the same sale gives the same lines, whenever it
// is printed.
namespace counterfoil::receipt {

struct Issuer {
    std::string name;
    std::string address;
    std::string tax_number;
    std::string footer;  // may be empty
    std::string link;    // "https://burger.example/r"; what the QR code leads to
};

// Where in which ledger the sale stands: what makes it provable.
struct Fiscal {
    std::string terminal;
    std::int64_t seq = 0;
    std::string at;  // in the shop's own time, as it is to be read
    crypto::Digest hash{};
    std::optional<crypto::Signature> signature;  // none while the signer is down
};

struct Options {
    Language language = Language::hungarian;
    int columns = 42;
    int copy = 0;          // the number of this reprint; 0: the original
    bool is_void = false;  // of a giving back: it is titled a void, not a refund
    std::string at = {};   // of an X report: when it was drawn up; what is recorded says it itself
};

struct Receipt {
    std::vector<Line> lines;
    // A link with the receipt's code and, behind dots, what the terminal has signed: the event's
    // hash and its signature, so that anyone can check the claim with the terminal's certificate.
    // Of a coupon's slip, the coupon's code. Empty where nothing was recorded: on an X report; and
    // for training, which must prove nothing.
    std::string qr;

    // As plain text, a line feed behind each line.
    std::string text() const;
};

// "4 392 Ft", "-2 Ft"; "12,90 €", in English "EUR 12.90".
std::string amount_text(money::Money amount, Language language);

Receipt render(const ledger::Sale& sale, const Fiscal& fiscal, const Issuer& issuer,
               const Options& options);

// The sale that is given back names the lines.
Receipt render(const ledger::GivingBack& back, const ledger::Sale& original, const Fiscal& fiscal,
               const Issuer& issuer, const Options& options);

// A Z report, which has a number and stands in the ledger; or an X report, which has neither, and
// so no fiscal.
Receipt render(const ledger::ShiftFigures& figures, const Fiscal* fiscal, const Issuer& issuer,
               const Options& options);

// What a coupon's slip says beside what the ledger does.
struct CouponTerms {
    money::Currency currency = money::Currency::huf();
    std::string valid_until;            // in the shop's own time
    std::int64_t min_basket_minor = 0;  // 0: it can be used on any
};

// The slip that is the coupon which a member's points were turned into.
Receipt render(const ledger::PointsSpent& spent, const CouponTerms& terms, const Fiscal& fiscal,
               const Issuer& issuer, const Options& options);

}  // namespace counterfoil::receipt
