#include "tools/hardset/distort.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "firmware/core/base/check.h"

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

std::uint8_t to_grey(double value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
}

// The quantiles of a normal distribution, evenly spaced: a random index into them gives a normal
// number without a logarithm. The tails end at three and a half standard deviations.
constexpr int kQuantileBits = 12;
constexpr int kQuantiles = 1 << kQuantileBits;

double normal_quantile(double share) {
    double low = -5;
    double high = 5;
    for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(-middle / std::numbers::sqrt2) / 2 < share ? low : high) = middle;
    }
    return low;
}

const std::vector<float>& normal_quantiles() {
    static const std::vector<float> quantiles = [] {
        std::vector<float> made;
        for (int i = 0; i < kQuantiles; ++i)
            made.push_back(static_cast<float>(normal_quantile((i + 0.5) / kQuantiles)));
        return made;
    }();
    return quantiles;
}

// Smooth from 0 to 1, without an exponential.
float smooth_step(float value) {
    const float t = std::clamp(value, 0.0F, 1.0F);
    return t * t * (3 - 2 * t);
}

// A wave from 0 to 1 and back over one unit, from a table.
constexpr int kWaveBits = 10;
constexpr int kWaveSteps = 1 << kWaveBits;

const std::vector<float>& wave_table() {
    static const std::vector<float> table = [] {
        std::vector<float> made;
        for (int i = 0; i < kWaveSteps; ++i) {
            const double phase = 2 * std::numbers::pi * i / kWaveSteps;
            // The second harmonic makes the gaps between pixels narrower than the pixels.
            const double wave = 0.5 - 0.4 * std::cos(phase) - 0.1 * std::cos(2 * phase);
            made.push_back(static_cast<float>(std::clamp(wave, 0.0, 1.0)));
        }
        return made;
    }();
    return table;
}

float wave(double phase) {
    const auto step = static_cast<std::int64_t>(std::floor(phase * kWaveSteps));
    return wave_table()[static_cast<std::size_t>(step & (kWaveSteps - 1))];
}

// How much of the screen's light gets through its grid at a point.
float grid_light(const PixelGrid& grid, Point point) {
    const double across = (point.x - grid.low.x) / (grid.high.x - grid.low.x) * 2 - 1;
    const double down = (point.y - grid.low.y) / (grid.high.y - grid.low.y) * 2 - 1;
    const double bend = grid.bend * (across * across + down * down);
    const auto strength = static_cast<float>(grid.strength);
    const float columns = 1 - strength * wave(point.x / grid.pitch + bend * across);
    // Rows stand closer than columns, which are the gaps that one sees.
    const float rows = 1 - 0.6F * strength * wave(point.y / grid.pitch + bend * down);
    return columns * rows;
}

}  // namespace

GreyImage add_noise(const GreyImage& image, double deviation, Random& random) {
    const std::vector<float>& quantiles = normal_quantiles();
    const auto scale = static_cast<float>(deviation);
    GreyImage noisy = image;
    std::uint64_t bits = 0;
    int left = 0;
    for (std::uint8_t& pixel : noisy.pixels) {
        if (left < kQuantileBits) {
            bits = random.bits();
            left = 64;
        }
        const float noise = quantiles[bits & (kQuantiles - 1)] * scale;
        bits >>= kQuantileBits;
        left -= kQuantileBits;
        const float value = static_cast<float>(pixel) + noise + 0.5F;
        pixel = static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
    }
    return noisy;
}

GreyImage squeeze_contrast(const GreyImage& image, int black, int white) {
    CF_CHECK(0 <= black && black <= white && white <= 255);
    GreyImage flat = image;
    for (std::uint8_t& pixel : flat.pixels)
        pixel = static_cast<std::uint8_t>(black + (pixel * (white - black) + 127) / 255);
    return flat;
}

GreyImage light_unevenly(const GreyImage& image, const Falloff& falloff) {
    CF_CHECK(falloff.softness > 0);
    const auto across = static_cast<float>(std::cos(falloff.angle) / falloff.softness);
    const auto down = static_cast<float>(std::sin(falloff.angle) / falloff.softness);
    const auto middle_x = static_cast<float>(falloff.middle.x);
    const auto middle_y = static_cast<float>(falloff.middle.y);
    const auto loss = static_cast<float>(1 - falloff.dark);
    GreyImage lit = image;
    auto pixel = lit.pixels.begin();
    for (int y = 0; y < lit.height; ++y) {
        const float row = 0.5F + (static_cast<float>(y) - middle_y) * down;
        for (int x = 0; x < lit.width; ++x, ++pixel) {
            const float depth = smooth_step(row + (static_cast<float>(x) - middle_x) * across);
            const float light = 1 - loss * depth;
            *pixel = static_cast<std::uint8_t>(static_cast<float>(*pixel) * light + 0.5F);
        }
    }
    return lit;
}

GreyImage add_glare(const GreyImage& image, const Glare& glare) {
    CF_CHECK(glare.radius_x > 0 && glare.radius_y > 0 && glare.halo > 0);
    const Homography to_ellipse = Homography::turned(-glare.angle)
                                      .after(Homography::moved(-glare.centre.x, -glare.centre.y))
                                      .after(glare.plane.inverse());
    const auto& m = to_ellipse.matrix();
    GreyImage shiny = image;
    auto pixel = shiny.pixels.begin();
    for (int y = 0; y < shiny.height; ++y) {
        for (int x = 0; x < shiny.width; ++x, ++pixel) {
            const double w = m[6] * x + m[7] * y + m[8];
            if (w <= 0) continue;
            const double right = (m[0] * x + m[1] * y + m[2]) / (w * glare.radius_x);
            const double down = (m[3] * x + m[4] * y + m[5]) / (w * glare.radius_y);
            const double squared = right * right + down * down;
            const double outside = std::sqrt(squared) - 1;
            if (outside > 3 * glare.halo) continue;
            const double fading = std::max(0.0, outside) / glare.halo;
            *pixel = to_grey(*pixel + 255 * std::exp(-fading * fading));
        }
    }
    return shiny;
}

GreyImage add_pixel_grid(const GreyImage& image, const PixelGrid& grid) {
    CF_CHECK(grid.pitch > 0 && grid.low.x < grid.high.x && grid.low.y < grid.high.y);
    const Homography to_screen = grid.screen.inverse();
    const auto& m = to_screen.matrix();
    GreyImage seen = image;
    auto pixel = seen.pixels.begin();
    for (int y = 0; y < seen.height; ++y) {
        for (int x = 0; x < seen.width; ++x, ++pixel) {
            const double w = m[6] * x + m[7] * y + m[8];
            if (w <= 0) continue;
            const Point point{(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w};
            const bool lit = point.x >= grid.low.x && point.x < grid.high.x &&
                             point.y >= grid.low.y && point.y < grid.high.y;
            if (lit) *pixel = to_grey(static_cast<float>(*pixel) * grid_light(grid, point));
        }
    }
    return seen;
}

}  // namespace counterfoil::tool
