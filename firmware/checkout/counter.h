#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/checkout/cart.h"
#include "firmware/checkout/fault.h"
#include "firmware/checkout/refund.h"
#include "firmware/checkout/tender.h"
#include "firmware/core/ledger/shift.h"
#include "firmware/journal/journal.h"

namespace counterfoil::checkout {

struct CounterSettings {
    money::Currency currency = money::Currency::huf();
    std::int64_t cash_step_minor = 5;  // the smallest coin
};

inline constexpr std::size_t kMaxRequest = 100;
// What stands among the requests for central data that were applied. No caller's key begins like
// it.
inline constexpr std::string_view kConfigMark = "config:";

// Who does it, and the caller's key for the write: the same key again gives the same answer and
// records nothing. A key is good for one kind of write.
struct By {
    std::string staff;
    std::string request;
    std::string approved_by = {};  // a manager beside, where one had to be asked
};

// A sale, refund or void as it stands in the ledger.
template <class Body>
struct Recorded {
    Body body;
    std::int64_t seq = 0;
    std::int64_t change_minor = 0;
};

// A shift's figures: an X report while it is open, a Z report with its number once it is closed.
using ShiftReport = ledger::ShiftFigures;

// The use cases of a counter over its journal. Each either is recorded and durable when it returns,
// or has changed nothing. Who may do what is decided above. One thread; the journal must outlive
// it.
class Counter {
  public:
    Counter(journal::Journal& journal, const CounterSettings& settings)
        : journal_(journal), settings_(settings) {}

    // Other settings from now on.
    void use(const CounterSettings& settings) { settings_ = settings; }

    // Refused while one is open.
    Outcome<ShiftReport> open_shift(std::int64_t float_minor, const By& by);

    // Sells what was priced. `basket` is the name of the basket that the cart was made from, where
    // it has one: it is sold once.
    Outcome<Recorded<ledger::Sale>> sell(const Cart& cart, const PricedCart& priced,
                                         const std::vector<Payment>& payments, const By& by,
                                         const std::string& basket = {});
    // Chained, never counted; needs no shift. Spends no coupon.
    Outcome<Recorded<ledger::Sale>> train(const Cart& cart, const PricedCart& priced,
                                          const std::vector<Payment>& payments, const By& by);
    // What the request was recorded as; nothing where it is new.
    Outcome<std::optional<Recorded<ledger::Sale>>> sold_before(const By& by);
    Outcome<std::optional<Recorded<ledger::Sale>>> trained_before(const By& by);
    Outcome<std::optional<ledger::PointsSpent>> points_spent_before(const By& by);
    // request_wrong where the key is none.
    static Judged<void> check_request(const By& by);

    // Gives back the lines, or all that is left where none are named, in one kind of tender.
    struct RefundWish {
        std::int64_t receipt = 0;
        std::vector<Wanted> lines;
        std::string tender;  // empty: as it was paid, where that was in one way; else in cash
        std::string reference;
        std::string reason;
        std::optional<std::int64_t> points_now = {};  // the member's, as far as they are known
    };
    Outcome<Recorded<ledger::GivingBack>> refund(const RefundWish& wish, const By& by);
    // Takes back the shift's last sale as if it had not been: all of it, in the tenders that it was
    // paid with, and its coupons can be used again. Of the wish only the receipt, the reason and
    // the points count.
    Outcome<Recorded<ledger::GivingBack>> void_last(const RefundWish& wish, const By& by);

    // Another print of a receipt: which copy it is, from 1.
    struct Copy {
        std::int64_t receipt = 0;
        std::int64_t copy = 0;
    };
    Outcome<Copy> reprint(std::int64_t receipt, const By& by);

    Outcome<void> cash_in(std::int64_t amount_minor, const std::string& reason, const By& by);
    Outcome<void> cash_out(std::int64_t amount_minor, const std::string& reason, const By& by);
    // The drawer without a sale.
    Outcome<void> open_drawer(const std::string& reason, const By& by);

    // Turns points into a coupon; that they may be spent is decided above.
    Outcome<ledger::PointsSpent> spend_points(const ledger::PointsSpent& wish, const By& by);

    Outcome<ShiftReport> report();
    // Counts the drawer, closes the shift and reports it under the next number, all at once.
    Outcome<Recorded<ShiftReport>> close_shift(std::int64_t counted_minor, const By& by);

    // The sale of a receipt, as the ledger has it.
    Outcome<ledger::Sale> sale_of(std::int64_t receipt);

  private:
    // An event of the ledger, taken apart.
    struct Before {
        std::int64_t seq = 0;
        std::string type;
        std::string shift;
        json::Document body;
    };
    // A sale that stands, and how much of it was given back.
    struct Standing {
        journal::CountedReceipt receipt;
        std::string shift;
        ledger::Sale sale;
    };
    // As what something is taken back, in which shift, and what is recorded with it.
    struct TakingBack {
        ledger::EventType type;
        std::string shift;
        std::optional<std::int64_t> points_now;
        std::vector<journal::Draft> more;
    };
    Outcome<std::optional<Recorded<ledger::Sale>>> sale_before(ledger::EventType type,
                                                               const By& by);
    Outcome<Settlement> settle_for(const PricedCart& priced,
                                   const std::vector<Payment>& payments) const;
    ledger::Sale sale_from(const Cart& cart, const PricedCart& priced, const Settlement& paid,
                           const By& by) const;
    std::vector<journal::Draft> sale_drafts(const Cart& cart, const PricedCart& priced,
                                            const ledger::Sale& sale, const std::string& shift,
                                            const By& by) const;
    Outcome<std::string> open_shift_name();
    Outcome<void> check_uses(const Cart& cart);
    // kept_at_centre where it was pruned.
    Outcome<Before> event_at(std::int64_t seq);
    // request_reused where the earlier event was about another amount.
    static Outcome<void> check_same(const Before& before, std::string_view name,
                                    std::int64_t amount_minor);
    Outcome<std::optional<Recorded<ledger::GivingBack>>> given_back_before(ledger::EventType type,
                                                                           const By& by);
    Outcome<Recorded<ledger::GivingBack>> give_back(TakingBack what, ledger::GivingBack back,
                                                    const Standing& sold, const By& by);
    Outcome<Standing> standing(std::int64_t receipt);
    Outcome<std::vector<journal::Draft>> roll_backs_of(const journal::CountedReceipt& receipt,
                                                       std::size_t coupons,
                                                       const std::string& shift, const By& by);
    static Payment tender_for(const RefundWish& wish, const ledger::Sale& sale);
    Outcome<void> check_drawer(const std::vector<ledger::SaleTender>& tenders);
    Outcome<ShiftReport> report_of(std::string_view shift);
    Outcome<void> move_cash(ledger::EventType type, std::int64_t amount_minor,
                            const std::string& reason, const By& by);
    // What the request was recorded as; nothing where it is new or has no key.
    Outcome<std::optional<Before>> recorded_before(ledger::EventType type, const By& by);
    Outcome<std::int64_t> record(ledger::EventType type, json::Object body,
                                 const std::string& shift, const By& by);

    journal::Journal& journal_;
    CounterSettings settings_;
};

}  // namespace counterfoil::checkout
