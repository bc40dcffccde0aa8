#include "tools/hardset/damage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "firmware/core/base/check.h"

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

constexpr int kDark = 128;

// The area that may be lost, as a share of the code: what the least error correction of the format
// brings back, with something to spare for a spot that breaks more codewords than it covers.
double spare_area(Family family, double severity) {
    switch (family) {
        case Family::qr_code:
            return 0.006 + 0.024 * severity;
        case Family::data_matrix:
            return 0.01 + 0.04 * severity;
        case Family::aztec:
            return 0.01 + 0.05 * severity;
        case Family::pdf417:
            return 0.004 + 0.014 * severity;
        case Family::bars:
            break;
    }
    return 0.05 + 0.2 * severity;
}

// A round spot of that area in a code that is as wide as high.
Spot round_spot(double x, double y, double area) {
    const double radius = std::sqrt(area / std::numbers::pi);
    return {x, y, radius, radius};
}

// An outline that wanders around a circle: what ink and torn paper have.
class Outline {
  public:
    explicit Outline(Random& random) {
        for (std::size_t i = 0; i < kWaves; ++i) {
            heights_[i] = random.between(0.03, 0.22) / static_cast<double>(i + 1);
            phases_[i] = random.between(0, 2 * std::numbers::pi);
        }
    }

    double radius_at(double angle) const {
        double radius = 0.85;
        for (std::size_t i = 0; i < kWaves; ++i)
            radius += heights_[i] * std::cos(static_cast<double>(i + 2) * angle + phases_[i]);
        return radius;
    }

  private:
    static constexpr std::size_t kWaves = 6;
    std::array<double, kWaves> heights_{};
    std::array<double, kWaves> phases_{};
};

void fill_spot(GreyImage& code, const Extent& extent, const Spot& spot, std::uint8_t grey,
               Random& random) {
    const Outline outline(random);
    const double x = extent.left + spot.x * extent.width;
    const double y = extent.top + spot.y * extent.height;
    const double radius_x = spot.radius_x * extent.width;
    const double radius_y = spot.radius_y * extent.height;
    for (int row = 0; row < code.height; ++row) {
        for (int column = 0; column < code.width; ++column) {
            const double right = (column + 0.5 - x) / radius_x;
            const double down = (row + 0.5 - y) / radius_y;
            const double distance = std::hypot(right, down);
            if (distance > 2 || distance > outline.radius_at(std::atan2(down, right))) continue;
            code.pixels[static_cast<std::size_t>(row * code.width + column)] = grey;
        }
    }
}

// The paper is torn off above or below a ragged line, which leaves part of the bars' height.
void tear_bars(GreyImage& code, const Extent& extent, double share, std::uint8_t grey,
               Random& random) {
    const bool from_top = random.chance(0.5);
    const double slope = random.between(-0.25, 0.25) * share * extent.height;
    double ragged = 0;
    for (int column = 0; column < code.width; ++column) {
        ragged = std::clamp(ragged + random.between(-1.5, 1.5), -6.0, 6.0);
        const double across = static_cast<double>(column) / code.width - 0.5;
        const double depth = share * extent.height + slope * across + ragged;
        const int edge = extent.top + static_cast<int>(from_top ? depth : extent.height - depth);
        for (int row = 0; row < code.height; ++row)
            if ((row < edge) == from_top)
                code.pixels[static_cast<std::size_t>(row * code.width + column)] = grey;
    }
}

// A thin slanted line from one side to the other, where the print is scraped off.
void scratch_bars(GreyImage& code, const Extent& extent, double severity, Random& random) {
    const double thickness = extent.height * random.between(0.02, 0.03 + 0.07 * severity);
    const double start = extent.top + extent.height * random.between(0.15, 0.85);
    const double end = extent.top + extent.height * random.between(0.15, 0.85);
    const auto grey = static_cast<std::uint8_t>(random.pick(190, 240));
    for (int column = 0; column < code.width; ++column) {
        const double middle = start + (end - start) * column / code.width;
        const double half = thickness / 2 * random.between(0.7, 1.0);
        const int top = std::max(0, static_cast<int>(middle - half));
        const int bottom = std::min(code.height, static_cast<int>(middle + half) + 1);
        for (int row = top; row < bottom; ++row)
            code.pixels[static_cast<std::size_t>(row * code.width + column)] = grey;
    }
}

