#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/ledger/event.h"
#include "firmware/core/sqlite/connection.h"

namespace counterfoil::journal {

// What has been counted so far. Training is never in it, but for its own number.
struct Totals {
    std::int64_t applied_seq = 0;  // the last event counted
    std::int64_t receipts = 0;     // the last receipt's number: sales, refunds and voids
    std::int64_t sales = 0;
    std::int64_t turnover_minor = 0;  // all sales since the first; refunds do not lower it
    std::int64_t refunds = 0;         // voids counted among them
    std::int64_t refunded_minor = 0;
    std::int64_t training_sales = 0;
};

// A receipt as it was counted.
struct CountedReceipt {
    std::int64_t receipt = 0;
    std::int64_t seq = 0;  // the event that it stands for
    std::int64_t total_minor = 0;
    std::int64_t original = 0;    // of a refund: the receipt that it takes back; else 0
    std::int64_t back_minor = 0;  // how much of it was given back so far
};

// What was given back so far of one line of a receipt.
struct GivenBack {
    std::int64_t line = 0;
    std::int64_t quantity_milli = 0;
    std::int64_t amount_minor = 0;
};

// A shift as it was counted.
struct CountedShift {
    std::string shift;
    bool is_open = false;
    std::int64_t float_minor = 0;
    std::int64_t sales = 0;
    std::int64_t sales_minor = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t cash_minor = 0;  // what the drawer should hold
};

// Keeps the tables that are derived from events: totals, shifts, tenders, coupon uses. An event is
// applied in the transaction that records it. The connection must outlive it.
class Projections {
  public:
    static base::Result<Projections> open(sqlite::Connection& connection);
    Projections(Projections&&) noexcept;
    Projections& operator=(Projections&&) noexcept;
    ~Projections();

    // refused where the event contradicts what came before: a receipt number that leaves a gap, a
    // running turnover that does not add up, a shift that is not open, a coupon's use that never
    // was. Events of a newer version or an unknown type change nothing.
    base::Status apply(const ledger::EventView& event);

    base::Result<Totals> totals();
    base::Result<std::optional<CountedReceipt>> find_receipt(std::int64_t receipt);
    // Of a receipt's lines those of which something was given back, in their order.
    base::Result<std::vector<GivenBack>> given_back(std::int64_t receipt);
    // The event that was recorded for the request; 0 where there is none.
    base::Result<std::int64_t> find_request(std::string_view request);
    base::Result<std::optional<CountedShift>> find_shift(std::string_view shift);
    // The shift that is open; empty where none is.
    base::Result<std::optional<CountedShift>> open_shift();
    // What was taken by each kind of tender in the shift.
    base::Result<std::map<std::string, std::int64_t>> tender_totals(std::string_view shift);
    base::Result<std::int64_t> coupon_uses(std::string_view coupon);

    // Empties the tables, so that the events can be applied anew.
    base::Status clear();

    // Every row of every derived table as text, in a fixed order: equal texts, equal projections.
    base::Result<std::string> dump();

  private:
    struct Statements;
    struct ShiftChange {
        std::int64_t sales = 0;
        std::int64_t sales_minor = 0;
        std::int64_t refunded_minor = 0;
        std::int64_t cash_minor = 0;
    };
    Projections(sqlite::Connection& connection, std::unique_ptr<Statements> statements);

    base::Status store(const Totals& totals);
    base::Status sale(const ledger::EventView& event, const json::Value& body, Totals& totals);
    base::Status refund(const ledger::EventView& event, const json::Value& body, Totals& totals);
    base::Status tenders(const ledger::EventView& event, const json::Value& body, int sign);
    base::Status change_shift(const ledger::EventView& event, const ShiftChange& by);
    base::Status cash(const ledger::EventView& event, const json::Value& body, int sign);
    base::Status shift_opened(const ledger::EventView& event, const json::Value& body);
    base::Status shift_closed(const ledger::EventView& event);
    base::Status receipt(const ledger::EventView& event, const CountedReceipt& counted);
    base::Status give_back(const ledger::EventView& event, const json::Value& body,
                           const CountedReceipt& counted);
    base::Status request(const ledger::EventView& event, const json::Value& body);
    base::Status coupon(const ledger::EventView& event, const json::Value& body, int change);

    sqlite::Connection* connection_;
    std::unique_ptr<Statements> statements_;
};

}  // namespace counterfoil::journal
