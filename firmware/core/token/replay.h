#pragma once

#include <map>

#include "firmware/core/token/member.h"

namespace counterfoil::token {

// A member's code is good for a minute, and for one showing.
inline constexpr std::int64_t kFreshSeconds = 60;
inline constexpr std::int64_t kAheadSeconds = 30;

// Remembers what each phone has shown while it could still be shown again, so that a photograph of
// a code is worth nothing. It is kept in memory: where nobody kept it across a start, codes that
// could have been shown before it are stale, and phones show a new one every fifteen seconds.
class ReplayTable {
  public:
    static constexpr std::size_t kRoom = 1 << 16;

    // Of a till that remembers everything that it has learned: it knows what was shown before.
    ReplayTable() = default;
    explicit ReplayTable(base::WallTime started) : floor_s_(seconds_of(started) + kAheadSeconds) {}

    // Takes note of the showing; stale, clock_ahead or replayed where it is not a new one of now,
    // too_many_phones where the table is full of codes that are still good.
    Judged<void> admit(const SignedMember& member, base::WallTime now);

    // What another till of the store has seen, or this one before it was started.
    void learn(const crypto::CompressedKey& device, const Showing& showing);

    std::size_t size() const { return shown_.size(); }

  private:
    void forget(std::int64_t before_s);

    // Codes from before are stale: what was shown then is not known, or no longer. It never falls,
    // so that a clock that is set back brings no forgotten code to life.
    std::int64_t floor_s_ = 0;
    std::int64_t swept_s_ = 0;
    std::map<crypto::CompressedKey, Showing> shown_;
};

}  // namespace counterfoil::token
