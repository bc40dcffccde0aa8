#include "tools/hardset/background.h"

#include <algorithm>
#include <cmath>

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

constexpr int kTile = 256;

// Values between -1 and 1 on a square, smoothed a little so that they look like a surface.
std::vector<float> noise_tile(Random& random) {
    std::vector<float> raw(static_cast<std::size_t>(kTile) * kTile);
    for (float& value : raw) value = static_cast<float>(random.between(-1, 1));
    std::vector<float> smooth = raw;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const std::size_t right = (i + 1) % raw.size();
        const std::size_t below = (i + kTile) % raw.size();
        smooth[i] = (raw[i] + raw[right] + raw[below] + raw[(below + 1) % raw.size()]) / 2;
    }
    return smooth;
}

// A wandering line of grey levels: the grain of wood, or the weave of cloth.
std::vector<float> grain(int length, double roughness, Random& random) {
    std::vector<float> levels;
    double level = 0;
    for (int i = 0; i < length; ++i) {
        level = level * 0.97 + random.between(-roughness, roughness);
        levels.push_back(static_cast<float>(level));
    }
    return levels;
}

void lay_table(GreyImage& image, Random& random) {
    const double base = random.between(40, 190);
    const double across = random.between(-60, 60) / image.width;
    const double down = random.between(-60, 60) / image.height;
    const auto rough = static_cast<float>(random.between(1, 12));
    // A stretched tile makes fibres instead of dots.
    const int stretch = random.pick(0, 4);
    const bool is_wood = random.chance(0.5);
    const auto rows = grain(image.height + image.width, is_wood ? 4 : 0.3, random);
    const std::vector<float> tile = noise_tile(random);
    const double sway = random.between(-0.05, 0.05);
    auto pixel = image.pixels.begin();
    for (int y = 0; y < image.height; ++y) {
        const auto offset = static_cast<std::size_t>(y % kTile * kTile);
        for (int x = 0; x < image.width; ++x) {
            const auto fibre = static_cast<std::size_t>((x >> stretch) % kTile);
            const int bent = std::max(0, y + static_cast<int>(sway * x));
            const auto level = static_cast<float>(base + across * x + down * y) +
                               rows[static_cast<std::size_t>(bent)] + rough * tile[offset + fibre];
            *pixel++ = static_cast<std::uint8_t>(std::clamp(level, 0.0F, 255.0F));
        }
    }
}

Patch random_patch(const GreyImage& image, int smallest, int largest, Random& random) {
    Patch patch;
    patch.width = random.pick(smallest, largest);
    patch.height = random.pick(smallest, largest);
    patch.left = random.pick(-patch.width / 2, image.width - patch.width / 2);
    patch.top = random.pick(-patch.height / 2, image.height - patch.height / 2);
    return patch;
}

void put_boxes(GreyImage& image, Random& random) {
    for (int boxes = random.pick(0, 8); boxes > 0; --boxes) {
        const Patch box = random_patch(image, 30, 420, random);
        const int grey = random.pick(15, 235);
        fill(image, box, static_cast<std::uint8_t>(grey));
        // A lighter upper edge makes a thing of it.
        const Patch edge{box.left, box.top, box.width, random.pick(2, 8)};
        fill(image, edge, static_cast<std::uint8_t>(std::min(255, grey + random.pick(10, 40))));
    }
}

void put_papers(GreyImage& image, Random& random) {
    for (int papers = random.pick(0, 3); papers > 0; --papers) {
        const Patch paper = random_patch(image, 120, 460, random);
        fill(image, paper, static_cast<std::uint8_t>(random.pick(170, 245)));
        const int line_height = random.pick(9, 24);
        const Patch print{paper.left + line_height, paper.top + line_height,
                          paper.width - 2 * line_height, paper.height - 2 * line_height};
        print_lines(image, print, line_height, static_cast<std::uint8_t>(random.pick(20, 90)),
                    random);
    }
}

// One letter: a stem or two, and a bar or two between them.
void print_letter(GreyImage& image, const Patch& cell, std::uint8_t ink, Random& random) {
    const int stroke = std::max(1, cell.height / 7);
    const bool has_left = random.chance(0.75);
    const bool has_right = !has_left || random.chance(0.4);
    const int rise = random.chance(0.3) ? 0 : cell.height / 4;
    const Patch stem{cell.left, cell.top + rise, stroke, cell.height - rise};
    if (has_left) fill(image, stem, ink);
    if (has_right)
        fill(image, {cell.left + cell.width - stroke, stem.top, stroke, stem.height}, ink);
    for (int bars = random.pick(1, 2); bars > 0; --bars) {
        const int down = random.pick(0, 2) * (stem.height - stroke) / 2;
        fill(image, {cell.left, stem.top + down, cell.width, stroke}, ink);
    }
}

}  // namespace

void fill(GreyImage& image, const Patch& patch, std::uint8_t grey) {
    const int left = std::clamp(patch.left, 0, image.width);
    const int right = std::clamp(patch.left + patch.width, left, image.width);
    const int top = std::clamp(patch.top, 0, image.height);
    const int bottom = std::clamp(patch.top + patch.height, top, image.height);
    for (int y = top; y < bottom; ++y) {
        const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
        std::fill(row + left, row + right, grey);
    }
}

void print_lines(GreyImage& image, const Patch& patch, int line_height, std::uint8_t ink,
                 Random& random) {
    const int letter = std::max(3, line_height * 5 / 8);
    const int width = std::max(2, letter * 5 / 8);
    for (int y = patch.top; y + letter <= patch.top + patch.height; y += line_height) {
        const int end = patch.left + static_cast<int>(patch.width * random.between(0.3, 1.0));
        int left_in_word = random.pick(2, 9);
        for (int x = patch.left; x + width <= end; x += width + std::max(1, width / 3)) {
            if (left_in_word-- == 0)
                left_in_word = random.pick(2, 9);
            else
                print_letter(image, {x, y, width, letter}, ink, random);
        }
    }
}

GreyImage make_background(int width, int height, Random& random) {
    GreyImage image{width, height, {}};
    image.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    lay_table(image, random);
    put_boxes(image, random);
    put_papers(image, random);
    return image;
}

}  // namespace counterfoil::tool
