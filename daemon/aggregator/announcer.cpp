#include "daemon/aggregator/announcer.h"

#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/ingest/own_ledger.h"

namespace counterfoil::aggregator {

using base::Result;

Result<std::vector<Announcer::Announcement>> Announcer::due() {
    std::vector<Announcement> all;
    const std::int64_t now_ms = world_.clock.steady_ms();
    if (now_ms >= versions_due_ms_) {
        CF_TRY(add_versions(all));
        versions_due_ms_ = now_ms + kBetweenVersionsMs;
    }
    if (now_ms < pulse_due_ms_) return all;
    CF_LET(Announcement beat, pulse());
    all.push_back(std::move(beat));
    pulse_due_ms_ = now_ms + kBetweenPulsesMs;
    return all;
}

base::Status Announcer::add_versions(std::vector<Announcement>& all) {
    if (repeats_.exchange(false)) said_.clear();
    CF_LET(const wire::Versions versions, ingest::read_class_versions(world_.database));
    for (const auto& [name, now] : versions) {
        if (said_[name] == now) continue;
        CF_LET(Announcement one, version(name, now));
        all.push_back(std::move(one));
        said_[name] = now;
    }
    return {};
}

// What a class of millions of rows holds nobody reckons at each change: its version stands for it.
Result<Announcer::Announcement> Announcer::version(const std::string& name, std::int64_t version) {
    const std::string text = "counterfoil/class/1\n" + name + "\n" + std::to_string(version) + "\n";
    const wire::Manifest manifest{name, version, crypto::sha256({base::as_bytes(text)}),
                                  world_.clock.now()};
    CF_LET(std::string payload, wire::write(manifest, world_.signer));
    return Announcement{name, std::move(payload), true};
}

// The store is read for it: a centre whose store is gone is not alive.
Result<Announcer::Announcement> Announcer::pulse() {
    CF_LET(const wire::Cursor own, ingest::own_cursor(world_.database));
    const wire::Manifest manifest{std::string(kPulse), own.epoch, own.head, world_.clock.now()};
    CF_LET(std::string payload, wire::write(manifest, world_.signer));
    return Announcement{std::string(kPulse), std::move(payload), false};
}

}  // namespace counterfoil::aggregator
