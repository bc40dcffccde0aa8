#include "firmware/vision/regions.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "firmware/vision/enhance.h"

namespace counterfoil::vision {
namespace {

// The picture is judged at half its size, in square cells of so many pixels.
constexpr int kCell = 8;
// So many pixels of the picture itself.
constexpr int kSide = 2 * kCell;
// So many dense patches are looked for; those that lie together are one region.
constexpr int kMostPatches = 12;
// Cells with so much of the densest one's edges belong to the same region.
constexpr double kShare = 0.4;
// Room around a region, in cells: a quiet zone, and what a blurred edge hides.
constexpr int kMargin = 2;
// How light a place is counts from here on: noise in the dark is no edge.
constexpr double kDark = 24;
// How much of the edges must run one way, from 0 to 1, to be taken for bars.
constexpr double kClearly = 0.45;

// The edges within a cell: how dense they are, and which way they run, as the sums of the products
// of their gradients.
struct Cell {
    double density = 0;
    double xx = 0;
    double xy = 0;
    double yy = 0;
    // Of their fourth powers, which are alike for the four sides of a square.
    double cosine4 = 0;
    double sine4 = 0;

    void add_edges(const Cell& other) {
        xx += other.xx;
        xy += other.xy;
        yy += other.yy;
        cosine4 += other.cosine4;
        sine4 += other.sine4;
    }
};

Cell measure(const GreyView& picture, int left, int top) {
    double light = 0;
    double edges = 0;
    Cell cell;
    for (int y = top; y < top + kCell; ++y)
        for (int x = left; x < left + kCell; ++x) {
            const int here = picture.at(x, y);
            const int dx = picture.at(x + 1, y) - here;
            const int dy = picture.at(x, y + 1) - here;
            light += here;
            edges += std::abs(dx) + std::abs(dy);
            cell.xx += dx * dx;
            cell.xy += dx * dy;
            cell.yy += dy * dy;
            const int square = dx * dx + dy * dy;
            if (square == 0) continue;
            const double even = dx * dx - dy * dy;
            const double odd = 2.0 * dx * dy;
            cell.cosine4 += (even * even - odd * odd) / square;
            cell.sine4 += 2 * even * odd / square;
        }
    constexpr double kSamples = kCell * kCell;
    cell.density = edges / (light + kDark * kSamples);
    return cell;
}

class CellMap {
  public:
    explicit CellMap(const GreyView& picture)
        : columns_((picture.width - 1) / kCell), rows_((picture.height - 1) / kCell) {
        for (int row = 0; row < rows_; ++row)
            for (int column = 0; column < columns_; ++column)
                cells_.push_back(measure(picture, column * kCell, row * kCell));
        smooth();
        subtract_usual();
    }

    int columns() const { return columns_; }
    int rows() const { return rows_; }
    Cell& at(int column, int row) {
        return cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                      static_cast<std::size_t>(column)];
    }
    double highest() const {
        return cells_.empty() ? 0 : cells_[static_cast<std::size_t>(densest())].density;
    }
    int densest() const {
        const auto most =
            std::ranges::max_element(cells_, {}, [](const Cell& cell) { return cell.density; });
        return static_cast<int>(most - cells_.begin());
    }

  private:
    // Each density becomes the mean of its neighbourhood: codes are larger than a cell, and the
    // gaps between their modules smaller than three.
    void smooth() {
        std::vector<double> means;
        means.reserve(cells_.size());
        for (int row = 0; row < rows_; ++row)
            for (int column = 0; column < columns_; ++column) {
                double sum = 0;
                int count = 0;
                for (int y = std::max(row - 1, 0); y <= std::min(row + 1, rows_ - 1); ++y)
                    for (int x = std::max(column - 1, 0); x <= std::min(column + 1, columns_ - 1);
                         ++x, ++count)
                        sum += at(x, y).density;
                means.push_back(sum / count);
            }
        for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].density = means[i];
    }

    // What half of the picture has, such as noise, tells nothing.
    void subtract_usual() {
        if (cells_.empty()) return;
        std::vector<double> densities;
        for (const Cell& cell : cells_) densities.push_back(cell.density);
        const auto middle = densities.begin() + static_cast<std::ptrdiff_t>(densities.size() / 2);
        std::ranges::nth_element(densities, middle);
        for (Cell& cell : cells_) cell.density -= *middle;
    }

    int columns_;
    int rows_;
    std::vector<Cell> cells_;
};

struct Place {
    int column;
    int row;
};

// The cells of a region, and the sum of their edges.
struct Patch {
    std::vector<Place> places;
    Cell sum;
    int left = 1 << 20;
    int top = 1 << 20;
    int right = -1;
    int bottom = -1;

    void add(int column, int row, const Cell& cell) {
        places.push_back({column, row});
        left = std::min(left, column);
        right = std::max(right, column);
        top = std::min(top, row);
        bottom = std::max(bottom, row);
        sum.add_edges(cell);
    }
    // Whether so little lies between the two that they may be parts of one code.
    bool is_near(const Patch& other) const {
        return left <= other.right + kMargin && other.left <= right + kMargin &&
               top <= other.bottom + kMargin && other.top <= bottom + kMargin;
    }
    void take_in(const Patch& other) {
        places.insert(places.end(), other.places.begin(), other.places.end());
        left = std::min(left, other.left);
        right = std::max(right, other.right);
        top = std::min(top, other.top);
        bottom = std::max(bottom, other.bottom);
        sum.add_edges(other.sum);
    }
    // A speck of one or two cells is no code.
    bool is_speck() const { return places.size() < 4; }
};

