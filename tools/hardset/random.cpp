#include "tools/hardset/random.h"

#include "firmware/core/base/check.h"

namespace counterfoil::tool {

namespace {

// SplitMix64's last step: neighbouring numbers come out with nothing in common.
std::uint64_t scramble(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

}  // namespace

Random Random::for_index(std::uint64_t seed, std::uint64_t index) {
    return Random(scramble(scramble(seed) + 0x9e3779b97f4a7c15ULL * (index + 1)));
}

double Random::between(double from, double to) {
    // 53 bits are what a double holds.
    constexpr double kUnit = 1.0 / 9007199254740992.0;
    return from + (to - from) * static_cast<double>(engine_() >> 11) * kUnit;
}

int Random::pick(int from, int to) {
    CF_CHECK(from <= to);
    const auto span = static_cast<std::uint64_t>(static_cast<std::int64_t>(to) - from + 1);
    return from + static_cast<int>(engine_() % span);
}

}  // namespace counterfoil::tool
