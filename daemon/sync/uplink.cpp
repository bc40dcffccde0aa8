#include "daemon/sync/uplink.h"

#include <utility>

namespace counterfoil::sync {

namespace {

// The centre's pulse comes every second and a half: one is late, and more than one is missed.
constexpr std::int64_t kPulseLateMs = 2500;
constexpr std::int64_t kPulseMissedMs = 4000;
// It answers a probe at once.
constexpr std::int64_t kProbeLostMs = 1000;
// It may have much to do; but not for ever.
constexpr std::int64_t kOwedLongMs = 15'000;

}  // namespace

void Uplink::connected(std::int64_t now_ms) {
    connected_ = true;
    heard_ms_ = now_ms;
    owed_ms_.reset();
    probe_ = Probe::none;
}

void Uplink::disconnected(std::string reason) {
    connected_ = false;
    trouble_ = std::move(reason);
}

void Uplink::heard(std::int64_t now_ms) {
    heard_ms_ = now_ms;
    owed_ms_.reset();
    probe_ = Probe::none;
}

void Uplink::heard_pulse(std::int64_t now_ms) {
    heard_ms_ = now_ms;
    if (!owed_ms_) probe_ = Probe::none;
}

void Uplink::broker_answered() {
    if (probe_ == Probe::sent) probe_ = Probe::answered;
}

bool Uplink::take_probe() {
    if (probe_ != Probe::wanted) return false;
    probe_ = Probe::sent;
    return true;
}

bool Uplink::is_owed_long(std::int64_t now_ms) const {
    return owed_ms_ && now_ms - *owed_ms_ >= kOwedLongMs;
}

void Uplink::probe_if_quiet(std::int64_t now_ms) {
    const bool is_quiet = now_ms - heard_ms_ >= kPulseLateMs || is_owed_long(now_ms);
    if (!is_quiet || probe_ != Probe::none) return;
    probe_ = Probe::wanted;
    probed_ms_ = now_ms;
}

bool Uplink::look_at_silence(std::int64_t now_ms) {
    if (probe_ == Probe::answered)
        return become(UplinkState::no_centre, "the centre does not answer");
    is_missed_ = probe_ == Probe::sent && now_ms - probed_ms_ >= kProbeLostMs &&
                 now_ms - heard_ms_ >= kPulseMissedMs;
    if (probe_ == Probe::sent && now_ms - probed_ms_ >= kProbeLostMs)
        return become(UplinkState::no_broker, "the broker does not answer");
    return false;
}

bool Uplink::become(UplinkState state, std::string reason) {
    if (state == state_ && reason == reason_) return false;
    state_ = state;
    reason_ = std::move(reason);
    return true;
}

bool Uplink::look(const Seen& seen, std::int64_t now_ms) {
    is_missed_ = false;
    if (!seen.is_owed_answer)
        owed_ms_.reset();
    else if (!owed_ms_)
        owed_ms_ = now_ms;
    if (!seen.has_network) return become(UplinkState::no_link, "no network interface is up");
    if (!connected_) return become(UplinkState::no_broker, trouble_);
    probe_if_quiet(now_ms);
    if (now_ms - heard_ms_ >= kPulseMissedMs || is_owed_long(now_ms))
        return look_at_silence(now_ms);
    if (!seen.refused.empty()) return become(UplinkState::refused, seen.refused);
    return seen.is_welcome && become(UplinkState::online, "");
}

}  // namespace counterfoil::sync