void damage_bars(GreyImage& code, const Extent& extent, double severity, Random& random) {
    const auto beneath = static_cast<std::uint8_t>(random.pick(60, 230));
    const auto ink = static_cast<std::uint8_t>(random.pick(0, 70));
    if (random.chance(0.5))
        tear_bars(code, extent, 0.15 + 0.5 * severity, beneath, random);
    else
        fill_spot(code, extent, spare_corner(Family::bars, severity, random), ink, random);
    for (int scratches = random.pick(0, 1 + static_cast<int>(2 * severity)); scratches > 0;
         --scratches)
        scratch_bars(code, extent, severity, random);
}

}  // namespace

Family family_of(std::string_view format) {
    if (format == "QRCode") return Family::qr_code;
    if (format == "DataMatrix") return Family::data_matrix;
    if (format == "Aztec") return Family::aztec;
    return format == "PDF417" ? Family::pdf417 : Family::bars;
}

Extent dark_extent(const GreyImage& code) {
    int left = code.width;
    int right = -1;
    int top = code.height;
    int bottom = -1;
    for (int y = 0; y < code.height; ++y) {
        for (int x = 0; x < code.width; ++x) {
            if (code.view().at(x, y) >= kDark) continue;
            left = std::min(left, x);
            right = std::max(right, x);
            top = std::min(top, y);
            bottom = std::max(bottom, y);
        }
    }
    CF_CHECK(right >= left);
    return {left, top, right - left + 1, bottom - top + 1};
}

Spot spare_corner(Family family, double severity, Random& random) {
    // Only a part of a spot on a corner or an edge lies over the code.
    const double area = spare_area(family, severity);
    const double place = random.between(0.55, 0.9);
    const double low_or_high = random.chance(0.5) ? 0.0 : 1.0;
    switch (family) {
        case Family::qr_code:
            // The three other corners hold the finders.
            if (random.chance(0.6)) return round_spot(1, 1, 4 * area);
            return random.chance(0.5) ? round_spot(1, place, 2 * area)
                                      : round_spot(place, 1, 2 * area);
        case Family::data_matrix:
            // The left and the lower edge are the finder.
            if (random.chance(0.6)) return round_spot(1, 0, 4 * area);
            return random.chance(0.5) ? round_spot(1, 1 - place, 2 * area)
                                      : round_spot(place, 0, 2 * area);
        case Family::aztec:
            return round_spot(low_or_high, random.chance(0.5) ? 0 : 1, 4 * area);
        case Family::pdf417:
            return {low_or_high, random.chance(0.5) ? 0.0 : 1.0, 10 * area, 0.12 + 6 * area};
        case Family::bars:
            break;
    }
    const double half = 0.1 + 0.45 * severity;
    return {random.between(0, 1), low_or_high, random.between(0.1, 0.4), half};
}

Spot spare_middle(Family family, double severity, Random& random) {
    const double area = spare_area(family, severity);
    const double place = random.between(0.45, 0.8);
    const double other = random.between(0.45, 0.8);
    switch (family) {
        case Family::qr_code:
            return round_spot(place, other, area);
        case Family::data_matrix:
            return round_spot(place, 1 - other, area);
        case Family::aztec:
            // The bull's eye is in the middle.
            return round_spot(place > 0.62 ? 0.14 : 0.86, other, area);
        case Family::pdf417:
            return {random.between(0.25, 0.75), random.between(0.1, 0.9), 2 * std::sqrt(area / 6),
                    std::sqrt(area / 6)};
        case Family::bars:
            break;
    }
    return {random.between(0.1, 0.9), random.chance(0.5) ? 0.0 : 1.0, random.between(0.08, 0.35),
            0.15 + 0.4 * severity};
}

GreyImage damage(const GreyImage& code, Family family, double severity, Random& random) {
    GreyImage harmed = code;
    const Extent extent = dark_extent(code);
    if (family == Family::bars) {
        damage_bars(harmed, extent, severity, random);
        return harmed;
    }
    // Ink is dark; where the paper is torn off one sees its fibres, or what it was stuck on.
    const auto grey =
        static_cast<std::uint8_t>(random.chance(0.5) ? random.pick(0, 60) : random.pick(90, 235));
    fill_spot(harmed, extent, spare_corner(family, severity, random), grey, random);
    return harmed;
}

}  // namespace counterfoil::tool
