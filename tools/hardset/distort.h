#pragma once

#include "firmware/vision/frame.h"
#include "tools/hardset/random.h"
#include "tools/hardset/warp.h"

// What a lens, a hand, a lamp, a sensor and a telephone's screen do to a picture. Each function
// gives a new picture of the same size, and the same one for the same arguments.
namespace counterfoil::tool {

// Out of focus: a Gaussian whose standard deviation is `sigma` pixels.
vision::GreyImage blur(const vision::GreyImage& image, double sigma);

// Moved by `length` pixels in the direction of `angle`, in radians, while the shutter was open.
vision::GreyImage motion_blur(const vision::GreyImage& image, double length, double angle);

// Gaussian noise, its standard deviation in grey levels.
vision::GreyImage add_noise(const vision::GreyImage& image, double deviation, Random& random);

// Black becomes `black`, white becomes `white`, and what is between them stays between them.
vision::GreyImage squeeze_contrast(const vision::GreyImage& image, int black, int white);

// Light that falls off across the picture: all of it on one side of a line, `dark` of it on the
// other, and `softness` pixels from the one to the other. A wide one is a lamp far to the side, a
// narrow one the edge of a shadow.
struct Falloff {
    Point middle;
    double angle = 0;  // where it gets darker, in radians
    double softness = 1;
    double dark = 1;
};
vision::GreyImage light_unevenly(const vision::GreyImage& image, const Falloff& falloff);

// A lamp mirrored in a shiny plane: an ellipse of pure white with a halo that fades out over `halo`
// times its radius. Lengths are in the plane's own units.
struct Glare {
    Homography plane;  // from the plane into the picture
    Point centre;
    double radius_x = 1;
    double radius_y = 1;
    double angle = 0;
    double halo = 1;
};
vision::GreyImage add_glare(const vision::GreyImage& image, const Glare& glare);

// The pixels of a telephone's screen, seen through those of the camera: where the two grids are
// nearly as fine as each other, wide bands appear. Lengths are in the screen's own units.
struct PixelGrid {
    Homography screen;  // from the screen into the picture
    Point low;          // two corners of the part that is lit
    Point high;
    double pitch = 1;     // from one of the screen's pixels to the next
    double strength = 0;  // how much of the light is missing in the middle of a gap
    double bend = 0;      // how much the lens bends the grid: pixels of the screen at its edge
};
vision::GreyImage add_pixel_grid(const vision::GreyImage& image, const PixelGrid& grid);

}  // namespace counterfoil::tool
