#include "tools/hardset/hardset.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "firmware/core/base/check.h"
#include "tools/hardset/damage.h"
#include "tools/hardset/distort.h"
#include "tools/hardset/scene.h"
#include "tools/hardset/texts.h"

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

constexpr std::array<std::string_view, kDistortions> kNames{
    "clean",        "blur",  "motion",        "perspective", "rotation",       "noise",
    "low_contrast", "glare", "small_modules", "moire",       "damaged_corner", "uneven_light"};

// Fine enough for ragged edges and for being drawn smaller.
constexpr int kWriterModulePx = 6;
constexpr double kFullTurn = 2 * std::numbers::pi;

double degrees(double value) {
    return value * kFullTurn / 360;
}

double sign(Random& random) {
    return random.chance(0.5) ? 1 : -1;
}

// From one value to another as severity goes from 0 to 1.
double worse(double severity, double easy, double hard) {
    return easy + (hard - easy) * severity;
}

// Severities of one kind of picture follow each other in steps of the golden section, which spread
// evenly however many there are.
double severity_of(std::uint64_t seed, int kind, int round) {
    const double start = Random::for_index(seed, static_cast<std::uint64_t>(kind)).between(0, 1);
    const double severity = start + round * (std::numbers::phi - 1);
    return severity - std::floor(severity);
}

// A picture on its way: what is wrong with it, and the chance for its details.
struct Making {
    Distortion distortion;
    double severity;
    Family family;
    Random& random;
};

Pose any_pose(Making& making) {
    Random& random = making.random;
    Pose pose;
    pose.module_px = random.between(2.8, 6.5);
    pose.turn = degrees(random.between(-5, 5));
    pose.yaw = degrees(random.between(-6, 6));
    pose.pitch = degrees(random.between(-6, 6));
    pose.distance = random.between(2.5, 5);
    return pose;
}

Pose choose_pose(Making& making) {
    Random& random = making.random;
    Pose pose = any_pose(making);
    switch (making.distortion) {
        case Distortion::perspective: {
            const double tilt = degrees(worse(making.severity, 15, 55));
            const double toward = random.between(0, kFullTurn);
            pose.yaw = tilt * std::cos(toward);
            pose.pitch = tilt * std::sin(toward);
            pose.distance = random.between(1.3, 2.5);
            break;
        }
        case Distortion::rotation:
            // The worst angle lies half way between two upright ones.
            pose.turn =
                degrees(90.0 * random.pick(0, 3) + sign(random) * worse(making.severity, 8, 45));
            break;
        case Distortion::small_modules:
            pose.module_px = worse(making.severity, 2.5, 1.5);
            break;
        case Distortion::moire:
            pose.surface = Surface::phone;
            break;
        default:
            break;
    }
    return pose;
}

// What is wrong with the code itself, before it is put anywhere.
GreyImage harm(const GreyImage& code, Making& making) {
    if (making.distortion != Distortion::damaged_corner) return code;
    return damage(code, making.family, making.severity, making.random);
}

GreyImage lower_contrast(const GreyImage& frame, Making& making) {
    const int range = static_cast<int>(worse(making.severity, 100, 26));
    const int black = making.random.pick(5, 250 - range);
    return squeeze_contrast(frame, black, black + range);
}

GreyImage put_glare(const Scene& scene, const GreyImage& code, Making& making) {
    Random& random = making.random;
    const Extent extent = dark_extent(code);
    const Spot spot = spare_middle(making.family, making.severity, random);
    Glare glare;
    glare.plane = scene.placement;
    glare.centre = {extent.left + spot.x * extent.width, extent.top + spot.y * extent.height};
    glare.halo = random.between(0.4, 1.0);
    // Dark modules drown in the inner part of the halo as well, so the core is kept smaller.
    const double core = 1 / (1 + 0.5 * glare.halo);
    glare.radius_x = spot.radius_x * extent.width * core;
    glare.radius_y = spot.radius_y * extent.height * core;
    // A lying ellipse over bars must stay lying, or it would cover their whole height.
    if (making.family != Family::bars) glare.angle = degrees(random.between(-20, 20));
    return add_glare(scene.frame, glare);
}

