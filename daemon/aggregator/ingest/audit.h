#pragma once

#include <functional>

#include "daemon/aggregator/ingest/certificates.h"
#include "firmware/core/base/clock.h"

namespace counterfoil::ingest {

// Something that is kept and does not hold: a run of events of one ledger, and why.
struct AuditFinding {
    LedgerName name;
    std::int64_t seq = 0;     // the first
    std::int64_t events = 0;  // how many are meant; others may stand between them
    std::string_view reason;
};

// A sentence for people.
std::string_view sentence_of(const AuditFinding& finding);

// Looks again at what is kept, batch by batch and round after round: whether the bytes are still
// what was taken, each event linked to the one before, every signature its terminal's, and nothing
// unsigned but what a failure of the signer explains. Taking a batch in checks its last signature
// alone, which covers all before it; this finds what happened to the store since, and single
// signatures that were never right. A signature is right by any key that its terminal had, but by
// no older one behind a newer one. What it finds is written down once, apart from what the events
// amount to, and no more of one ledger than somebody would look at. One thread, the database's.
class Auditor {
  public:
    struct World {
        store::Database& database;
        const Terminals& terminals;
        const base::Clock& clock;
        // Called when something new was found, and is on the disk.
        std::function<void(const AuditFinding&)> found = {};
        // Of one ledger and one reason; what is found behind them is counted with the last.
        int most_findings = 100;
    };
    explicit Auditor(World world) : world_(std::move(world)) {}

    // The next batch; false where a round has come to its end. After an error the same one is next.
    base::Result<bool> step();

    struct Figures {
        std::uint64_t batches = 0;
        std::uint64_t signatures = 0;
        std::uint64_t unsigned_events = 0;  // recorded while a signer was down
        std::uint64_t rounds = 0;
        std::uint64_t findings = 0;  // that were not known before
    };
    const Figures& figures() const { return figures_; }

  private:
    struct Run {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::int64_t events = 0;
        int place = 1;  // among the runs for that reason
        bool is_written = false;
    };
    // Behind the batch that was looked at last.
    struct Place {
        LedgerName name{"", 0};
        std::int64_t seq = 0;
        crypto::Digest head{};
        // Behind damage it is not known whether the signer worked, until something is signed again.
        ledger::SigningFollower signing{};
        bool is_signing_known = true;
        std::int64_t unsigned_since_ms = 0;  // when the first of an unsigned end was taken
        std::size_t certificate = 0;         // of the terminal's, the one that signed last
        std::map<std::string_view, Run> runs{};
    };

    struct Kept;
    base::Result<std::optional<Kept>> next_batch();
    base::Result<std::optional<ledger::Batch>> read(const Kept& kept);
    base::Status look_at(const Kept& kept, Place& place);
    bool follow_events(const Kept& kept, const ledger::Batch& batch, Place& place);
    void judge_signature(const ledger::Line& line, const ledger::EventView& event,
                         const crypto::Digest& hash, Place& place);
    bool is_signed(const ledger::Line& line, const crypto::Digest& hash, Place& place);
    base::Status end_ledger();
    base::Status end_round();
    void find(Place& place, std::string_view reason, std::int64_t seq, std::int64_t events) const;
    base::Status write(Place& place);
    base::Status write(const AuditFinding& finding);

    World world_;
    Certificates certificates_;
    Place place_;
    Figures figures_;
};

}  // namespace counterfoil::ingest
