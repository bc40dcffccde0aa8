#pragma once

#include "firmware/vision/frame.h"
#include "tools/hardset/random.h"
#include "tools/hardset/warp.h"

namespace counterfoil::tool {

inline constexpr int kFrameWidth = 1280;
inline constexpr int kFrameHeight = 720;

enum class Surface {
    label,  // printed on white paper that lies on the table
    phone,  // shown on the screen of a dark telephone
};

// How the code is to be seen. Angles are in radians.
struct Pose {
    double module_px = 4;  // the smallest module in the frame, unless the code would not fit
    double turn = 0;
    double yaw = 0;
    double pitch = 0;
    double distance = 4;  // of the eye, in lengths of the code's longer side
    Surface surface = Surface::label;
};

struct Scene {
    vision::GreyImage frame;
    Homography placement;  // from the code's pixels into the frame
    double module_px = 0;  // what the smallest module came to
    Point screen_low;      // what is lit around the code, in the code's pixels
    Point screen_high;
};

// A camera's frame with the whole of the code at a random place in it. The code comes with its
// quiet zone, `code_module_px` pixels a module; its black and white become ink and paper.
Scene compose_scene(const vision::GreyImage& code, int code_module_px, const Pose& pose,
                    Random& random);

}  // namespace counterfoil::tool
