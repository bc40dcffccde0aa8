#include "firmware/vision/enhance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "firmware/core/base/check.h"

namespace counterfoil::vision {
namespace {

GreyImage blank(int width, int height) {
    GreyImage image;
    image.width = width;
    image.height = height;
    image.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    return image;
}

std::uint8_t* row_of(GreyImage& image, int y) {
    return image.pixels.data() + static_cast<std::ptrdiff_t>(y) * image.width;
}

std::uint8_t clamped(int value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// Sums over a window that slides along a row or column: one addition and one subtraction a pixel,
// whatever its size. The result is the window's mean.
void mean_of_row(const std::uint8_t* in, int size, int radius, std::uint16_t* out) {
    int sum = in[0] * (radius + 1);
    for (int i = 1; i <= radius; ++i) sum += in[std::min(i, size - 1)];
    for (int x = 0; x < size; ++x) {
        out[x] = static_cast<std::uint16_t>(sum);
        sum += in[std::min(x + radius + 1, size - 1)] - in[std::max(x - radius, 0)];
    }
}

// The mean of the square of `radius` pixels to each side.
GreyImage box_mean(const GreyView& picture, int radius) {
    const int width = picture.width;
    const int height = picture.height;
    const auto columns = static_cast<std::size_t>(width);
    std::vector<std::uint16_t> sums(columns * static_cast<std::size_t>(height));
    std::vector<std::uint8_t> line(columns);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) line[static_cast<std::size_t>(x)] = picture.at(x, y);
        mean_of_row(line.data(), width, radius,
                    sums.data() + static_cast<std::size_t>(y) * columns);
    }
    const auto sums_of = [&](int y) {
        return sums.data() + static_cast<std::size_t>(std::clamp(y, 0, height - 1)) * columns;
    };
    std::vector<std::uint32_t> window(columns);
    for (int y = -radius; y <= radius; ++y)
        for (std::size_t x = 0; x < columns; ++x) window[x] += sums_of(y)[x];
    GreyImage out = blank(width, height);
    const auto area = static_cast<std::uint32_t>((2 * radius + 1) * (2 * radius + 1));
    const std::uint32_t scale = (1U << 16) / area;
    for (int y = 0; y < height; ++y) {
        std::uint8_t* target = row_of(out, y);
        const std::uint16_t* entering = sums_of(y + radius + 1);
        const std::uint16_t* leaving = sums_of(y - radius);
        for (std::size_t x = 0; x < columns; ++x) {
            target[x] = static_cast<std::uint8_t>(window[x] * scale >> 16);
            window[x] += entering[x];
            window[x] -= leaving[x];
        }
    }
    return out;
}

}  // namespace

GreyImage copy(const GreyView& picture) {
    GreyImage out = blank(picture.width, picture.height);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) row_of(out, y)[x] = picture.at(x, y);
    return out;
}

GreyImage halve(const GreyView& picture) {
    GreyImage out = blank(picture.width / 2, picture.height / 2);
    for (int y = 0; y < out.height; ++y) {
        std::uint8_t* target = row_of(out, y);
        for (int x = 0; x < out.width; ++x) {
            const int sum = picture.at(2 * x, 2 * y) + picture.at(2 * x + 1, 2 * y) +
                            picture.at(2 * x, 2 * y + 1) + picture.at(2 * x + 1, 2 * y + 1);
            target[x] = static_cast<std::uint8_t>((sum + 2) / 4);
        }
    }
    return out;
}

GreyImage enlarge(const GreyView& picture) {
    GreyImage out = blank(picture.width * 2, picture.height * 2);
    for (int y = 0; y < out.height; ++y) {
        // Every new pixel lies a quarter from one old pixel and three quarters from its neighbour.
        const int near_y = y / 2;
        const int far_y = std::clamp(near_y + (y % 2 == 0 ? -1 : 1), 0, picture.height - 1);
        std::uint8_t* target = row_of(out, y);
        for (int x = 0; x < out.width; ++x) {
            const int near_x = x / 2;
            const int far_x = std::clamp(near_x + (x % 2 == 0 ? -1 : 1), 0, picture.width - 1);
            const int sum = 9 * picture.at(near_x, near_y) + 3 * picture.at(far_x, near_y) +
                            3 * picture.at(near_x, far_y) + picture.at(far_x, far_y);
            target[x] = static_cast<std::uint8_t>((sum + 8) / 16);
        }
    }
    return out;
}

GreyImage smooth(const GreyView& picture) {
    return box_mean(picture, 1);
}

