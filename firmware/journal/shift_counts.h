#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/ledger/event.h"
#include "firmware/core/ledger/shift.h"
#include "firmware/core/sqlite/connection.h"

namespace counterfoil::journal {

// A shift as far as selling needs it; all that it adds up to is in its figures.
struct CountedShift {
    std::string shift;
    bool is_open = false;
    std::int64_t cash_minor = 0;  // what the drawer should hold
};

enum class ReceiptKind { sale, refund, void_sale };

// Keeps the tables of what each shift adds up to: its counts, its tenders, its tax by rate. It is
// the part of Projections that does, and is told of events by it; the connection must outlive it.
class ShiftCounts {
  public:
    static base::Result<ShiftCounts> open(sqlite::Connection& connection);
    ShiftCounts(ShiftCounts&&) noexcept;
    ShiftCounts& operator=(ShiftCounts&&) noexcept;
    ~ShiftCounts();

    // Each counts one event; refused where it contradicts what came before, or itself. An event
    // that names no shift counts in none.
    base::Status opened(const ledger::EventView& event, const json::Value& body);
    base::Status closed(const ledger::EventView& event, const json::Value& body);
    base::Status receipt(const ledger::EventView& event, const json::Value& body, ReceiptKind kind);
    base::Status cash_in(const ledger::EventView& event, const json::Value& body);
    base::Status cash_out(const ledger::EventView& event, const json::Value& body);
    base::Status drawer_opened(const ledger::EventView& event);
    // A shift that is closed is reported once, with the next number and exactly what was counted.
    base::Status z_report(const ledger::EventView& event, const json::Value& body,
                          std::int64_t next_number);

    base::Result<std::optional<CountedShift>> find(std::string_view shift);
    // The shift that is open; empty where none is.
    base::Result<std::optional<CountedShift>> find_open();
    // Without a number, and without what was counted in the drawer. The currency is that of the
    // shift's receipts; it says nothing where there are none.
    base::Result<std::optional<ledger::ShiftFigures>> figures(std::string_view shift);

  private:
    struct Statements;
    struct Change;
    ShiftCounts(sqlite::Connection& connection, std::unique_ptr<Statements> statements);

    base::Status change(const ledger::EventView& event, const Change& by);
    base::Status tenders(const ledger::EventView& event, const json::Value& body, bool back,
                         std::int64_t due_minor, Change& by);
    base::Status taxes(const ledger::EventView& event, const json::Value& body, bool back,
                       std::int64_t total_minor, Change& by);
    base::Status read_totals(ledger::ShiftFigures& figures);

    sqlite::Connection* connection_;
    std::unique_ptr<Statements> statements_;
};

}  // namespace counterfoil::journal
