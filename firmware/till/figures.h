#pragma once

#include <cstdint>
#include <string>

namespace counterfoil::till {

// What a till counts of itself since it was started, as Prometheus reads it.
struct Figures {
    std::int64_t sales = 0;
    std::int64_t refunds = 0;
    std::int64_t scans_taken = 0;
    std::int64_t scans_refused = 0;
    std::int64_t coupons_redeemed = 0;
    std::int64_t pins_wrong = 0;

    // Whether the event is newer than all that were counted, and not one that a repeated request
    // was answered with. Then it is counted.
    bool is_new(std::int64_t seq) {
        const bool newer = seq > counted_seq;
        if (newer) counted_seq = seq;
        return newer;
    }
    std::int64_t counted_seq = 0;

    // Asked for when the figures are.
    std::int64_t events = 0;
    std::int64_t papers_owed = 0;
    std::int64_t papers_printed = 0;
    std::int64_t screens = 0;
    std::int64_t unsynced = 0;
    std::int64_t unsynced_older = 0;
    std::int64_t oldest_unsynced_s = 0;
    bool online = false;
    bool printer_ready = false;
    bool signer_down = false;
    std::uint64_t requests = 0;

    std::string text() const;
};

}  // namespace counterfoil::till
