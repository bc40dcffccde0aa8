#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
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

// What a transaction holds until it ends, so that nobody else changes it and it is asked for once.
class Held {
  public:
    explicit Held(store::Database& database);

    // By which a ledger is held, for whoever asks together with others; the name must live as long.
    store::Question question(const LedgerName& name) const;
    base::Status note(const LedgerName& name, const store::Rows& answer);

    // How far a ledger is, of which that was asked; nothing where nobody has opened it.
    std::optional<wire::Cursor> cursor(const LedgerName& name) const;
    ClassVersions& versions() { return versions_; }

  private:
    friend class Keeping;
    struct Ledger {
        wire::Cursor cursor;
        bool is_frozen = false;
        std::int64_t receipt = 0;        // the highest number
        std::int64_t unsigned_from = 0;  // of an end that waits for a signature; 0: there is none
        bool is_moved = false;
    };
    std::string sql_;
    std::map<LedgerName, std::optional<Ledger>> ledgers_;
    ClassVersions versions_;
};

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
base::Result<std::vector<Kept>> keep_within(store::Database& database,
                                            std::span<const Candidate> candidates,
                                            base::WallTime now, Held& held);

}  // namespace counterfoil::ingest
