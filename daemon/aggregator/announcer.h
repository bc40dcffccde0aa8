#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "daemon/aggregator/store/database.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/crypto/signature.h"
#include "firmware/core/wire/from_centre.h"

namespace counterfoil::aggregator {

// What the broker is to be told for all terminals: a word now and then that the centre is alive.
// It is made by whoever writes, so that it stops when that one does. All that it is given must
// outlive it. One thread.
class Announcer {
  public:
    // Under which terminals hear that the centre works. The broker keeps none of it.
    static constexpr std::string_view kPulse = "pulse";
    static constexpr std::int64_t kBetweenPulsesMs = 1500;

    struct World {
        store::Database& database;
        crypto::Signer& signer;
        const base::Clock& clock;
    };
    explicit Announcer(const World& world) : world_(world) {}

    struct Announcement {
        std::string data_class;
        std::string payload;
        bool is_kept = false;  // by the broker, for who comes later
    };
    // What is due now; asked for some times a second.
    base::Result<std::vector<Announcement>> due();

  private:
    base::Result<Announcement> pulse();

    World world_;
    std::int64_t pulse_due_ms_ = 0;
};

}  // namespace counterfoil::aggregator
