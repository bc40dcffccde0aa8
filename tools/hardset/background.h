#pragma once

#include "firmware/vision/frame.h"
#include "tools/hardset/random.h"

namespace counterfoil::tool {

// A rectangle of a picture, in pixels; it may reach over the picture's edge.
struct Patch {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
};

void fill(vision::GreyImage& image, const Patch& patch, std::uint8_t grey);

// Lines of something that looks like print from afar: words of strokes, with gaps and short lines.
void print_lines(vision::GreyImage& image, const Patch& patch, int line_height, std::uint8_t ink,
                 Random& random);

// What a camera above a counter sees where there is no code: a table with its grain, light from a
// side, and things lying about, such as boxes and printed paper. Nothing in it can be read.
vision::GreyImage make_background(int width, int height, Random& random);

}  // namespace counterfoil::tool
