#pragma once

#include <functional>

#include "daemon/aggregator/api/offer.h"

namespace counterfoil::api {

// How one part of the centre is.
struct HealthPart {
    std::string name;
    bool is_well = true;
    base::Sentence sentence;
    std::optional<std::int64_t> latency_ms = {};
    std::optional<std::int64_t> age_s = {};  // since it was last so, or last done
};

// GET /health/detailed, for administrators: it names what strangers need not know. `parts` is asked
// on a reading thread; the store, and whoever reads it, are looked at here.
Offer health_offer(const base::Clock& clock, std::function<std::vector<HealthPart>()> parts);

}  // namespace counterfoil::api
