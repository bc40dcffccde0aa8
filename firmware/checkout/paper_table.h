#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "firmware/core/sqlite/connection.h"

namespace counterfoil::checkout {

enum class PaperState {
    begun,     // its first byte may have reached the printer
    in_doubt,  // it may be on paper and may be not: somebody has to look
};

// Which events have had their paper. All up to the cursor have, but for those that have a row here;
// those behind it are owed theirs by being in the journal, so that selling writes nothing here.
// Every change is durable when it returns. The connection must outlive it.
class PaperTable {
  public:
    explicit PaperTable(sqlite::Connection& connection) : connection_(connection) {}

    // Nothing where papers were never counted.
    base::Result<std::optional<std::int64_t>> cursor();
    // Forgets what there was: papers are owed from the event behind this one on.
    base::Status start_at(std::int64_t cursor);
    // Nothing up to this event is owed any more; what is in doubt stays so.
    base::Status skip_to(std::int64_t cursor);

    // The same, and what is in doubt up to there is forgotten: its events are gone.
    base::Status forget_up_to(std::int64_t seq);

    // To be called before the first byte goes to the printer. The event is behind the cursor, which
    // moves there.
    base::Status begin(std::int64_t seq);
    // The one that was begun last is owed again as if it had not been.
    base::Status take_back(std::int64_t seq);
    base::Status doubt(std::int64_t seq);
    // It is on paper, or nobody wants it.
    base::Status settle(std::int64_t seq);

    // Whatever was begun when the till was last stopped is in doubt now; the events.
    base::Result<std::vector<std::int64_t>> doubt_begun();
    base::Result<std::optional<PaperState>> state(std::int64_t seq);
    // The oldest first, no more than so many.
    base::Result<std::vector<std::int64_t>> in_doubt(std::size_t most);
    // Those that were begun with them.
    base::Result<std::vector<std::int64_t>> unsettled();

  private:
    base::Result<std::vector<std::int64_t>> in_state(PaperState state, std::size_t most);
    // The cursor stands there, or is moved there; all in the caller's transaction.
    base::Status put_cursor(std::int64_t cursor);
    base::Status put(std::int64_t seq, PaperState state);

    sqlite::Connection& connection_;
};

}  // namespace counterfoil::checkout
