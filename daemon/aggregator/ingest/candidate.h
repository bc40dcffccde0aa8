#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/aggregator/ingest/facts.h"
#include "daemon/aggregator/ingest/held_marks.h"
#include "daemon/aggregator/store/database.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/ledger/batch.h"
#include "firmware/core/wire/nak.h"

namespace counterfoil::ingest {

// A terminal that the centre knows, in one epoch of its ledger: each can have a key of its own.
struct Terminal {
    crypto::Verifier key;
    crypto::Digest certificate{};  // its fingerprint
    bool is_revoked = false;

    static base::Result<Terminal> of(const crypto::Certificate& certificate, bool is_revoked);
};

// The terminals, as one worker holds them: keys are decoded once. One thread.
class Terminals {
  public:
    // Reads all that are new or changed. corrupt where a certificate cannot be read.
    base::Status load(store::Database& database);
    // Whether that would be any other than what was loaded last.
    base::Result<bool> are_changed(store::Database& database) const;
    // Nothing where nobody has opened that epoch of it.
    const Terminal* find(std::string_view name, std::int64_t epoch) const;
    // In the epoch that was opened last; nothing where it was never provisioned.
    const Terminal* find_last(std::string_view name) const;
    std::size_t size() const { return terminals_.size(); }

  private:
    base::Status take(const store::Rows& rows);

    std::map<std::string, std::map<std::int64_t, Terminal>, std::less<>> terminals_;
    std::optional<store::Rows> loaded_;
};

// A batch whose every link and whose last signature hold, and what its events say. Nothing is known
// yet about its place in what is kept.
struct Candidate {
    std::string_view bytes;  // as they came; must outlive this
    ledger::Batch batch;
    Facts facts;
    // Else it only names events that are held: its last hash must be theirs.
    bool is_verified = true;

    const ledger::BatchHeader& header() const { return batch.header(); }
};

// Why a batch is not looked at any further.
struct Refused {
    wire::Reason reason = wire::Reason::malformed;
    std::string sentence;
    // Kept aside, for somebody to look at: no honest terminal sends this.
    bool is_poison = false;
};

// Of bytes that could not be read.
Refused unreadable(const base::Error& error);

// `from` is who sent it, as the broker vouches. Takes no look at the database, and may run on any
// thread that has the terminals for itself. A batch of what is held is not verified, where marks
// are given.
base::Result<Candidate, Refused> examine(std::string_view bytes, std::string_view from,
                                         const Terminals& terminals,
                                         const HeldMarks* held = nullptr);

// The same of a batch that is known to be this terminal's, even if it was revoked since.
base::Result<Candidate, Refused> examine_as(std::string_view bytes, std::string_view from,
                                            const Terminal& terminal);

// The same of a batch that was signed here, a moment ago, with the certificate's key: its signature
// is not proven again.
base::Result<Candidate, Refused> examine_written(const ledger::WrittenBatch& batch,
                                                 const crypto::Digest& certificate);

}  // namespace counterfoil::ingest
