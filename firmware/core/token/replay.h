#pragma once

#include <map>

#include "firmware/core/token/member.h"

namespace counterfoil::token {

// A member's code is good for a minute, and for one showing.
inline constexpr std::int64_t kFreshSeconds = 60;
inline constexpr std::int64_t kAheadSeconds = 30;

// Remembers what each phone has shown while it could still be shown again, so that a photograph of
// a code is worth nothing. It is kept in memory: after a start, codes from before it are stale,
// and phones show a new one every fifteen seconds.
class ReplayTable {
  public:
    static constexpr std::size_t kRoom = 1 << 16;

    explicit ReplayTable(base::WallTime started) : started_s_(seconds_of(started)) {}

    // Takes note of the showing; stale, clock_ahead or replayed where it is not a new one of now.
    // Where the table is full of codes that are still good, further phones are refused as stale:
    // their next code may find room.
    Judged<void> admit(const SignedMember& member, base::WallTime now);

    std::size_t size() const { return shown_.size(); }

  private:
    void forget(std::int64_t before_s);

    std::int64_t started_s_;
    std::int64_t swept_s_ = 0;
    std::map<crypto::CompressedKey, Showing> shown_;
};

}  // namespace counterfoil::token
