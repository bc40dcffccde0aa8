#include "tests/support/fleet_stock.h"

#include <algorithm>

#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::test {

std::optional<load::Parcel> FleetStock::behind(std::int64_t seq) {
    if (ends_at(seq)) return {};
    const std::int64_t to = std::min(seq + batch_events_, fleet_.events(place_));
    payload_ = wire::write(wire::Batch{fleet_.batch(place_, seq + 1, to)});
    return load::Parcel{payload_, to};
}

bool FleetStock::has(const wire::Cursor& cursor) const {
    if (cursor.epoch != 1 || cursor.seq < 0 || cursor.seq > fleet_.events(place_)) return false;
    const auto& events = fleet_.ledgers()[place_].events();
    return cursor.head ==
           (cursor.seq == 0
                ? ledger::kNoEvent
                : ledger::event_hash(events[static_cast<std::size_t>(cursor.seq - 1)].bytes));
}

}  // namespace counterfoil::test
