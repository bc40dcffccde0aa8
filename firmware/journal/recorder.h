#pragma once

#include <optional>

#include "firmware/core/ledger/export.h"
#include "firmware/journal/event_table.h"
#include "firmware/journal/journal.h"

namespace counterfoil::journal {

// When the last event was recorded, by the clock and by the machine's own count.
struct LastTime {
    base::WallTime at;
    base::Uuid boot;
    std::int64_t mono_ms = 0;
};

// Where the chain goes on.
struct Chain {
    std::int64_t next_seq = 1;
    crypto::Digest head{};
    std::int64_t unsigned_from = 0;  // the first event of an unsigned end; 0: the signer works
    std::optional<LastTime> last;
};

// Turns drafts into events within one transaction: chains, signs, inserts and counts them, and
// moves the chain on. When it fails, the transaction and the chain are worth nothing and must be
// dropped.
class Recorder {
  public:
    // All must outlive it; the caller holds a transaction.
    Recorder(const World& world, const ledger::ExportHeader& header, EventTable& events,
             Projections& projections, Chain& chain);

    base::Status record(const std::vector<Draft>& drafts);

  private:
    base::Status record_clock_step();
    base::Status record_recovery();
    base::Status record_one(const Draft& draft);
    base::Status record_unsigned(const Draft& draft, std::string_view body);
    base::Result<std::string> write(const Draft& draft, std::string_view body) const;
    base::Status insert(std::string_view bytes, const std::optional<crypto::Signature>& signature);

    const World& world_;
    const ledger::ExportHeader& header_;
    EventTable& events_;
    Projections& projections_;
    Chain& chain_;
    LastTime now_;
};

}  // namespace counterfoil::journal
