#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/broker.h"

namespace counterfoil::test {

// How one story went.
struct ChaosStory {
    std::optional<std::string> wrong;  // with the folder that was kept, where all its logs are
    int kills = 0;
    std::uint64_t cuts = 0;  // connections that ended in the midst of something
    std::int64_t events = 0;
    std::int64_t settling_ms = 0;  // from when nothing was disturbed any more to the last receipt
};

// What many stories share because it takes long to make: a broker's folder with its certificates.
class ChaosBroker {
  public:
    ChaosBroker();
    load::OwnBroker& broker() { return broker_; }

  private:
    TemporaryFolder folder_;
    load::OwnBroker broker_{folder_ / "b"};
};

// Two tills that sell, their sync daemons, each behind a bad network of its own, a broker and a
// centre: all processes, and each killed (-9) and started again at moments that the seed says. The
// broker comes back empty each time, and is sometimes one that takes and keeps next to nothing; the
// networks delay, throttle, cut in the midst of a message, swallow one direction, or stand still.
// Then all are let run, and what each till has told as sold must be in its ledger, its ledger
// whole, and the centre's the same, event for event, with nothing put aside and every sum equal.
// The seed says what happens; the machine says how far each has come by then.
ChaosStory run_sync_chaos(std::uint64_t seed, ChaosBroker& shared);

}  // namespace counterfoil::test
