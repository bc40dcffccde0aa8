#pragma once

#include <cstdint>
#include <random>

namespace counterfoil::tool {

// Chance from a seed. The standard fixes the engine's numbers but not those of its distributions,
// so these are our own: the same seed gives the same choices with every standard library.
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    // A generator for one of many things made from one seed, independent of those before it.
    static Random for_index(std::uint64_t seed, std::uint64_t index);

    std::uint64_t bits() { return engine_(); }

    // At least `from`, below `to`.
    double between(double from, double to);

    // Both ends may come.
    int pick(int from, int to);

    bool chance(double share) { return between(0, 1) < share; }

  private:
    std::mt19937_64 engine_;
};

}  // namespace counterfoil::tool