GreyImage sharpen(const GreyView& picture, int radius) {
    CF_CHECK(radius > 0 && radius <= 16);
    // How many times the difference from the surroundings is added.
    constexpr int kStrength = 3;
    GreyImage out = box_mean(picture, radius);
    for (int y = 0; y < out.height; ++y) {
        std::uint8_t* target = row_of(out, y);
        for (int x = 0; x < out.width; ++x) {
            const int here = picture.at(x, y);
            target[x] = clamped(here + kStrength * (here - target[x]));
        }
    }
    return out;
}

GreyImage flatten(const GreyView& picture, int radius) {
    CF_CHECK(radius > 0 && radius <= 32);
    // What a pixel that stands out as much as the others around it becomes, and from how little
    // standing out is taken for noise.
    constexpr int kUsual = 90;
    constexpr int kNoise = 4;
    GreyImage out = box_mean(picture, radius);
    GreyImage away = blank(picture.width, picture.height);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            row_of(away, y)[x] =
                static_cast<std::uint8_t>(std::abs(picture.at(x, y) - row_of(out, y)[x]));
    const GreyImage usual = box_mean(away.view(), radius);
    for (int y = 0; y < out.height; ++y) {
        std::uint8_t* target = row_of(out, y);
        for (int x = 0; x < out.width; ++x)
            target[x] = clamped(128 + (picture.at(x, y) - target[x]) * kUsual /
                                          (usual.view().at(x, y) + kNoise));
    }
    return out;
}

GreyImage invert(const GreyView& picture) {
    GreyImage out = blank(picture.width, picture.height);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            row_of(out, y)[x] = static_cast<std::uint8_t>(255 - picture.at(x, y));
    return out;
}

GreyImage smooth_down(const GreyView& picture, int radius) {
    CF_CHECK(radius > 0 && radius <= 32);
    GreyImage out = blank(picture.width, picture.height);
    const int height = picture.height;
    const auto columns = static_cast<std::size_t>(picture.width);
    std::vector<int> window(columns);
    const auto add_row = [&](int y, int sign) {
        const int row = std::clamp(y, 0, height - 1);
        for (std::size_t x = 0; x < columns; ++x)
            window[x] += sign * picture.at(static_cast<int>(x), row);
    };
    for (int y = -radius; y <= radius; ++y) add_row(y, 1);
    for (int y = 0; y < height; ++y) {
        std::uint8_t* target = row_of(out, y);
        for (std::size_t x = 0; x < columns; ++x)
            target[x] = static_cast<std::uint8_t>(window[x] / (2 * radius + 1));
        add_row(y + radius + 1, 1);
        add_row(y - radius, -1);
    }
    return out;
}

GreyImage cut_out(const GreyView& picture, const Askew& part) {
    // Sixteen bits behind the point are plenty for a shift by parts of a pixel.
    constexpr int kBits = 16;
    constexpr double kOne = 1 << kBits;
    const double angle = part.degrees * std::numbers::pi / 180;
    const auto cosine = static_cast<std::int64_t>(std::cos(angle) * kOne);
    const auto sine = static_cast<std::int64_t>(std::sin(angle) * kOne);
    const auto middle_x = static_cast<std::int64_t>(part.middle_x * kOne);
    const auto middle_y = static_cast<std::int64_t>(part.middle_y * kOne);
    GreyImage out = blank(part.width, part.height);
    for (int y = 0; y < out.height; ++y) {
        std::uint8_t* target = row_of(out, y);
        const std::int64_t dx = -(part.width / 2);
        const std::int64_t dy = y - part.height / 2;
        std::int64_t from_x = middle_x + dx * cosine + dy * sine;
        std::int64_t from_y = middle_y - dx * sine + dy * cosine;
        for (int x = 0; x < out.width; ++x, from_x += cosine, from_y -= sine) {
            const std::int64_t left = from_x >> kBits;
            const std::int64_t top = from_y >> kBits;
            if (left < 0 || top < 0 || left + 1 >= picture.width || top + 1 >= picture.height) {
                target[x] = 255;
                continue;
            }
            const auto column = static_cast<int>(left);
            const auto row = static_cast<int>(top);
            const int right_part = static_cast<int>(from_x >> (kBits - 4)) & 15;
            const int lower_part = static_cast<int>(from_y >> (kBits - 4)) & 15;
            const int upper = picture.at(column, row) * (16 - right_part) +
                              picture.at(column + 1, row) * right_part;
            const int lower = picture.at(column, row + 1) * (16 - right_part) +
                              picture.at(column + 1, row + 1) * right_part;
            target[x] =
                static_cast<std::uint8_t>((upper * (16 - lower_part) + lower * lower_part) >> 8);
        }
    }
    return out;
}

}  // namespace counterfoil::vision
