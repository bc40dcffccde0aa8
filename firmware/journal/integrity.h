#pragma once

#include "firmware/journal/event_table.h"
#include "firmware/journal/identity.h"

namespace counterfoil::journal {

// How many of the last events open() looks at.
inline constexpr std::int64_t kTailEvents = 256;

// Whose events are checked, and behind which they begin.
struct Ledger {
    const ledger::ExportHeader& header;
    const ledger::Base& base;
};

// The end of the chain, after its last events were checked: each linked to the one before, the last
// signed one's signature by the terminal's key. corrupt says which event does not hold and why.
struct Tail {
    std::int64_t seq = 0;
    crypto::Digest hash{};
    std::optional<ledger::SignedEvent> last;
    std::int64_t unsigned_from = 0;  // the first event of an unsigned end; 0 where there is none
};
base::Result<Tail> check_tail(EventTable& events, const Ledger& ledger);

// Every event, link and signature, from the genesis or the base on.
base::Status check_all_events(EventTable& events, const Ledger& ledger);

// corrupt, in a sentence that names the event.
base::Error damaged_event(std::int64_t seq, ledger::Fault fault);

}  // namespace counterfoil::journal
