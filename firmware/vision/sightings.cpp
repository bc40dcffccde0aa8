#include "firmware/vision/sightings.h"

#include <algorithm>

namespace counterfoil::vision {

std::vector<Found> Sightings::fresh(std::vector<Found> found, std::int64_t now_ms) {
    const std::int64_t looked_away_ms = std::min(now_ms - last_ms_, kMostStepMs);
    last_ms_ = now_ms;
    for (Seen& seen : seen_) seen.away_ms += looked_away_ms;
    std::erase_if(seen_, [](const Seen& seen) { return seen.away_ms > kWindowMs; });
    std::erase_if(found, [&](const Found& code) {
        const auto known = std::ranges::find_if(seen_, [&](const Seen& seen) {
            return seen.text == code.text && seen.format == code.format;
        });
        if (known != seen_.end()) {
            known->away_ms = 0;
            return true;
        }
        seen_.push_back({code.text, code.format, 0});
        return false;
    });
    return found;
}

}  // namespace counterfoil::vision
