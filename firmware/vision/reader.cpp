#include "firmware/vision/reader.h"

#define ZX_USE_UTF8  // Result::text() as UTF-8, which is how the library will have it
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numbers>

#include "firmware/core/base/check.h"
#include "firmware/core/base/coding.h"
#include "firmware/vision/enhance.h"
#include "firmware/vision/regions.h"

namespace counterfoil::vision {
namespace {

using Clock = std::chrono::steady_clock;
using Format = ZXing::BarcodeFormat;

constexpr std::size_t kMaxTextBytes = 2953;
constexpr int kMinSide = 8;

// The formats of upright bars. A PDF417 is made of them as well.
constexpr ZXing::BarcodeFormats kLinear =
    Format::EAN13 | Format::EAN8 | Format::UPCA | Format::UPCE | Format::Code128;
constexpr ZXing::BarcodeFormats kMatrix =
    Format::QRCode | Format::MicroQRCode | Format::DataMatrix | Format::Aztec | Format::PDF417;

// Ways of changing a part of the picture before looking at it.
GreyImage flattened(const GreyView& part) {
    return flatten(part, 24);
}
GreyImage enlarged_flat(const GreyView& part) {
    return enlarge(flatten(part, 24).view());
}
GreyImage sharpened(const GreyView& part) {
    return sharpen(part, 4);
}
GreyImage enlarged_sharp(const GreyView& part) {
    return enlarge(sharpen(part, 3).view());
}
GreyImage smoothed_flat(const GreyView& part) {
    return flatten(smooth(smooth(part).view()).view(), 24);
}
// The same for bars that stand upright.
GreyImage averaged(const GreyView& bars) {
    return flatten(smooth_down(bars, 7).view(), 24);
}
GreyImage averaged_sharp(const GreyView& bars) {
    return enlarge(sharpen(smooth_down(bars, 7).view(), 3).view());
}

ZXing::ImageView image_of(const GreyView& view) {
    return {view.pixels,     view.width,       view.height, ZXing::ImageFormat::Lum,
            view.row_stride, view.pixel_stride};
}

std::array<Point, 4> corners_of(const ZXing::Result& result) {
    std::array<Point, 4> corners{};
    std::ranges::transform(result.position(), corners.begin(), [](const ZXing::PointI& corner) {
        return Point{corner.x, corner.y};
    });
    return corners;
}

void add(Found code, std::vector<Found>& found) {
    const bool known = std::ranges::any_of(found, [&](const Found& other) {
        return other.text == code.text && other.format == code.format;
    });
    if (!known && found.size() < kMaxFound) found.push_back(std::move(code));
}

// Takes what the library found, where it is a text at all and not found before.
bool take(const ZXing::Result& result, std::vector<Found>& found) {
    std::string text = result.text();
    if (text.empty() || text.size() > kMaxTextBytes || !base::is_utf8(text)) return false;
    Found code{std::move(text), ZXing::ToString(result.format()), corners_of(result)};
    add(std::move(code), found);
    return true;
}

// Paints over a linear code, of which only some rows were looked at: what lies within its width
// above and below goes too.
void paint_over(GreyImage& picture, const std::array<Point, 4>& corners) {
    const auto [low_x, high_x] = std::ranges::minmax(corners, {}, &Point::x);
    const auto [low_y, high_y] = std::ranges::minmax(corners, {}, &Point::y);
    const int reach = std::max(high_x.x - low_x.x, high_y.y - low_y.y) / 2;
    const int middle_x = (low_x.x + high_x.x) / 2;
    const int middle_y = (low_y.y + high_y.y) / 2;
    const int left = std::clamp(std::min(low_x.x, middle_x - reach), 0, picture.width);
    const int right = std::clamp(std::max(high_x.x, middle_x + reach), 0, picture.width);
    const int bottom = std::clamp(std::max(high_y.y, middle_y + reach), 0, picture.height);
    for (int y = std::clamp(std::min(low_y.y, middle_y - reach), 0, picture.height); y < bottom;
         ++y)
        std::fill_n(picture.pixels.begin() + static_cast<std::ptrdiff_t>(y) * picture.width + left,
                    right - left, std::uint8_t{128});
}

// The library's call for several codes aborts the process when it meets two equal linear ones, so
// these are taken one by one, each painted over before the next.
void look_for_linear(const GreyView& view, const ZXing::DecodeHints& hints,
                     std::vector<Found>& found) {
    constexpr int kMostLinear = 4;
    ZXing::Result result = ZXing::ReadBarcode(image_of(view), hints);
    GreyImage rest;
    for (int i = 0; i < kMostLinear && result.isValid() && take(result, found); ++i) {
        if (i == 0) rest = copy(view);
        paint_over(rest, corners_of(result));
        result = ZXing::ReadBarcode(image_of(rest.view()), hints);
    }
}

std::vector<Found> look(const GreyView& view, const ZXing::DecodeHints& hints) {
    // The smallest code has eight modules to a side, and the library is not made for less.
    if (view.width < kMinSide || view.height < kMinSide) return {};
    std::vector<Found> found;
    ZXing::DecodeHints some = hints;
    const auto wanted = [&](ZXing::BarcodeFormats formats) {
        some.setFormats(formats & hints.formats());
        return !some.formats().empty();
    };
    if (wanted(kMatrix))
        for (const ZXing::Result& result : ZXing::ReadBarcodes(image_of(view), some))
            take(result, found);
    if (wanted(kLinear)) look_for_linear(view, some, found);
    return found;
}

}  // namespace

enum class Where { whole, part, bars, core };

// Which part of the picture an attempt looks at, upright or as it lies.
struct Target {
    Region region;
    std::optional<Askew> askew;

