#pragma once

#include <optional>
#include <vector>

#include "firmware/vision/frame.h"

namespace counterfoil::vision {

// A rectangle that may stand askew: its middle, its size along its own sides, and how far the
// picture must be turned, in degrees, for it to stand upright.
struct Askew {
    double middle_x = 0;
    double middle_y = 0;
    int width = 0;
    int height = 0;
    double degrees = 0;
};

// A part of a picture where a code may be, with some room around it.
struct Region {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    // The same part so that bars stand upright; only where edges clearly run one way, as those of
    // a linear code do.
    std::optional<Askew> bars;

    GreyView of(const GreyView& picture) const;
};

inline constexpr std::size_t kMaxRegions = 3;
inline constexpr std::size_t kMaxCores = 5;

struct Regions {
    std::vector<Region> parts;
    // Where edges lie densest, each patch by itself, upright and in the middle of its frame: some
    // matrix codes are found only there.
    std::vector<Askew> cores;
};

// Where edges lie densely for how light the place is: the most promising part first. Looking at
// parts is so much cheaper than looking at the whole that each can be looked at in many ways.
Regions find_regions(const GreyView& picture);

}  // namespace counterfoil::vision