GreyImage show_pixel_grid(const Scene& scene, const GreyImage& code, Making& making) {
    Random& random = making.random;
    const Point middle{code.width / 2.0, code.height / 2.0};
    const Point step = scene.placement.step_at(middle);
    PixelGrid grid;
    grid.screen = scene.placement;
    grid.low = scene.screen_low;
    grid.high = scene.screen_high;
    // Bands are widest where one pixel of the screen falls on about one of the camera, or on two.
    const double pitch = (random.chance(0.6) ? 1.0 : 2.0) * random.between(0.86, 1.16);
    grid.pitch = pitch / std::max(step.x, step.y);
    grid.strength = worse(making.severity, 0.15, 0.6);
    grid.bend = random.between(-6, 6);
    return blur(add_pixel_grid(scene.frame, grid), random.between(0.45, 0.75));
}

GreyImage shade(const Scene& scene, const GreyImage& code, Making& making) {
    Random& random = making.random;
    const Box box = box_around(mapped_corners(scene.placement, code.width, code.height));
    const double size = std::min(box.high.x - box.low.x, box.high.y - box.low.y);
    Falloff falloff;
    falloff.angle = random.between(0, kFullTurn);
    falloff.middle.x = worse(random.between(0.3, 0.7), box.low.x, box.high.x);
    falloff.middle.y = worse(random.between(0.3, 0.7), box.low.y, box.high.y);
    falloff.softness = random.chance(0.4) ? random.between(3, 25) : size * random.between(0.5, 2);
    falloff.dark = worse(making.severity, 0.55, 0.13);
    return light_unevenly(scene.frame, falloff);
}

// What happens between the counter and the sensor.
GreyImage see(const Scene& scene, const GreyImage& code, Making& making) {
    Random& random = making.random;
    const double module = scene.module_px;
    switch (making.distortion) {
        case Distortion::blur:
            return blur(scene.frame, module * worse(making.severity, 0.25, 0.72));
        case Distortion::motion:
            return motion_blur(scene.frame, module * worse(making.severity, 0.5, 1.6),
                               random.between(0, kFullTurn));
        case Distortion::low_contrast:
            return lower_contrast(scene.frame, making);
        case Distortion::glare:
            return put_glare(scene, code, making);
        case Distortion::moire:
            return show_pixel_grid(scene, code, making);
        case Distortion::uneven_light:
            return shade(scene, code, making);
        default:
            return scene.frame;
    }
}

double noise_of(Making& making) {
    if (making.distortion == Distortion::noise) return worse(making.severity, 8, 42);
    return making.random.between(0.7, 2.0);
}

}  // namespace

std::string_view distortion_name(Distortion distortion) {
    return kNames[static_cast<std::size_t>(distortion)];
}

HardSet::HardSet(std::uint64_t seed, CodeWriter writer) : seed_(seed), writer_(std::move(writer)) {
    CF_CHECK(writer_ != nullptr);
}

HardPicture HardSet::make(int index) const {
    CF_CHECK(index >= 0);
    constexpr int kKinds = kDistortions * static_cast<int>(kFormats.size());
    const int kind = index % kKinds;
    HardPicture picture;
    picture.distortion = static_cast<Distortion>(kind % kDistortions);
    picture.format = kFormats[static_cast<std::size_t>(kind / kDistortions)];

    Random random = Random::for_index(seed_, static_cast<std::uint64_t>(index));
    Making making{picture.distortion, severity_of(seed_, kind, index / kKinds),
                  family_of(picture.format), random};
    picture.text = make_text(picture.format, random);
    const GreyImage code = writer_(picture.format, picture.text, kWriterModulePx);
    const Pose pose = choose_pose(making);
    const Scene scene = compose_scene(harm(code, making), kWriterModulePx, pose, random);
    const GreyImage seen = see(scene, code, making);
    picture.image = add_noise(seen, noise_of(making), random);
    return picture;
}

}  // namespace counterfoil::tool
