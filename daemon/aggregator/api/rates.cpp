#include "daemon/aggregator/api/rates.h"

#include <algorithm>

namespace counterfoil::api {
namespace {

constexpr std::int64_t kUsPerMs = 1000;

}  // namespace

// Each one taken costs its share of the period; what is owed may never be over a period.
std::int64_t Rates::wait_ms(std::string_view name, std::int64_t now_ms) const {
    const std::int64_t now_us = now_ms * kUsPerMs;
    const auto known = free_us_.find(std::string(name));
    const std::int64_t owed_us =
        known == free_us_.end() ? 0 : std::max<std::int64_t>(known->second - now_us, 0);
    const std::int64_t period_us = period_ms_ * kUsPerMs;
    const std::int64_t over_us = owed_us + period_us / times_ - period_us;
    return over_us > 0 ? (over_us + kUsPerMs - 1) / kUsPerMs : 0;
}

std::int64_t Rates::take(std::string_view name, std::int64_t now_ms) {
    const std::int64_t now_us = now_ms * kUsPerMs;
    if (const std::int64_t wait = wait_ms(name, now_ms)) return wait;
    if (free_us_.size() >= kMostNames) forget(now_us);
    std::int64_t& free_us = free_us_[std::string(name)];
    free_us = std::max(free_us, now_us) + period_ms_ * kUsPerMs / times_;
    return 0;
}

void Rates::forget(std::int64_t now_us) {
    std::erase_if(free_us_, [&](const auto& named) { return named.second <= now_us; });
    if (free_us_.size() >= kMostNames) free_us_.clear();
}

std::int64_t Guesses::wait_ms(std::string_view name, std::int64_t now_ms) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return rates_.wait_ms(name, now_ms);
}

void Guesses::add(std::string_view name, std::int64_t now_ms) {
    const std::lock_guard<std::mutex> lock(mutex_);
    rates_.take(name, now_ms);
}

}  // namespace counterfoil::api
