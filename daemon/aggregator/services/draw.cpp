#include "daemon/aggregator/services/draw.h"

#include <array>
#include <limits>

#include "firmware/core/base/coding.h"

namespace counterfoil::services {
namespace {

constexpr std::size_t kSeedBytes = 16;

}  // namespace

// The hashes of the seed with a number behind it, one after the other.
std::uint64_t Draw::next() {
    if (used_ == block_.size()) {
        const std::string text = "counterfoil/draw/1\n" + seed_ + "\n" + std::to_string(blocks_++);
        block_ = crypto::sha256({base::as_bytes(text)});
        used_ = 0;
    }
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | block_[used_++];
    return number;
}

// What is over the last whole multiple would make the low numbers likelier.
std::uint64_t Draw::below(std::uint64_t count) {
    CF_CHECK(count > 0);
    constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t fair = kAll - kAll % count;
    for (;;) {
        const std::uint64_t number = next();
        if (number < fair) return number % count;
    }
}

std::string new_seed(Desk& desk) {
    std::array<std::uint8_t, kSeedBytes> bytes{};
    desk.entropy().fill(bytes);
    return base::to_hex(bytes);
}

}  // namespace counterfoil::services
