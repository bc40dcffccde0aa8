#pragma once

#include <functional>
#include <string>

#include "firmware/checkout/cash_desk.h"
#include "firmware/core/token/scanned.h"

namespace counterfoil::till {

// What became of a scan.
struct ScanAnswer {
    enum class Kind { product, member, coupon, receipt, nothing };
    Kind kind = Kind::nothing;
    std::string text;                      // as it was scanned
    std::optional<checkout::Fault> fault;  // none: it was taken
    std::int64_t receipt = 0;              // of a receipt: which one
};

// What a scanner read.
struct ScannedText {
    std::string text;
    std::string format;  // the symbology, where the scanner tells it
};

// The basket on each screen, and what a code does to it. A basket is on the disk before the answer,
// and with it the request's key, so that a power cut takes nothing off the counter and adds nothing
// twice; one that was sold is known by its name and gone. The desk and its file must outlive it.
// One thread.
class Kiosk {
  public:
    Kiosk(checkout::CashDesk& desk, checkout::DeskFile& file, const base::Clock& clock,
          base::Entropy& entropy)
        : desk_(desk), file_(file), clock_(clock), entropy_(entropy) {}

    checkout::CashDesk& desk() { return desk_; }

    checkout::Outcome<checkout::Basket> basket(const std::string& screen);
    // Nothing where the basket is empty.
    checkout::Outcome<std::optional<checkout::Quote>> quote(const std::string& screen);

    // What an edit of this screen with this key was answered; nothing: it was not done.
    checkout::Outcome<std::optional<std::string>> done_before(const checkout::Asked& asked);
    // An edit that was done and has not left its key with a basket.
    checkout::Outcome<void> remember(const checkout::Asked& asked, const std::string& answer);

    // Any code at any moment: a product is rung up, a member is attached, a coupon is laid on the
    // basket, a receipt is found. What is refused changes nothing.
    ScanAnswer scan(const ScannedText& scanned, const checkout::Asked& asked);
    // The product that was rung up or changed last.
    const std::string& touched() const { return touched_; }

    checkout::Outcome<void> add(const checkout::BasketLine& line, const checkout::Asked& asked);
    // Of a line from 1; nothing takes it out.
    checkout::Outcome<void> set_quantity(std::int64_t line, std::int64_t quantity_milli,
                                         const checkout::Asked& asked);
    struct PriceChange {
        std::int64_t line = 0;
        std::optional<std::int64_t> unit_minor;
        std::optional<std::int64_t> off_minor;
        std::optional<std::int64_t> off_permille;
        std::string reason;
    };
    checkout::Outcome<void> change_price(const PriceChange& change, const checkout::Asked& asked);
    checkout::Outcome<void> attach(const ScannedText& member, const checkout::Asked& asked);
    checkout::Outcome<void> detach(const checkout::Asked& asked);
    checkout::Outcome<void> lay(const std::string& coupon, const checkout::Asked& asked);
    // From 1, in the order in which they were laid.
    checkout::Outcome<void> take_away_coupon(std::int64_t place, const checkout::Asked& asked);
    checkout::Outcome<void> clear(const checkout::Asked& asked);

    checkout::Outcome<checkout::Recorded<ledger::Sale>> sell(
        const std::vector<checkout::Payment>& payments, const checkout::Asked& asked);
    checkout::Outcome<checkout::Recorded<ledger::Sale>> train(
        const std::vector<checkout::Payment>& payments, const checkout::Asked& asked);
    checkout::Outcome<std::string> park(const std::string& label, const checkout::Asked& asked);
    // Refused while something is in the basket, or somebody works with it at another screen.
    checkout::Outcome<void> recall(const std::string& label, const checkout::Asked& asked);

  private:
    using Change = std::function<checkout::Outcome<void>(checkout::Basket&)>;
    // Changes the basket and keeps it, unless the change is refused or it could not be priced.
    checkout::Outcome<void> change(const checkout::Asked& asked, const Change& change);
    checkout::Outcome<void> keep(const checkout::Asked& asked, checkout::Basket basket);
    checkout::Outcome<void> check_signed_in(const std::string& screen);
    checkout::Outcome<void> ring_up(const checkout::Item& item, checkout::BasketLine line,
                                    const checkout::Asked& asked);
    ScanAnswer scan_receipt(const ScannedText& scanned, const token::ReceiptCode& code,
                            const checkout::Asked& asked);

    checkout::CashDesk& desk_;
    checkout::DeskFile& file_;
    const base::Clock& clock_;
    base::Entropy& entropy_;
    std::string touched_;
};

// "product" and so on.
std::string_view kind_name(ScanAnswer::Kind kind);

}  // namespace counterfoil::till
