#pragma once

#include <algorithm>
#include <cstdint>

namespace counterfoil::broker {

// What may be spent: so much at once, and what was spent comes back at a steady rate.
struct Rate {
    std::int64_t per_second = 0;
    std::int64_t at_once = 0;
};

// How much of a rate one client has left. Times are of a clock that never goes back.
class Allowance {
  public:
    Allowance(const Rate& rate, std::int64_t now_ms)
        : rate_(rate), left_thousandths_(rate.at_once * kWhole), since_ms_(now_ms) {}

    bool has(std::int64_t amount, std::int64_t now_ms) {
        const std::int64_t passed_ms = std::clamp<std::int64_t>(now_ms - since_ms_, 0, kLongMs);
        since_ms_ = std::max(since_ms_, now_ms);
        left_thousandths_ =
            std::min(rate_.at_once * kWhole, left_thousandths_ + passed_ms * rate_.per_second);
        return left_thousandths_ >= amount * kWhole;
    }
    // What it has.
    void spend(std::int64_t amount) { left_thousandths_ -= amount * kWhole; }
    // What was spent.
    void give_back(std::int64_t amount) { left_thousandths_ += amount * kWhole; }

  private:
    static constexpr std::int64_t kWhole = 1000;
    // After which any allowance is whole; so no product is too large.
    static constexpr std::int64_t kLongMs = 3'600'000;

    Rate rate_;
    std::int64_t left_thousandths_;
    std::int64_t since_ms_;
};

}  // namespace counterfoil::broker
