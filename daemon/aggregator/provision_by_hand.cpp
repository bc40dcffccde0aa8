#include "daemon/aggregator/provision_by_hand.h"

#include "daemon/aggregator/services/terminals.h"

namespace counterfoil::aggregator {

base::Result<std::int64_t> provision_by_hand(OpenCentre& centre, const base::Clock& clock,
                                             base::Entropy& entropy,
                                             const crypto::Certificate& certificate,
                                             std::int64_t store) {
    base::UuidMaker ids(clock, entropy);
    std::int64_t epoch = 0;
    CF_TRY(centre.own().within([&]() -> base::Status {
        services::Desk desk({centre.database(), centre.own(), clock, ids, entropy}, "operator");
        const auto made = services::provision_by_certificate(desk, certificate, store);
        if (!made.ok()) return made.error().as_error();
        epoch = made.value();
        return {};
    }));
    return epoch;
}

}  // namespace counterfoil::aggregator
