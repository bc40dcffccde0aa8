#include "tests/support/fleet_stock.h"

#include <algorithm>

#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::test {

base::Result<std::optional<sync::Parcel>> FleetStock::behind(std::int64_t seq, std::int64_t up_to) {
    if (ends_at(seq)) return std::optional<sync::Parcel>();
    const std::int64_t to = std::min({seq + batch_events_, fleet_.events(place_), up_to});
    payload_ = wire::write(wire::Batch{fleet_.batch(place_, seq + 1, to)});
    return std::optional(sync::Parcel{payload_, to});
}

base::Result<bool> FleetStock::has(const wire::Cursor& cursor) {
    if (cursor.epoch != 1 || cursor.seq < 0 || cursor.seq > fleet_.events(place_)) return false;
    const auto& events = fleet_.ledgers()[place_].events();
    return cursor.head ==
           (cursor.seq == 0
                ? ledger::kNoEvent
                : ledger::event_hash(events[static_cast<std::size_t>(cursor.seq - 1)].bytes));
}

}  // namespace counterfoil::test
