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

namespace counterfoil::vision {
namespace {

using Clock = std::chrono::steady_clock;
using Format = ZXing::BarcodeFormat;

constexpr std::size_t kMaxTextBytes = 2953;
constexpr int kMinSide = 8;

ZXing::BarcodeFormats formats() {
    return Format::QRCode | Format::MicroQRCode | Format::EAN13 | Format::EAN8 | Format::UPCA |
           Format::UPCE | Format::Code128 | Format::DataMatrix | Format::Aztec | Format::PDF417;
}

// A way of changing the picture before looking, and how to carry a place found back.
struct Change {
    GreyImage image;
    double scale = 1;    // how many old pixels a new one is wide
    double degrees = 0;  // turned about the middle, at the old scale
};

Change halved(const GreyView& picture) {
    return {halve(picture), 2, 0};
}
Change quartered(const GreyView& picture) {
    return {halve(halve(picture).view()), 4, 0};
}
Change enlarged(const GreyView& picture) {
    return {enlarge(picture), 0.5, 0};
}
Change smoothed(const GreyView& picture) {
    return {smooth(picture), 1, 0};
}
Change sharpened(const GreyView& picture) {
    return {sharpen(picture, 4), 1, 0};
}
Change sharpened_widely(const GreyView& picture) {
    return {sharpen(picture, 9), 1, 0};
}
Change inverted(const GreyView& picture) {
    return {invert(picture), 1, 0};
}
template <int degrees>
Change turned(const GreyView& picture) {
    return {rotate(picture, degrees), 1, degrees};
}

Point carried_back(const ZXing::PointI& at, const Change& change, const GreyView& picture) {
    const double x = at.x * change.scale;
    const double y = at.y * change.scale;
    if (change.degrees == 0) return {static_cast<int>(x), static_cast<int>(y)};
    const double angle = change.degrees * std::numbers::pi / 180;
    const double dx = x - picture.width / 2.0;
    const double dy = y - picture.height / 2.0;
    return {static_cast<int>(picture.width / 2.0 + dx * std::cos(angle) + dy * std::sin(angle)),
            static_cast<int>(picture.height / 2.0 - dx * std::sin(angle) + dy * std::cos(angle))};
}

std::vector<Found> look(const GreyView& view, const ZXing::DecodeHints& hints) {
    // The smallest code has eight modules to a side, and the library is not made for less.
    if (view.width < kMinSide || view.height < kMinSide) return {};
    const ZXing::ImageView image(view.pixels, view.width, view.height, ZXing::ImageFormat::Lum,
                                 view.row_stride, view.pixel_stride);
    std::vector<Found> found;
    for (const ZXing::Result& result : ZXing::ReadBarcodes(image, hints)) {
        std::string text = result.text();
        if (text.empty() || text.size() > kMaxTextBytes || !base::is_utf8(text)) continue;
        Found& code = found.emplace_back();
        code.text = std::move(text);
        code.format = ZXing::ToString(result.format());
        for (std::size_t i = 0; i < code.corners.size(); ++i) {
            const ZXing::PointI& corner = result.position()[i];
            code.corners[i] = {corner.x, corner.y};
        }
    }
    return found;
}

}  // namespace

struct Reader::Attempt {
    Change (*change)(const GreyView&);
    bool try_harder;
    ZXing::Binarizer binarizer;

    ZXing::DecodeHints hints() const {
        ZXing::DecodeHints hints;
        // The library's own down-scaling makes it abort on large pictures with linear codes.
        hints.setFormats(formats()).setTryDownscale(false).setTryHarder(try_harder);
        hints.setTryRotate(try_harder).setBinarizer(binarizer);
        hints.setMaxNumberOfSymbols(static_cast<std::uint8_t>(kMaxFound));
        return hints;
    }

    std::vector<Found> run(const GreyView& picture) const {
        if (change == nullptr) return look(picture, hints());
        const Change changed = change(picture);
        auto found = look(changed.image.view(), hints());
        for (Found& code : found)
            for (Point& corner : code.corners)
                corner = carried_back({corner.x, corner.y}, changed, picture);
        return found;
    }
};

namespace {

constexpr auto kLocal = ZXing::Binarizer::LocalAverage;
constexpr auto kGlobal = ZXing::Binarizer::GlobalHistogram;

}  // namespace

std::vector<Found> Reader::read(const GreyView& picture, Effort effort, Duration budget) {
    // Ordered by what each has brought for its cost, measured on pictures of every kind.
    static constexpr Attempt kAttempts[] = {
        {nullptr, false, kLocal},   {nullptr, true, kLocal},           {halved, true, kLocal},
        {smoothed, true, kLocal},   {sharpened, true, kLocal},         {turned<45>, true, kLocal},
        {enlarged, true, kLocal},   {sharpened_widely, true, kGlobal}, {turned<22>, true, kLocal},
        {turned<67>, true, kLocal}, {quartered, true, kLocal},         {inverted, true, kLocal},
        {nullptr, true, kGlobal},
    };
    CF_CHECK(picture.width > 0 && picture.height > 0);
    cost_.resize(std::size(kAttempts));
    const double pixels = static_cast<double>(picture.width) * picture.height;
    const auto start = Clock::now();
    const std::size_t attempts = effort == Effort::fast ? 1 : std::size(kAttempts);
    for (std::size_t i = 0; i < attempts; ++i) {
        const auto begun = Clock::now();
        const double left_ns = std::chrono::duration<double, std::nano>(budget).count() -
                               std::chrono::duration<double, std::nano>(begun - start).count();
        if (i > 0 && cost_[i] * pixels > left_ns) continue;
        try {
            auto found = kAttempts[i].run(picture);
            if (!found.empty()) return found;
        } catch (const std::exception&) {
            // What the library does not understand it has not read.
        }
        const double cost =
            std::chrono::duration<double, std::nano>(Clock::now() - begun).count() / pixels;
        // It follows the dear pictures at once and the cheap ones slowly.
        cost_[i] = cost > cost_[i] ? cost : cost_[i] + (cost - cost_[i]) / 8;
    }
    return {};
}

}  // namespace counterfoil::vision
