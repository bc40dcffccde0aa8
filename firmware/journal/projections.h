#pragma once

#include <cstdint>
#include <memory>
#include <string>

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
    base::Status coupon(const ledger::EventView& event, const json::Value& body, int change);

    sqlite::Connection* connection_;
    std::unique_ptr<Statements> statements_;
};

}  // namespace counterfoil::journal
