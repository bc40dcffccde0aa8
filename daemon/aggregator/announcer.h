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

// What the broker is to be told for all terminals: which version there is of each class, when that
// has changed, and a word now and then that the centre is alive. It is made by whoever writes, so
// that it stops when that one does. All that it is given must outlive it. One thread, but for one
// call.
class Announcer {
  public:
    // Under which terminals hear that the centre works. The broker keeps none of it.
    static constexpr std::string_view kPulse = "pulse";
    static constexpr std::int64_t kBetweenPulsesMs = 1500;
    // Of one class.
    static constexpr std::int64_t kBetweenVersionsMs = 1000;

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
    // Everything is due: the broker may have forgotten it. From any thread.
    void repeat() { repeats_ = true; }

  private:
    base::Result<Announcement> pulse();
    base::Result<Announcement> version(const std::string& name, std::int64_t version);
    base::Status add_versions(std::vector<Announcement>& all);

    World world_;
    std::int64_t pulse_due_ms_ = 0;
    std::int64_t versions_due_ms_ = 0;
    std::map<std::string, std::int64_t> said_;
    std::atomic<bool> repeats_ = false;
};

}  // namespace counterfoil::aggregator
