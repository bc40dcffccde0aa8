#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/core/base/wording.h"
#include "firmware/core/ledger/event.h"

namespace counterfoil::till {

// What an event owes: a paper, or no more than an open drawer.
struct Owed {
    std::int64_t seq = 0;
    ledger::EventType type = ledger::EventType::sale;
    // The receipt that the paper is of; 0: it is of none, but a Z report, training or a coupon.
    std::int64_t receipt = 0;
    std::int64_t copy = 0;  // which copy; 0: the original
    bool opens_drawer = false;
    std::int64_t recorded_ms = 0;  // Clock::steady_ms, of the machine's start back then

    bool is_paper() const;
    bool operator==(const Owed&) const = default;
};

// From the event's exact bytes; nothing where it owes nothing, as one that is newer than this
// program. malformed where the bytes are no event.
base::Result<std::optional<Owed>> read_owed(std::string_view bytes);

// "receipt 12", "12. nyugta"; "Z report".
base::Sentence name_of(const Owed& owed);

}  // namespace counterfoil::till
