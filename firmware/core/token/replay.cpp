#include "firmware/core/token/replay.h"

#include <algorithm>

namespace counterfoil::token {

Judged<void> ReplayTable::admit(const SignedMember& member, base::WallTime now) {
    const std::int64_t now_s = seconds_of(now);
    if (member.shown_s > now_s + kAheadSeconds) return Refusal::clock_ahead;
    if (member.shown_s < now_s - kFreshSeconds || member.shown_s < floor_s_) return Refusal::stale;
    // Once a second at most; nothing is forgotten that could still be admitted.
    if (now_s != swept_s_) forget(now_s - kFreshSeconds);
    swept_s_ = now_s;
    const Showing showing{member.shown_s, member.counter};
    const auto known = shown_.find(member.certificate.device);
    if (known != shown_.end() && showing.counter <= known->second.counter) return Refusal::replayed;
    if (known == shown_.end() && shown_.size() >= kRoom) return Refusal::too_many_phones;
    learn(member.certificate.device, showing);
    return {};
}

void ReplayTable::learn(const crypto::CompressedKey& device, const Showing& showing) {
    if (shown_.size() >= kRoom && !shown_.contains(device)) return;
    Showing& known = shown_.try_emplace(device, showing).first->second;
    known.shown_s = std::max(known.shown_s, showing.shown_s);
    known.counter = std::max(known.counter, showing.counter);
}

void ReplayTable::forget(std::int64_t before_s) {
    floor_s_ = std::max(floor_s_, before_s);
    std::erase_if(shown_,
                  [before_s](const auto& entry) { return entry.second.shown_s < before_s; });
}

}  // namespace counterfoil::token
