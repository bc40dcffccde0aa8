#pragma once

#include <optional>

#include "daemon/aggregator/ingest/candidate.h"
#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::ingest {

// What is known of the ledger that a terminal says it has.
struct Contact {
    enum class Kind {
        known,     // it is the one that is kept, or will be from here on
        unopened,  // nobody opened that epoch
        behind,    // it is shorter than it was: a copy, or a cut tail
        another,   // it began otherwise, or ends otherwise: a clone, or set up a second time
    };
    Kind kind = Kind::known;
    wire::Cursor cursor;          // up to where it is held; of known
    std::int64_t open_epoch = 1;  // of the terminal's ledger, the last that was opened
};

// A ledger is told by the incarnation in its genesis or, before that has come, by that of whoever
// asked first: another one under the same name is not welcomed, and the first goes on. The terminal
// is one that the centre knows. Whoever has no event yet is told of the epoch that is open,
// whatever it names; of an epoch before that, the events that are not held yet are still wanted.
// Nobody is behind for what was kept above `surely_held`.
base::Result<Contact> meet(store::Database& database, const wire::Hello& hello,
                           std::int64_t surely_held = json::kMaxInteger);

}  // namespace counterfoil::ingest
