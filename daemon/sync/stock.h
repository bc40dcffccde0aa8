#pragma once

#include <limits>
#include <optional>
#include <string>

#include "firmware/core/base/id.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::sync {

// A batch on its way: the whole message, and its last event's number.
struct Parcel {
    std::string_view payload;
    std::int64_t to = 0;
    // Nothing follows it yet: the next event could have gone with it.
    bool is_tail = false;
};

// The ledger that a terminal has to bring home. The errors are its disk's.
class Stock {
  public:
    static constexpr std::int64_t kAnyEnd = std::numeric_limits<std::int64_t>::max();

    virtual ~Stock() = default;

    virtual const std::string& name() const = 0;
    virtual const base::Uuid& incarnation() const = 0;
    // Where it ends by now.
    virtual base::Result<wire::Cursor> end() = 0;
    // Behind which event it begins, as of the last look: those up to there were pruned, once the
    // centre had signed for them.
    virtual std::int64_t base() const = 0;
    // The batch behind that event, no earlier than the base, good until the next call; none where
    // nothing follows. One that was sent before is asked for with the event that it ended with, and
    // comes again as it was.
    virtual base::Result<std::optional<Parcel>> behind(std::int64_t seq, std::int64_t up_to) = 0;
    // Whether that is an event of this ledger, or its beginning: what the centre names must be. Of
    // what is before the base nobody can tell.
    virtual base::Result<bool> has(const wire::Cursor& cursor) = 0;
};

}  // namespace counterfoil::sync
