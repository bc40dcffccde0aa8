#include "daemon/aggregator/announcer.h"

#include "daemon/aggregator/ingest/own_ledger.h"

namespace counterfoil::aggregator {

using base::Result;

Result<std::vector<Announcer::Announcement>> Announcer::due() {
    std::vector<Announcement> all;
    const std::int64_t now_ms = world_.clock.steady_ms();
    if (now_ms < pulse_due_ms_) return all;
    CF_LET(Announcement beat, pulse());
    all.push_back(std::move(beat));
    pulse_due_ms_ = now_ms + kBetweenPulsesMs;
    return all;
}

// The store is read for it: a centre whose store is gone is not alive.
Result<Announcer::Announcement> Announcer::pulse() {
    CF_LET(const wire::Cursor own, ingest::own_cursor(world_.database));
    const wire::Manifest manifest{std::string(kPulse), own.epoch, own.head, world_.clock.now()};
    CF_LET(std::string payload, wire::write(manifest, world_.signer));
    return Announcement{std::string(kPulse), std::move(payload), false};
}

}  // namespace counterfoil::aggregator
