#pragma once

#include "firmware/core/ledger/chain.h"
#include "firmware/journal/reader.h"

namespace counterfoil::journal {

// What looking once more at the end of a ledger came to.
struct Recheck {
    std::int64_t from_seq = 0;  // 0: there is no event
    std::int64_t to_seq = 0;
    std::int64_t checked = 0;
    std::int64_t unsigned_events = 0;  // recorded while the signer was down
    std::int64_t bad_seq = 0;          // the first event that does not hold; 0: all do
    ledger::Fault fault = ledger::Fault::empty;
};

// Looks at the last `events` events, each: whether it is the next one, names the one before, and is
// signed by the terminal's key where it is signed at all. Whether events may be unsigned where they
// are is judged by checking the whole ledger alone. About two milliseconds an event.
base::Result<Recheck> recheck_last(JournalReader& journal, std::int64_t events);

}  // namespace counterfoil::journal
