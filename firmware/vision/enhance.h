#pragma once

#include "firmware/vision/frame.h"

// What makes a hard picture easier to read. Each gives a new picture; the edge pixels repeat.
namespace counterfoil::vision {

// Half as wide and high, every pixel the mean of four: for noise, screens' grids and large codes.
GreyImage halve(const GreyView& picture);

// Twice as wide and high, interpolated: for modules of one or two pixels.
GreyImage enlarge(const GreyView& picture);

// The mean of each pixel's neighbourhood of 3 by 3, for noise and screens' grids.
GreyImage smooth(const GreyView& picture);

// Each pixel moved away from the mean of its surroundings, `radius` pixels to each side: for blur.
GreyImage sharpen(const GreyView& picture, int radius);

GreyImage invert(const GreyView& picture);

// Turned by any angle about its middle; what was outside is white.
GreyImage rotate(const GreyView& picture, double degrees);

}  // namespace counterfoil::vision
