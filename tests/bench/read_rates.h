#pragma once

#include <cstdint>
#include <vector>

#include "tools/hardset/hardset.h"

// How many codes of the hard set are read, and in what time, by our reader and by zbar, which are
// both given the same pictures one after the other.
namespace counterfoil::bench {

struct Attempt {
    tool::Distortion distortion = tool::Distortion::clean;
    bool zbar_knows = false;  // the format
    bool ours_read = false;
    bool ours_wrong = false;  // something was read that is not there
    bool zbar_read = false;
    double ours_ms = 0;
    double zbar_ms = 0;
};

// One look at each picture, ours within a camera frame's time budget.
std::vector<Attempt> read_hard_set(std::uint64_t seed, int count);

}  // namespace counterfoil::bench
