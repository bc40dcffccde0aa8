#pragma once

#include <variant>

#include "daemon/aggregator/ingest/candidate.h"
#include "firmware/core/wire/from_terminal.h"

// What messages are, before the store is asked.
namespace counterfoil::ingest {

// What a terminal sent, as the broker vouches.
struct Incoming {
    std::string_view terminal;
    std::string_view payload;
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
