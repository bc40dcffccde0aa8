#pragma once

#include <span>
#include <vector>

#include "daemon/aggregator/ingest/candidate.h"
#include "daemon/aggregator/ingest/projection.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::ingest {

// What became of a batch.
struct Kept {
    enum class Kind {
        kept,           // it is on the disk, with all that it changes
        again,          // it was there before, to the byte
        gap,            // something before it is missing
        fork,           // its terminal has signed another history before; both are kept
        frozen,         // because of an earlier fork
        epoch_unknown,  // nobody opened that epoch of the terminal's ledger
        // It is unsigned where no failure of the signer explains it, or where it says otherwise
        // than what is held.
        unexplained,
        unverified,  // it is not what is held, and was not verified: to be examined again
    };
    Kind kind = Kind::kept;
    wire::Cursor cursor;       // up to where the ledger is held now; of kept, again and gap
    std::uint64_t events = 0;  // that are new; of kept
};

base::Result<std::optional<wire::Cursor>> find_cursor(store::Database& database,
                                                      const LedgerName& name);
// The same as a question of a terminal and an epoch, and as its answer.
inline constexpr std::string_view kCursorSql =
    "SELECT seq, head FROM ledger WHERE terminal = $1 AND epoch = $2";
base::Result<std::optional<wire::Cursor>> cursor_in(const store::Rows& rows, std::int64_t epoch);

// Keeps batches, each event once, whatever comes how often and in what order; all in one
// transaction, in the order in which they are given. When this returns, what it says is on the
// disk: only then may a receipt go out. After an error nobody knows, and nothing may be said; the
// same batches can be given again. Several keepers may work on one database at the same time, each
// with its own connection: which of them moves a ledger on is decided by the ledger's own row.
base::Result<std::vector<Kept>> keep(store::Database& database,
                                     std::span<const Candidate> candidates, base::WallTime now);
// The same as a part of the caller's transaction: nothing is on the disk before that is.
base::Result<std::vector<Kept>> keep_within(store::Database& database,
                                            std::span<const Candidate> candidates,
                                            base::WallTime now);

}  // namespace counterfoil::ingest
