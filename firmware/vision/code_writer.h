#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/vision/frame.h"

// Codes to be shown on a display, printed by a receipt printer, or put into a page.
namespace counterfoil::vision {

// How much of a matrix code may be unreadable: about 7, 15, 25, 30 %.
enum class Correction { low, medium, quartile, high };

struct CodeOptions {
    std::string format = "QRCode";
    Correction correction = Correction::medium;
};

// The code's modules, true where dark, without a quiet zone. A linear code is one row.
class Modules {
  public:
    Modules(int width, int height)
        : width_(width), height_(height), dark_(static_cast<std::size_t>(width * height)) {}

    int width() const { return width_; }
    int height() const { return height_; }
    bool dark(int x, int y) const { return dark_[index(x, y)] != 0; }
    void set_dark(int x, int y) { dark_[index(x, y)] = 1; }

  private:
    std::size_t index(int x, int y) const {
        CF_CHECK(x >= 0 && x < width_ && y >= 0 && y < height_);
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
               static_cast<std::size_t>(x);
    }

    int width_;
    int height_;
    std::vector<std::uint8_t> dark_;
};

// invalid_argument where the format is none that can be written, or cannot hold the text.
base::Result<Modules> write_code(std::string_view text, const CodeOptions& options = {});

// A standalone SVG: black on white, one path, four modules of quiet zone (ten for linear codes).
std::string to_svg(const Modules& modules);

// Grey pixels: so many of them for a module, the quiet zone around.
GreyImage to_bitmap(const Modules& modules, int pixels_per_module);

}  // namespace counterfoil::vision