    double pixels() const {
        return askew ? static_cast<double>(askew->width) * askew->height
                     : static_cast<double>(region.width) * region.height;
    }
};

struct Reader::Attempt {
    Where where;
    GreyImage (*change)(const GreyView&);
    int scale;  // how many times as wide the change makes it; below 0: as narrow
    ZXing::BarcodeFormats formats;
    bool try_harder;
    ZXing::Binarizer binarizer;

    ZXing::DecodeHints hints() const {
        ZXing::DecodeHints hints;
        // The library's own down-scaling makes it abort on large pictures with linear codes.
        hints.setFormats(formats).setTryDownscale(false).setTryHarder(try_harder);
        hints.setTryRotate(try_harder && where != Where::bars).setBinarizer(binarizer);
        hints.setMaxNumberOfSymbols(static_cast<std::uint8_t>(kMaxFound));
        return hints;
    }

    // Where a point of the changed part lies in the picture.
    Point carried_back(const Point& at, const Target& target) const {
        const double factor = scale > 0 ? 1.0 / scale : -scale;
        const double x = at.x * factor;
        const double y = at.y * factor;
        if (!target.askew)
            return {target.region.left + static_cast<int>(x),
                    target.region.top + static_cast<int>(y)};
        const double angle = target.askew->degrees * std::numbers::pi / 180;
        const double dx = x - target.askew->width / 2;
        const double dy = y - target.askew->height / 2;
        return {
            static_cast<int>(target.askew->middle_x + dx * std::cos(angle) + dy * std::sin(angle)),
            static_cast<int>(target.askew->middle_y - dx * std::sin(angle) + dy * std::cos(angle))};
    }

    std::vector<Found> run(const GreyView& picture, const Target& target) const {
        GreyImage upright;
        GreyImage changed;
        if (target.askew) upright = cut_out(picture, *target.askew);
        GreyView part = target.askew ? upright.view() : target.region.of(picture);
        if (change != nullptr) {
            changed = change(part);
            part = changed.view();
        }
        auto found = look(part, hints());
        for (Found& code : found)
            for (Point& corner : code.corners) corner = carried_back(corner, target);
        return found;
    }
};

// What is left of the time, and what each way of looking has cost lately.
struct Reader::Watch {
    Clock::time_point end;
    std::vector<double>& cost;
    std::size_t begun_with;
    std::optional<std::size_t> first_left_out;
    bool is_first = true;

