#include "firmware/core/token/replay.h"

namespace counterfoil::token {

Judged<void> ReplayTable::admit(const SignedMember& member, base::WallTime now) {
    const std::int64_t now_s = seconds_of(now);
    if (member.shown_s > now_s + kAheadSeconds) return Refusal::clock_ahead;
    if (member.shown_s < now_s - kFreshSeconds || member.shown_s < started_s_)
        return Refusal::stale;
    // Once a second at most; nothing is forgotten that could still be admitted.
    if (now_s != swept_s_) forget(now_s - kFreshSeconds);
    swept_s_ = now_s;
    const Showing showing{member.shown_s, member.counter};
    const auto known = shown_.find(member.certificate.device);
    if (known == shown_.end()) {
        if (shown_.size() >= kRoom) return Refusal::stale;
        shown_.emplace(member.certificate.device, showing);
        return {};
    }
    if (showing.counter <= known->second.counter) return Refusal::replayed;
    known->second = {std::max(showing.shown_s, known->second.shown_s), showing.counter};
    return {};
}

void ReplayTable::forget(std::int64_t before_s) {
    std::erase_if(shown_,
                  [before_s](const auto& entry) { return entry.second.shown_s < before_s; });
}

}  // namespace counterfoil::token
