#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/ledger/event.h"
#include "firmware/core/sqlite/connection.h"
#include "firmware/journal/shift_counts.h"
#include "firmware/journal/spending_table.h"

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
    std::int64_t z_reports = 0;
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

// Keeps the tables that are derived from events: totals, receipts and their copies, coupon uses,
// and what shifts add up to. An event is applied in the transaction that records it. The connection
// must outlive it.
class Projections {
  public:
    static base::Result<Projections> open(sqlite::Connection& connection);
    Projections(Projections&&) noexcept;
    Projections& operator=(Projections&&) noexcept;
    ~Projections();

    // refused where the event contradicts what came before: a receipt number that leaves a gap, a
    // running turnover that does not add up, a shift that is not open, a coupon's use that never
    // was, a copy that is not the next, a Z report of other figures than were counted. Events of a
    // newer version or an unknown type change nothing.
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
    // What the shift adds up to so far, as ShiftCounts::figures() does.
    base::Result<std::optional<ledger::ShiftFigures>> shift_figures(std::string_view shift);
    // How often the receipt was printed again.
    base::Result<std::int64_t> copies(std::int64_t receipt);
    // What was spent of coupons and points.
    SpendingTable& spending() { return spending_; }

    // Empties the tables, so that the events can be applied anew.
    base::Status clear();

    // The tables as another file has them, in the place of what is here.
    base::Status copy_from(sqlite::Connection& other);
    // The first event of the oldest shift that has no Z report yet; 0 where all have.
    base::Result<std::int64_t> oldest_unreported();

    // Every row of every derived table as text, in a fixed order: equal texts, equal projections.
    base::Result<std::string> dump();

  private:
    struct Statements;
    Projections(sqlite::Connection& connection, ShiftCounts shifts, SpendingTable spending,
                std::unique_ptr<Statements> statements);

    base::Status store(const Totals& totals);
    base::Status sale(const ledger::EventView& event, const json::Value& body, Totals& totals);
    base::Status refund(const ledger::EventView& event, const json::Value& body, Totals& totals);
    base::Status reprint(const ledger::EventView& event, const json::Value& body);
    base::Status receipt(const ledger::EventView& event, const CountedReceipt& counted);
    base::Status give_back(const ledger::EventView& event, const json::Value& body,
                           const CountedReceipt& counted);
    base::Status request(const ledger::EventView& event, const json::Value& body);
    base::Status take_request(const ledger::EventView& event, std::string_view key);

    sqlite::Connection* connection_;
    ShiftCounts shifts_;
    SpendingTable spending_;
    std::unique_ptr<Statements> statements_;
};

}  // namespace counterfoil::journal
