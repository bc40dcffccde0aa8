#include "daemon/link/backoff.h"

#include <algorithm>
#include <array>

namespace counterfoil::link {

Backoff::Backoff(const BackoffSettings& settings, base::Entropy& entropy)
    : settings_(settings), entropy_(entropy), ceiling_ms_(settings.first_ms) {
    CF_CHECK(settings.first_ms >= 1 && settings.first_ms <= settings.most_ms);
}

std::int64_t Backoff::next_wait_ms() {
    std::array<std::uint8_t, 8> random{};
    entropy_.fill(random);
    std::uint64_t number = 0;
    for (const std::uint8_t byte : random) number = number << 8 | byte;
    // 2^64 is so much more than any ceiling that the remainders are as good as equally likely.
    const auto wait_ms =
        static_cast<std::int64_t>(number % (static_cast<std::uint64_t>(ceiling_ms_) + 1));
    // Nothing is added past the bound, where it could overflow.
    const auto sum = [most = settings_.most_ms](std::int64_t a, std::int64_t b) {
        return a > most - b ? most : a + b;
    };
    waited_ms_ = sum(waited_ms_, wait_ms);
    ceiling_ms_ = std::min(sum(ceiling_ms_, ceiling_ms_), sum(settings_.first_ms, waited_ms_));
    return wait_ms;
}

}  // namespace counterfoil::link