// Takes the densest cell and all that hang together with it and are dense enough; they do not count
// for further patches.
Patch grow(CellMap& map) {
    const int seed = map.densest();
    const double enough = map.at(seed % map.columns(), seed / map.columns()).density * kShare;
    Patch patch;
    std::vector<int> waiting{seed};
    while (!waiting.empty()) {
        const int next = waiting.back();
        waiting.pop_back();
        const int column = next % map.columns();
        const int row = next / map.columns();
        Cell& cell = map.at(column, row);
        if (cell.density < enough) continue;
        cell.density = -1;
        patch.add(column, row, cell);
        if (column > 0) waiting.push_back(next - 1);
        if (column + 1 < map.columns()) waiting.push_back(next + 1);
        if (row > 0) waiting.push_back(next - map.columns());
        if (row + 1 < map.rows()) waiting.push_back(next + map.columns());
    }
    return patch;
}

std::vector<Patch> find_patches(CellMap& map) {
    std::vector<Patch> patches;
    for (int i = 0; i < kMostPatches && map.highest() > 0; ++i) {
        Patch patch = grow(map);
        if (!patch.is_speck()) patches.push_back(std::move(patch));
    }
    return patches;
}

// Patches that lie together are parts of one.
std::vector<Patch> joined(const std::vector<Patch>& patches) {
    std::vector<Patch> whole;
    for (const Patch& patch : patches) {
        const auto near =
            std::ranges::find_if(whole, [&](const Patch& other) { return other.is_near(patch); });
        if (near != whole.end())
            near->take_in(patch);
        else if (whole.size() < kMaxRegions)
            whole.push_back(patch);
    }
    return whole;
}

// The patch in a frame that stands at an angle, with room to the sides and above and below.
Askew framed(const Patch& patch, double angle, int room_beside, int room_above) {
    double low_u = 1e9, high_u = -1e9, low_v = 1e9, high_v = -1e9;
    for (const Place& place : patch.places) {
        const double x = (place.column + 0.5) * kSide;
        const double y = (place.row + 0.5) * kSide;
        const double u = x * std::cos(angle) + y * std::sin(angle);
        const double v = y * std::cos(angle) - x * std::sin(angle);
        low_u = std::min(low_u, u);
        high_u = std::max(high_u, u);
        low_v = std::min(low_v, v);
        high_v = std::max(high_v, v);
    }
    Askew frame;
    const double u = (low_u + high_u) / 2;
    const double v = (low_v + high_v) / 2;
    frame.middle_x = u * std::cos(angle) - v * std::sin(angle);
    frame.middle_y = u * std::sin(angle) + v * std::cos(angle);
    frame.width = static_cast<int>(high_u - low_u) + kSide * (1 + 2 * room_beside);
    frame.height = static_cast<int>(high_v - low_v) + kSide * (1 + 2 * room_above);
    frame.degrees = -angle * 180 / std::numbers::pi;
    return frame;
}

// Turned so that light changes most from left to right, where it clearly changes one way.
std::optional<Askew> bars_of(const Patch& patch) {
    const Cell& sum = patch.sum;
    const double one_way = std::hypot(sum.xx - sum.yy, 2 * sum.xy);
    if (one_way <= kClearly * (sum.xx + sum.yy)) return {};
    return framed(patch, std::atan2(2 * sum.xy, sum.xx - sum.yy) / 2, kMargin, 0);
}

// Turned, by half a right angle at most, so that its edges lie along the frame's.
Askew core_of(const Patch& patch) {
    return framed(patch, std::atan2(patch.sum.sine4, patch.sum.cosine4) / 4, 1, 1);
}

Region region_of(const Patch& patch, const GreyView& picture) {
    Region region;
    region.left = std::max(0, (patch.left - kMargin) * kSide);
    region.top = std::max(0, (patch.top - kMargin) * kSide);
    region.width = std::min(picture.width, (patch.right + 1 + kMargin) * kSide) - region.left;
    region.height = std::min(picture.height, (patch.bottom + 1 + kMargin) * kSide) - region.top;
    region.bars = bars_of(patch);
    return region;
}

}  // namespace

GreyView Region::of(const GreyView& picture) const {
    GreyView view = picture;
    view.pixels += static_cast<std::ptrdiff_t>(top) * picture.row_stride +
                   static_cast<std::ptrdiff_t>(left) * picture.pixel_stride;
    view.width = width;
    view.height = height;
    return view;
}

Regions find_regions(const GreyView& picture) {
    // The mean of four pixels has half the noise of one.
    const GreyImage half = halve(picture);
    CellMap map(half.view());
    const std::vector<Patch> patches = find_patches(map);
    Regions regions;
    for (const Patch& patch : joined(patches)) regions.parts.push_back(region_of(patch, picture));
    for (const Patch& patch : patches)
        if (regions.cores.size() < kMaxCores) regions.cores.push_back(core_of(patch));
    return regions;
}

}  // namespace counterfoil::vision
