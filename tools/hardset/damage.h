#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/vision/frame.h"
#include "tools/hardset/random.h"

// Where a code may be harmed and still be read, and the harm itself.
namespace counterfoil::tool {

enum class Family { qr_code, data_matrix, aztec, pdf417, bars };

// By ZXing's name of the format; everything unknown is taken for bars.
Family family_of(std::string_view format);

// The upright rectangle of everything dark: the code without its quiet zone, in pixels.
struct Extent {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
};
Extent dark_extent(const vision::GreyImage& code);

// The place and the radii of a spot that may be lost, as shares of the code's width and height. A
// matrix keeps its finders and stays within its error correction; bars keep part of their height.
// Severity is 0 to 1.
struct Spot {
    double x = 0;
    double y = 0;
    double radius_x = 0;
    double radius_y = 0;
};
Spot spare_corner(Family family, double severity, Random& random);
Spot spare_middle(Family family, double severity, Random& random);

// A blot of ink, or a torn-off piece that bares what lies beneath, over a corner or an edge of a
// clean code. Bars are also scratched. Quiet zones may be harmed too, at the torn-off place.
vision::GreyImage damage(const vision::GreyImage& code, Family family, double severity,
                         Random& random);

}  // namespace counterfoil::tool
