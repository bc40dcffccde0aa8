#pragma once

#include <ostream>

#include "daemon/aggregator/backup/tables.h"
#include "firmware/core/base/clock.h"

namespace counterfoil::aggregator {

// Tells a person how far something is, once it has taken long enough that somebody may wonder.
class SlowProgress {
  public:
    // Both must outlive it.
    SlowProgress(std::ostream& out, const base::Clock& clock)
        : out_(out), clock_(clock), told_ms_(clock.steady_ms()) {}

    // Must not outlive this.
    backup::Progress teller();

  private:
    std::ostream& out_;
    const base::Clock& clock_;
    std::int64_t told_ms_;
};

}  // namespace counterfoil::aggregator
