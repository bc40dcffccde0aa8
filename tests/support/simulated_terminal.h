#pragma once

#include <memory>
#include <string>

#include "daemon/link/session.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/topics.h"
#include "tests/support/fleet.h"

namespace counterfoil::test {

// A terminal that brings its ledger home over a broker as the protocol says: it asks how far the
// centre is, sends what follows, and goes on from the centre's receipts; where nothing comes back
// for a while, it asks anew.
class SimulatedTerminal {
  public:
    // The fleet must outlive it.
    SimulatedTerminal(const Fleet& fleet, std::size_t place, const link::Settings& settings,
                      const crypto::PublicKey& centre, std::int64_t batch_events = 20);

    // Does what can be done; to be called again and again.
    void work();
    bool is_done() const { return received_ == fleet_.events(place_); }
    std::int64_t received() const { return received_; }
    std::uint64_t refusals() const { return refusals_; }
    const std::string& last_refusal() const { return last_refusal_; }

  private:
    void hear(const link::Message& message);
    void say_hello();
    void send_batches();

    static constexpr std::int64_t kAskAgainMs = 700;
    static constexpr std::int64_t kBatchesUnderWay = 4;

    const Fleet& fleet_;
    std::size_t place_;
    std::string name_;
    std::int64_t batch_events_;
    wire::Topics topics_;
    base::SystemClock clock_;
    crypto::Random random_;
    crypto::Verifier centre_;
    link::Session session_;
    bool welcome_ = false;
    std::int64_t received_ = 0;  // by a receipt or a welcome
    std::int64_t sent_ = 0;
    std::int64_t heard_ms_ = 0;
    std::uint64_t refusals_ = 0;
    std::string last_refusal_;
};

}  // namespace counterfoil::test
