#include "tools/hardset/scene.h"

#include <algorithm>

#include "firmware/core/base/check.h"
#include "tools/hardset/background.h"
#include "tools/hardset/distort.h"

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

constexpr double kFrameMargin = 6;

// The code with what surrounds it, and where in it the code begins.
struct Carrier {
    GreyImage image;
    Patch lit;
    int code_left = 0;
    int code_top = 0;
};

GreyImage plain(int width, int height, std::uint8_t grey) {
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    return {width, height, std::vector<std::uint8_t>(pixels, grey)};
}

void paste(const GreyImage& picture, int left, int top, GreyImage& onto) {
    for (int y = 0; y < picture.height; ++y)
        std::copy_n(picture.pixels.begin() + static_cast<std::ptrdiff_t>(y) * picture.width,
                    picture.width,
                    onto.pixels.begin() + static_cast<std::ptrdiff_t>(top + y) * onto.width + left);
}

// A sticker, usually with a line or two of print above or below the code.
Carrier stick_label(const GreyImage& code, int module_px, Random& random) {
    const int paper = random.pick(195, 250);
    const int ink = random.pick(12, 60);
    const int side = random.pick(1, 6) * module_px;
    const int line_height = std::min(14 * module_px / 3, code.height / 4);
    const int above = random.pick(0, 2) * line_height + module_px;
    const int below = random.pick(0, 2) * line_height + module_px;
    Carrier carrier;
    carrier.image =
        plain(code.width + 2 * side, code.height + above + below, static_cast<std::uint8_t>(paper));
    carrier.code_left = side;
    carrier.code_top = above;
    carrier.lit = {0, 0, carrier.image.width, carrier.image.height};
    paste(squeeze_contrast(code, ink, paper), side, above, carrier.image);
    const auto print = static_cast<std::uint8_t>(ink);
    print_lines(carrier.image, {side, module_px, code.width, above - module_px}, line_height, print,
                random);
    print_lines(carrier.image, {side, above + code.height, code.width, below - module_px},
                line_height, print, random);
    return carrier;
}

// A telephone: the code in the middle of a lit screen, between the dark bars of its edge.
Carrier show_on_phone(const GreyImage& code, int module_px, Random& random) {
    const int paper = random.pick(215, 255);
    const int ink = random.pick(5, 45);
    const int rim = random.pick(3, 7) * module_px;
    const int side = random.pick(2, 6) * module_px;
    const int ends = random.pick(3, 12) * module_px;
    const Patch lit{rim, 2 * rim, code.width + 2 * side, code.height + 2 * ends};
    Carrier carrier;
    carrier.image = plain(lit.width + 2 * rim, lit.height + 4 * rim,
                          static_cast<std::uint8_t>(random.pick(10, 40)));
    carrier.lit = lit;
    fill(carrier.image, lit, static_cast<std::uint8_t>(paper));
    carrier.code_left = rim + side;
    carrier.code_top = 2 * rim + ends;
    paste(squeeze_contrast(code, ink, paper), carrier.code_left, carrier.code_top, carrier.image);
    return carrier;
}

double smallest_module(const Homography& placement, const GreyImage& code, int code_module_px) {
    double smallest = code.width + code.height;
    for (const Point corner :
         {Point{0, 0}, Point{static_cast<double>(code.width), 0},
          Point{static_cast<double>(code.width), static_cast<double>(code.height)},
          Point{0, static_cast<double>(code.height)}}) {
        const Point step = placement.step_at(corner);
        smallest = std::min({smallest, step.x, step.y});
    }
    return smallest * code_module_px;
}

Homography place(const GreyImage& code, int code_module_px, const Pose& pose, Random& random) {
    const double distance = pose.distance * std::max(code.width, code.height);
    const Homography seen = Homography::tilted(pose.yaw, pose.pitch, distance)
                                .after(Homography::turned(pose.turn))
                                .after(Homography::moved(-code.width / 2.0, -code.height / 2.0));
    const Box box = box_around(mapped_corners(seen, code.width, code.height));
    const double room_x = (kFrameWidth - 2 * kFrameMargin) / (box.high.x - box.low.x);
    const double room_y = (kFrameHeight - 2 * kFrameMargin) / (box.high.y - box.low.y);
    const double wanted = pose.module_px / smallest_module(seen, code, code_module_px);
    const double scale = std::min({wanted, room_x, room_y});
    const double spare_x = kFrameWidth - 2 * kFrameMargin - (box.high.x - box.low.x) * scale;
    const double spare_y = kFrameHeight - 2 * kFrameMargin - (box.high.y - box.low.y) * scale;
    const double left = kFrameMargin + spare_x * random.between(0, 1);
    const double top = kFrameMargin + spare_y * random.between(0, 1);
    return Homography::moved(left - box.low.x * scale, top - box.low.y * scale)
        .after(Homography::scaled(scale))
        .after(seen);
}

}  // namespace

Scene compose_scene(const GreyImage& code, int code_module_px, const Pose& pose, Random& random) {
    CF_CHECK(code_module_px > 0 && code.width > 0 && code.height > 0);
    Scene scene;
    scene.frame = make_background(kFrameWidth, kFrameHeight, random);
    scene.placement = place(code, code_module_px, pose, random);
    scene.module_px = smallest_module(scene.placement, code, code_module_px);
    const Carrier carrier = pose.surface == Surface::phone
                                ? show_on_phone(code, code_module_px, random)
                                : stick_label(code, code_module_px, random);
    scene.screen_low = {static_cast<double>(carrier.lit.left - carrier.code_left),
                        static_cast<double>(carrier.lit.top - carrier.code_top)};
    scene.screen_high = {scene.screen_low.x + carrier.lit.width,
                         scene.screen_low.y + carrier.lit.height};
    const Homography to_code = Homography::moved(-carrier.code_left, -carrier.code_top);
    draw(carrier.image, scene.placement.after(to_code), scene.frame);
    return scene;
}

}  // namespace counterfoil::tool
