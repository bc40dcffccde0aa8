#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/core/base/result.h"

namespace counterfoil::base {

// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
struct WallTime {
    std::int64_t unix_ms = 0;
    auto operator<=>(const WallTime&) const = default;
};

// "2026-11-21T08:00:00.000Z": RFC 3339, UTC, always with milliseconds; years 1970 to 9999.
std::string to_rfc3339(WallTime time);
Result<WallTime> from_rfc3339(std::string_view text);

// "2026-11-21 09:00", in the machine's own time zone: for people, never to be read back.
std::string to_local_text(WallTime time);

// When the source of this program was made; no honest clock tells an earlier time.
WallTime build_time();

// clock_before_build where `now` is earlier than `not_before`, in a sentence that says what to do.
Status check_clock(WallTime now, WallTime not_before);

// What tells the time. A till's clock can be wrong and can be set while it runs: order is never
// taken from now(), and steps are found by comparing it with steady_ms().
class Clock {
  public:
    virtual ~Clock() = default;
    virtual WallTime now() const = 0;
    // Milliseconds since the machine was started, asleep or not; never goes back.
    virtual std::int64_t steady_ms() const = 0;
};

class SystemClock final : public Clock {
  public:
    WallTime now() const override;
    std::int64_t steady_ms() const override;
};

// A clock that moves when told: for tests, simulations and made-up days.
class SettableClock final : public Clock {
  public:
    explicit SettableClock(WallTime start) : now_(start) {}

    WallTime now() const override { return now_; }
    std::int64_t steady_ms() const override { return steady_ms_; }

    // Time passes.
    void advance(std::int64_t ms) {
        now_.unix_ms += ms;
        steady_ms_ += ms;
    }
    // Somebody sets the clock: no time passes.
    void set(WallTime now) { now_ = now; }

  private:
    WallTime now_;
    std::int64_t steady_ms_ = 0;
};

}  // namespace counterfoil::base
