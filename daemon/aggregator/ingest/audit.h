#pragma once

#include "daemon/aggregator/ingest/candidate.h"
#include "daemon/aggregator/ingest/projection.h"

namespace counterfoil::ingest {

// Looks again at what is kept, batch by batch and round after round: whether the bytes are still
// what was taken, each event linked to the one before, and every signature its terminal's. Taking a
// batch in checks its last signature alone, which covers all before it; this finds what happened to
// the store since, and single signatures that were never right. What it finds is
// written down, apart from what the events amount to. One thread, the database's.
class Auditor {
  public:
    struct World {
        store::Database& database;
        const Terminals& terminals;
    };
    explicit Auditor(const World& world) : world_(world) {}

    // The next batch; false where a round has come to its end.
    base::Result<bool> step();

    struct Figures {
        std::uint64_t batches = 0;
        std::uint64_t signatures = 0;
        std::uint64_t unsigned_events = 0;  // recorded while a signer was down
        std::uint64_t rounds = 0;
        std::uint64_t findings = 0;
    };
    const Figures& figures() const { return figures_; }

  private:
    struct Place {
        LedgerName name;
        std::int64_t seq = 0;
        crypto::Digest head{};
    };
    base::Status look_at(const store::Rows& row);
    base::Status find(std::int64_t seq, std::string_view reason);

    World world_;
    Place place_;  // behind the batch that was looked at last
    Figures figures_;
};

}  // namespace counterfoil::ingest
