#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/checkout/cart.h"
#include "firmware/checkout/refund.h"
#include "firmware/checkout/tender.h"
#include "firmware/journal/journal.h"

namespace counterfoil::checkout {

struct CounterSettings {
    money::Currency currency = money::Currency::huf();
    std::int64_t cash_step_minor = 5;  // the smallest coin
};

// Who does it, and the caller's key for the write: the same key again gives the same answer and
// records nothing.
struct By {
    std::string staff;
    std::string request;
};

// A sale or refund as it stands in the ledger.
template <class Body>
struct Recorded {
    Body body;
    std::int64_t seq = 0;
    std::int64_t change_minor = 0;
};

// A shift's figures: an X report while it is open, a Z report once it is closed.
struct ShiftReport {
    journal::CountedShift shift;
    std::map<std::string, std::int64_t> tenders;  // taken less given back, by kind
    std::optional<std::int64_t> counted_minor;    // what was in the drawer, where it was counted

    // More in the drawer than there should be, or less.
    std::int64_t difference_minor() const {
        return counted_minor ? *counted_minor - shift.cash_minor : 0;
    }
};

// The use cases of a counter over its journal. Each either is recorded and durable when it returns,
// or has changed nothing. What the cashier did wrong is an Error with the code refused, whose
// message opens with a Refusal's name. One thread; the journal must outlive it.
class Counter {
  public:
    Counter(journal::Journal& journal, const CounterSettings& settings)
        : journal_(journal), settings_(settings) {}

    // Refused while one is open.
    base::Result<ShiftReport> open_shift(std::int64_t float_minor, const By& by);

    base::Result<Recorded<ledger::Sale>> sell(const Cart& cart,
                                              const std::vector<Payment>& payments, const By& by);
    // Chained, never counted; needs no shift.
    base::Result<Recorded<ledger::Sale>> train(const Cart& cart,
                                               const std::vector<Payment>& payments, const By& by);

    // Gives back the lines, or all that is left where none are named, in one kind of tender.
    struct RefundWish {
        std::int64_t receipt = 0;
        std::vector<Wanted> lines;
        std::string tender = "cash";
        std::string reference;
        std::string reason;
    };
    base::Result<Recorded<ledger::GivingBack>> refund(const RefundWish& wish, const By& by);

    base::Status cash_in(std::int64_t amount_minor, const std::string& reason, const By& by);
    base::Status cash_out(std::int64_t amount_minor, const std::string& reason, const By& by);
    // The drawer without a sale.
    base::Status open_drawer(const std::string& reason, const By& by);

    base::Result<ShiftReport> report();
    // Counts the drawer and closes the shift.
    base::Result<ShiftReport> close_shift(std::int64_t counted_minor, const By& by);

    // The sale of a receipt, as the ledger has it.
    base::Result<ledger::Sale> sale_of(std::int64_t receipt);

  private:
    struct Priced {
        PricedCart cart;
        Settlement paid;
    };
    base::Result<Priced> reckon(const Cart& cart, const std::vector<Payment>& payments);
    ledger::Sale sale_from(const Cart& cart, const Priced& priced, const By& by) const;
    base::Result<std::string> open_shift_name();
    base::Status check_uses(const Cart& cart);
    base::Result<ShiftReport> report_of(const journal::CountedShift& shift);
    base::Status move_cash(ledger::EventType type, std::int64_t amount_minor,
                           const std::string& reason, const By& by);
    // The event that the request was recorded as; nothing where it is new or has no key.
    base::Result<std::optional<ledger::SignedEvent>> recorded_before(const By& by,
                                                                     std::int64_t& seq);

    journal::Journal& journal_;
    CounterSettings settings_;
};

// The refusal as an error: "not_paid: That is less than the total. ...".
base::Error as_error(Refusal refusal);

}  // namespace counterfoil::checkout
