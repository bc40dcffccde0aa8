#pragma once

#include "firmware/vision/regions.h"

// What makes a hard picture easier to read. Each gives a new picture; the edge pixels repeat.
namespace counterfoil::vision {

GreyImage copy(const GreyView& picture);

// Half as wide and high, every pixel the mean of four: for noise, screens' grids and large codes.
GreyImage halve(const GreyView& picture);

// Twice as wide and high, interpolated: for modules of one or two pixels.
GreyImage enlarge(const GreyView& picture);

// The mean of each pixel's neighbourhood of 3 by 3, for noise and screens' grids.
GreyImage smooth(const GreyView& picture);

// Each pixel moved away from the mean of its surroundings, `radius` pixels to each side: for blur.
GreyImage sharpen(const GreyView& picture, int radius);

// Each pixel by how it stands out from its surroundings: light and shadow, and how much contrast
// there is, no longer matter.
GreyImage flatten(const GreyView& picture, int radius);

GreyImage invert(const GreyView& picture);

// Each pixel the mean of those above and below it, `radius` to each side: what noise, glare or a
// scratch leaves of upright bars.
GreyImage smooth_down(const GreyView& picture, int radius);

// The part upright, as if the picture had been turned; what lies outside of it is white.
GreyImage cut_out(const GreyView& picture, const Askew& part);

}  // namespace counterfoil::vision
