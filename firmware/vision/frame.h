#pragma once

#include <cstdint>
#include <vector>

namespace counterfoil::vision {

// No picture is wider or higher, and none has more pixels: what a camera of 16 megapixels takes.
inline constexpr int kMaxSide = 8192;
inline constexpr int kMaxPixels = 16 << 20;

// Grey pixels in somebody else's memory, 0 black to 255 white. A camera's YUYV is read in place
// with a pixel stride of 2.
struct GreyView {
    const std::uint8_t* pixels = nullptr;
    int width = 0;
    int height = 0;
    int row_stride = 0;
    int pixel_stride = 1;

    std::uint8_t at(int x, int y) const {
        return pixels[static_cast<std::ptrdiff_t>(y) * row_stride +
                      static_cast<std::ptrdiff_t>(x) * pixel_stride];
    }
};

// Grey pixels of its own, row by row without gaps.
struct GreyImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;

    GreyView view() const { return {pixels.data(), width, height, width, 1}; }
};

}  // namespace counterfoil::vision
