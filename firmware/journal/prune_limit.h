#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/core/base/wording.h"

// How far a journal may be pruned. A rule, without a file or a clock.
namespace counterfoil::journal {

// The events that stay in any case: those that opening checks, with much to spare.
inline constexpr std::int64_t kKeptEvents = 1000;

// What a journal and its till know. Each number is an event's; 0: none.
struct PruneFacts {
    std::int64_t head = 0;         // the last event
    std::int64_t received = 0;     // up to which a verified receipt about this ledger covers
    std::int64_t unreported = 0;   // the first of the oldest shift without its Z report
    std::int64_t needed_from = 0;  // the first that somebody else needs, such as an unprinted paper
};

// Why no more may go.
enum class KeptFor {
    receipt,  // the centre has not signed to hold it
    age,      // it is not old enough, or all is to be kept
    recent,   // it is among the last events
    shift,    // its shift, or an older one, has no Z report
    need,     // a paper, or the central data, need it still
    signer,   // it belongs to events that nobody has vouched for yet
};
std::string_view kept_for_name(KeptFor reason);
base::Wording kept_for_sentence(KeptFor reason);

// The last event that may go, but for its age, and what keeps the next one. 0: none may.
struct PruneLimit {
    std::int64_t seq = 0;
    KeptFor reason = KeptFor::receipt;

    bool operator==(const PruneLimit&) const = default;
};
PruneLimit prune_limit(const PruneFacts& facts);

}  // namespace counterfoil::journal
