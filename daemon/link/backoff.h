#pragma once

#include "firmware/core/base/id.h"

namespace counterfoil::link {

struct BackoffSettings {
    std::int64_t first_ms = 1000;
    std::int64_t most_ms = 5 * 60 * 1000;
};

// How long to wait before the next attempt: any time at all below a ceiling that rises with each
// failure ("full jitter"), so that thousands of terminals that lost their broker in one moment do
// not come back in one moment. The ceiling at most doubles, and is no higher than the first one and
// what was waited so far together: whoever waited a minute for the broker waits about a minute more
// at most, whatever his luck was.
class Backoff {
  public:
    // 1 <= first_ms <= most_ms. The entropy must outlive it.
    Backoff(const BackoffSettings& settings, base::Entropy& entropy);

    // After a failure: 0 to the ceiling, both included.
    std::int64_t next_wait_ms();

    // After a success that lasted: the next failure is the first again.
    void reset() {
        ceiling_ms_ = settings_.first_ms;
        waited_ms_ = 0;
    }

  private:
    BackoffSettings settings_;
    base::Entropy& entropy_;
    std::int64_t ceiling_ms_;
    std::int64_t waited_ms_ = 0;  // at most the highest ceiling
};

}  // namespace counterfoil::link
