#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace counterfoil::api {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;

// How often each of many may do something: so often at once, and so often again in each period. Of
// whom nothing was heard for a period, nothing is remembered. One thread.
class Rates {
  public:
    // More names than that are not told apart by what they did before.
    static constexpr std::size_t kMostNames = 100'000;

    Rates(std::int64_t times, std::int64_t period_ms) : times_(times), period_ms_(period_ms) {}

    // 0 where it may; else the milliseconds after which it may again.
    std::int64_t wait_ms(std::string_view name, std::int64_t now_ms) const;
    // The same, and once less is left where it may.
    std::int64_t take(std::string_view name, std::int64_t now_ms);

  private:
    void forget(std::int64_t now_us);

    std::int64_t times_;
    std::int64_t period_ms_;
    std::unordered_map<std::string, std::int64_t> free_us_;  // when all of it is there again
};

// Wrong proofs, by the name that they were for, from any thread. It tells when there are so many
// that somebody is guessing.
class Guesses {
  public:
    explicit Guesses(std::int64_t per_hour) : rates_(per_hour, kHourMs) {}

    std::int64_t wait_ms(std::string_view name, std::int64_t now_ms);
    void add(std::string_view name, std::int64_t now_ms);

  private:
    std::mutex mutex_;
    Rates rates_;
};

}  // namespace counterfoil::api
