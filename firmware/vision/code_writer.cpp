#include "firmware/vision/code_writer.h"

#include <ZXing/BarcodeFormat.h>
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <algorithm>
#include <exception>

#include "firmware/core/base/coding.h"

namespace counterfoil::vision {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxText = 2953;
constexpr int kMatrixQuiet = 4;
constexpr int kLinearQuiet = 10;
// A linear code's one row is drawn this high, in modules.
constexpr int kLinearHeight = 40;

// The writer's levels from 0 to 8, of which a QR code knows four.
int level_of(Correction correction) {
    return 1 + 2 * static_cast<int>(correction);
}

bool is_linear(const Modules& modules) {
    return modules.height() == 1;
}

int quiet_zone(const Modules& modules) {
    return is_linear(modules) ? kLinearQuiet : kMatrixQuiet;
}

int drawn_height(const Modules& modules) {
    return is_linear(modules) ? kLinearHeight : modules.height();
}

Modules from(const ZXing::BitMatrix& bits, bool linear) {
    Modules modules(bits.width(), linear ? 1 : bits.height());
    for (int y = 0; y < modules.height(); ++y)
        for (int x = 0; x < modules.width(); ++x)
            if (bits.get(x, y)) modules.set_dark(x, y);
    return modules;
}

// One run of dark modules of a row: a rectangle as a path.
void append_run(std::string& path, int x, int y, int length, int height) {
    path += "M" + std::to_string(x) + " " + std::to_string(y) + "h" + std::to_string(length) + "v" +
            std::to_string(height) + "h-" + std::to_string(length) + "z";
}

}  // namespace

Result<Modules> write_code(std::string_view text, const CodeOptions& options) {
    const ZXing::BarcodeFormat format = ZXing::BarcodeFormatFromString(options.format);
    if (text.empty() || text.size() > kMaxText || !base::is_utf8(text))
        return Error(Code::invalid_argument, "a code holds 1 to 2953 bytes of UTF-8");
    try {
        ZXing::MultiFormatWriter writer(format);
        writer.setMargin(0).setEncoding(ZXing::CharacterSet::UTF8);
        if (format == ZXing::BarcodeFormat::QRCode)
            writer.setEccLevel(level_of(options.correction));
        const bool linear =
            ZXing::BarcodeFormats(ZXing::BarcodeFormat::LinearCodes).testFlag(format);
        return from(writer.encode(std::string(text), 0, 0), linear);
    } catch (const std::exception& fault) {
        return Error(Code::invalid_argument,
                     "no " + options.format + " code of this text: " + fault.what());
    }
}

std::string to_svg(const Modules& modules) {
    const int quiet = quiet_zone(modules);
    const std::string width = std::to_string(modules.width() + 2 * quiet);
    const std::string height = std::to_string(drawn_height(modules) + 2 * quiet);
    const int row_height = is_linear(modules) ? kLinearHeight : 1;
    std::string path;
    for (int y = 0; y < modules.height(); ++y)
        for (int x = 0; x < modules.width(); ++x) {
            const int start = x;
            while (x < modules.width() && modules.dark(x, y)) ++x;
            if (x > start) append_run(path, start + quiet, y + quiet, x - start, row_height);
        }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height +
           "\" shape-rendering=\"crispEdges\"><rect width=\"" + width + "\" height=\"" + height +
           "\" fill=\"#fff\"/><path d=\"" + path + "\"/></svg>\n";
}

GreyImage to_bitmap(const Modules& modules, int pixels_per_module) {
    CF_CHECK(pixels_per_module > 0);
    const int quiet = quiet_zone(modules);
    GreyImage image;
    image.width = (modules.width() + 2 * quiet) * pixels_per_module;
    image.height = (drawn_height(modules) + 2 * quiet) * pixels_per_module;
    CF_CHECK(image.width <= kMaxSide && image.height <= kMaxSide);
    image.pixels.assign(
        static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height), 255);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const int column = x / pixels_per_module - quiet;
            const int row = y / pixels_per_module - quiet;
            if (column < 0 || column >= modules.width() || row < 0 || row >= drawn_height(modules))
                continue;
            if (modules.dark(column, is_linear(modules) ? 0 : row))
                image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                             static_cast<std::size_t>(x)] = 0;
        }
    return image;
}

}  // namespace counterfoil::vision
