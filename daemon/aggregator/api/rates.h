#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace counterfoil::api {

// How often each of many may do something: so often at once, and so often again in each minute. Of
// whom nothing was heard for a minute, nothing is remembered. One thread.
class Rates {
  public:
    // More names than that are not told apart by what they did before.
    static constexpr std::size_t kMostNames = 100'000;

    explicit Rates(std::int64_t per_minute) : per_minute_(per_minute) {}

    // 0 where it may; else the milliseconds after which it may again.
    std::int64_t take(std::string_view name, std::int64_t now_ms);

  private:
    struct Bucket {
        std::int64_t free_us = 0;  // when all of it is there again
    };
    void forget(std::int64_t now_us);

    std::int64_t per_minute_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace counterfoil::api
