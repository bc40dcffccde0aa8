#include "firmware/vision/sightings.h"

#include <algorithm>

namespace counterfoil::vision {

std::vector<Found> Sightings::fresh(std::vector<Found> found, std::int64_t now_ms) {
    std::erase_if(seen_, [&](const Seen& seen) { return now_ms - seen.last_ms > kWindowMs; });
    std::erase_if(found, [&](const Found& code) {
        const auto known = std::ranges::find_if(seen_, [&](const Seen& seen) {
            return seen.text == code.text && seen.format == code.format;
        });
        if (known == seen_.end()) {
            seen_.push_back({code.text, code.format, now_ms});
            return false;
        }
        known->last_ms = now_ms;
        return true;
    });
    return found;
}

}  // namespace counterfoil::vision
