#include "daemon/aggregator/api/rates.h"

#include <algorithm>

namespace counterfoil::api {
namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr std::int64_t kUsPerMs = 1000;

}  // namespace

// Each one taken costs its share of a minute; what is owed may never be over a minute.
std::int64_t Rates::take(std::string_view name, std::int64_t now_ms) {
    const std::int64_t now_us = now_ms * kUsPerMs;
    const std::int64_t cost_us = kMinuteUs / per_minute_;
    if (buckets_.size() >= kMostNames) forget(now_us);
    Bucket& bucket = buckets_[std::string(name)];
    const std::int64_t owed_us = std::max(bucket.free_us, now_us) + cost_us;
    const std::int64_t over_us = owed_us - now_us - kMinuteUs;
    if (over_us > 0) return (over_us + kUsPerMs - 1) / kUsPerMs;
    bucket.free_us = owed_us;
    return 0;
}

void Rates::forget(std::int64_t now_us) {
    std::erase_if(buckets_, [&](const auto& named) { return named.second.free_us <= now_us; });
    if (buckets_.size() >= kMostNames) buckets_.clear();
}

}  // namespace counterfoil::api
