#include <algorithm>
#include <cmath>

#include "firmware/core/base/check.h"
#include "tools/hardset/distort.h"

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

// One neighbour's share in a pixel.
struct Tap {
    int x;
    int y;
    float weight;
};

// As many pixels as are summed side by side; a number known when compiling lets the compiler use
// wide registers.
constexpr int kBlock = 16;

// A picture in floating point with room around it: its edge goes on outwards, as a table would, and
// rows end at a whole block.
class Padded {
  public:
    Padded(int width, int height, int margin)
        : width_(width),
          height_(height),
          margin_(margin),
          stride_((width + kBlock - 1) / kBlock * kBlock + 2 * margin),
          values_(static_cast<std::size_t>(stride_) *
                  static_cast<std::size_t>(height + 2 * margin)) {}

    float* row(int y) {
        return values_.data() + static_cast<std::ptrdiff_t>(y + margin_) * stride_ + margin_;
    }
    const float* row(int y) const {
        return values_.data() + static_cast<std::ptrdiff_t>(y + margin_) * stride_ + margin_;
    }

    int width() const { return width_; }
    int height() const { return height_; }

    void extend_edges() {
        for (int y = 0; y < height_; ++y) {
            float* line = row(y);
            std::fill(line - margin_, line, line[0]);
            std::fill(line + width_, line - margin_ + stride_, line[width_ - 1]);
        }
        for (int i = 1; i <= margin_; ++i) {
            std::copy_n(row(0) - margin_, stride_, row(-i) - margin_);
            std::copy_n(row(height_ - 1) - margin_, stride_, row(height_ - 1 + i) - margin_);
        }
    }

  private:
    int width_;
    int height_;
    int margin_;
    int stride_;
    std::vector<float> values_;
};

Padded padded(const GreyImage& image, int margin) {
    Padded wide(image.width, image.height, margin);
    auto pixel = image.pixels.begin();
    for (int y = 0; y < image.height; ++y) {
        float* line = wide.row(y);
        for (int x = 0; x < image.width; ++x) line[x] = static_cast<float>(*pixel++);
    }
    wide.extend_edges();
    return wide;
}

// Sums up one row; its last block may run over into the room at the right.
void convolve_row(const Padded& from, const std::vector<Tap>& taps, int y, float* to) {
    for (int x = 0; x < from.width(); x += kBlock) {
        float sums[kBlock] = {};
        for (const Tap& tap : taps) {
            const float* line = from.row(y + tap.y) + x + tap.x;
            for (int i = 0; i < kBlock; ++i) sums[i] += line[i] * tap.weight;
        }
        std::copy_n(sums, kBlock, to + x);
    }
}

void convolve_into(const Padded& from, const std::vector<Tap>& taps, GreyImage& image) {
    std::vector<float> sums(static_cast<std::size_t>(image.width + kBlock));
    auto pixel = image.pixels.begin();
    for (int y = 0; y < image.height; ++y) {
        convolve_row(from, taps, y, sums.data());
        for (int x = 0; x < image.width; ++x)
            *pixel++ = static_cast<std::uint8_t>(sums[static_cast<std::size_t>(x)] + 0.5F);
    }
}

void scale_to_one(std::vector<Tap>& taps) {
    float sum = 0;
    for (const Tap& tap : taps) sum += tap.weight;
    for (Tap& tap : taps) tap.weight /= sum;
}

void add_share(std::vector<Tap>& taps, int x, int y, double weight) {
    for (Tap& tap : taps) {
        if (tap.x == x && tap.y == y) {
            tap.weight += static_cast<float>(weight);
            return;
        }
    }
    if (weight > 0) taps.push_back({x, y, static_cast<float>(weight)});
}

// A line through the middle, each of its points shared among the four pixels around it.
std::vector<Tap> line_taps(double length, double angle) {
    constexpr double kStep = 0.25;
    const int points = std::max(1, static_cast<int>(std::lround(length / kStep)));
    std::vector<Tap> taps;
    for (int i = 0; i < points; ++i) {
        const double along = (i + 0.5) / points * length - length / 2;
        const double x = along * std::cos(angle);
        const double y = along * std::sin(angle);
        const int left = static_cast<int>(std::floor(x));
        const int top = static_cast<int>(std::floor(y));
        const double ax = x - left;
        const double ay = y - top;
        add_share(taps, left, top, (1 - ax) * (1 - ay));
        add_share(taps, left + 1, top, ax * (1 - ay));
        add_share(taps, left, top + 1, (1 - ax) * ay);
        add_share(taps, left + 1, top + 1, ax * ay);
    }
    scale_to_one(taps);
    return taps;
}

}  // namespace

GreyImage blur(const GreyImage& image, double sigma) {
    CF_CHECK(sigma > 0);
    const int reach = static_cast<int>(std::ceil(3 * sigma));
    std::vector<Tap> across;
    for (int i = -reach; i <= reach; ++i)
        across.push_back({i, 0, static_cast<float>(std::exp(-i * i / (2 * sigma * sigma)))});
    scale_to_one(across);
    std::vector<Tap> down = across;
    for (Tap& tap : down) std::swap(tap.x, tap.y);

    const Padded sharp = padded(image, reach + kBlock);
    Padded half(image.width, image.height, reach + kBlock);
    for (int y = 0; y < image.height; ++y) convolve_row(sharp, across, y, half.row(y));
    half.extend_edges();
    GreyImage soft = image;
    convolve_into(half, down, soft);
    return soft;
}

GreyImage motion_blur(const GreyImage& image, double length, double angle) {
    CF_CHECK(length > 0);
    const std::vector<Tap> taps = line_taps(length, angle);
    const int reach = static_cast<int>(std::ceil(length / 2)) + 1;
    GreyImage moved = image;
    convolve_into(padded(image, reach + kBlock), taps, moved);
    return moved;
}

}  // namespace counterfoil::tool
