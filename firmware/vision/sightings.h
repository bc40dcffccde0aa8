#pragma once

#include <cstdint>
#include <vector>

#include "firmware/vision/found.h"

namespace counterfoil::vision {

// Tells a code that has come into view from one that is still there: a camera sees it in every
// frame, the till is to hear of it once. A code that was away for the whole window is new again.
class Sightings {
  public:
    // Long enough to bridge the frames in which a moving hand blurs it.
    static constexpr std::int64_t kWindowMs = 1500;

    // So much time at most is counted between two frames: while none was looked at, because the
    // till or the camera was held up, nothing can be said to have been away.
    static constexpr std::int64_t kMostStepMs = 200;

    // Those of the codes that were not in view; the others are noted as seen again. Times never go
    // back.
    std::vector<Found> fresh(std::vector<Found> found, std::int64_t now_ms);

  private:
    struct Seen {
        std::string text;
        std::string format;
        std::int64_t away_ms;  // since it was last seen
    };
    std::int64_t last_ms_ = 0;
    std::vector<Seen> seen_;
};

}  // namespace counterfoil::vision