    // The first one always: however slow the machine, each look gets a step further.
    bool allows(std::size_t attempt, double pixels) {
        const std::chrono::duration<double, std::nano> left = end - Clock::now();
        if (std::exchange(is_first, false) || cost[attempt] * pixels <= left.count()) return true;
        // The one that this look began with has had its turn, if not in all places.
        if (!first_left_out && attempt != begun_with) first_left_out = attempt;
        // What was dear once, perhaps because others held up the machine, gets another chance.
        cost[attempt] *= 0.9;
        return false;
    }
    void note(std::size_t attempt, double pixels, Clock::duration took) {
        const double now = std::chrono::duration<double, std::nano>(took).count() / pixels;
        // It follows the dear pictures at once and the cheap ones slowly.
        double& known = cost[attempt];
        known = now > known ? now : known + (now - known) / 8;
    }
};

namespace {

constexpr auto kLocal = ZXing::Binarizer::LocalAverage;
constexpr auto kGlobal = ZXing::Binarizer::GlobalHistogram;

}  // namespace

// Ordered by what each has brought for its cost, measured on hard pictures of every kind.
constexpr Reader::Attempt Reader::kAttempts[] = {
    {Where::whole, nullptr, 1, kLinear | kMatrix, false, kLocal},
    {Where::whole, nullptr, 1, kLinear | kMatrix, true, kLocal},
    {Where::bars, averaged, 1, kLinear, true, kLocal},
    {Where::core, nullptr, 1, kMatrix, true, kLocal},
    {Where::part, flattened, 1, kLinear | kMatrix, true, kLocal},
    {Where::bars, nullptr, 1, Format::PDF417, true, kLocal},
    {Where::core, smoothed_flat, 1, kMatrix, true, kLocal},
    {Where::bars, averaged_sharp, 2, kLinear, true, kLocal},
    {Where::core, sharpened, 1, kMatrix, true, kLocal},
    {Where::core, enlarge, 2, kMatrix, true, kLocal},
    {Where::part, enlarged_flat, 2, kLinear | kMatrix, true, kLocal},
    {Where::part, halve, -2, kLinear | kMatrix, true, kLocal},
    {Where::core, enlarged_sharp, 2, kMatrix, true, kGlobal},
    {Where::part, smooth, 1, kLinear | kMatrix, true, kGlobal},
    {Where::part, invert, 1, kLinear | kMatrix, true, kLocal},
};

std::vector<Found> Reader::attempt(std::size_t number, const GreyView& picture,
                                   const Target& target, Watch& watch) {
    if (!watch.allows(number, target.pixels())) return {};
    const auto begun = Clock::now();
    std::vector<Found> found;
    try {
        found = kAttempts[number].run(picture, target);
    } catch (const std::exception&) {
        // What the library does not understand it has not read.
    }
    watch.note(number, target.pixels(), Clock::now() - begun);
    return found;
}

namespace {

std::vector<Target> targets_of(Where where, const Regions& regions) {
    std::vector<Target> targets;
    if (where == Where::core)
        for (const Askew& core : regions.cores) targets.push_back({{}, core});
    if (where == Where::part)
        for (const Region& region : regions.parts) targets.push_back({region, {}});
    if (where == Where::bars)
        for (const Region& region : regions.parts)
            if (region.bars) targets.push_back({region, region.bars});
    return targets;
}

}  // namespace

std::vector<Found> Reader::read(const GreyView& picture, Effort effort, Duration budget) {
    CF_CHECK(picture.width > 0 && picture.height > 0);
    cost_.resize(std::size(kAttempts));
    Watch watch{Clock::now() + budget, cost_, effort == Effort::fast ? 0 : next_, {}};
    const Target whole{{0, 0, picture.width, picture.height, {}}, {}};
    if (effort == Effort::fast) return attempt(0, picture, whole, watch);
    std::optional<Regions> regions;
    std::vector<Found> all;
    for (std::size_t i = 0; i < std::size(kAttempts); ++i) {
        const std::size_t number = (next_ + i) % std::size(kAttempts);
        const Where where = kAttempts[number].where;
        if (where != Where::whole && !regions) regions = find_regions(picture);
        const auto targets =
            where == Where::whole ? std::vector<Target>{whole} : targets_of(where, *regions);
        for (const Target& target : targets) {
            auto found = attempt(number, picture, target, watch);
            for (Found& code : found) add(std::move(code), all);
            if (all.empty() || effort == Effort::all) continue;
            start_over();
            return all;
        }
    }
    next_ = watch.first_left_out.value_or(0);
    return all;
}

void Reader::start_over() {
    next_ = 0;
}

}  // namespace counterfoil::vision
