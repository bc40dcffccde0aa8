#pragma once

#include <mutex>
#include <variant>

#include "daemon/aggregator/ingest/candidate.h"
#include "daemon/aggregator/ingest/projection.h"
#include "firmware/core/wire/from_terminal.h"

// What messages are, before the store is asked.
namespace counterfoil::ingest {

// What a terminal sent, as the broker vouches.
struct Incoming {
    std::string_view terminal;
    std::string_view payload;
};

// How far ledgers are held at the least, for those who do not have the store. Any thread.
class HeldMarks {
  public:
    void raise(const LedgerName& name, std::int64_t seq);
    std::int64_t of(const LedgerName& name) const;

  private:
    mutable std::mutex mutex_;
    std::map<LedgerName, std::int64_t> marks_;
};

// A message that is no batch to be kept.
struct Said {
    Incoming message;
    std::optional<wire::Kind> kind;  // where it could be told
    std::variant<wire::Hello, wire::Heartbeat, wire::Pull, Refused> what;
};

// Messages that were looked at together. What they were must outlive this.
struct Examined {
    std::vector<Candidate> candidates;
    std::vector<Said> said;
};

// Reads, unpacks and verifies; takes no look at the store, and may run on any thread that has the
// terminals for itself. Of what is held already nothing is verified: its last hash tells.
Examined examine(std::span<const Incoming> messages, const Terminals& terminals,
                 const HeldMarks& held);

}  // namespace counterfoil::ingest
