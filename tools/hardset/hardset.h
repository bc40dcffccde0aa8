#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "firmware/vision/frame.h"

namespace counterfoil::tool {

enum class Distortion {
    clean,
    blur,
    motion,
    perspective,
    rotation,
    noise,
    low_contrast,
    glare,
    small_modules,
    moire,
    damaged_corner,
    uneven_light,
};
inline constexpr int kDistortions = 12;

// As it is spelt above.
std::string_view distortion_name(Distortion distortion);

struct HardPicture {
    vision::GreyImage image;
    std::string text;
    std::string format;  // by ZXing's name, such as "EAN-13"
    Distortion distortion = Distortion::clean;
};

// Draws the code of a text in a format, upright and undistorted, black on white, with its quiet
// zone, `module_px` pixels a module; a code of bars as high as it should be seen.
using CodeWriter = std::function<vision::GreyImage(const std::string& format,
                                                   const std::string& text, int module_px)>;

// Pictures of codes as a camera at a till sees them on its worse days. Each has one main
// distortion, from slight to such that a person would just still call the code whole enough to be
// read; a little noise and a little tilt are in all of them. Pictures are of 1280 x 720 pixels.
class HardSet {
  public:
    HardSet(std::uint64_t seed, CodeWriter writer);

    // The picture of an index: the same one for the same seed, whatever was made before. Every 96
    // in a row hold each distortion of each format once; severity is spread evenly over the rest.
    HardPicture make(int index) const;

  private:
    std::uint64_t seed_;
    CodeWriter writer_;
};

}  // namespace counterfoil::tool
