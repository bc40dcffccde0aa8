#include "firmware/vision/picture.h"

#include <png.h>
#include <turbojpeg.h>

#include <charconv>
#include <memory>
#include <string>

namespace counterfoil::vision {

using base::ByteView;
using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kJpegMagic = "\xff\xd8\xff";
constexpr std::string_view kPgmMagic = "P5";

Error damaged(std::string_view kind, std::string_view why) {
    return Error(Code::malformed,
                 "the " + std::string(kind) + " is cut off or damaged: " + std::string(why));
}

Result<GreyImage> blank(std::int64_t width, std::int64_t height) {
    if (width < 1 || height < 1) return Error(Code::malformed, "the picture has no pixels");
    if (width > kMaxSide || height > kMaxSide || width * height > kMaxPixels)
        return Error(Code::too_large, "the picture has " + std::to_string(width) + " by " +
                                          std::to_string(height) +
                                          " pixels; at most 8192 to a side and 16 million in all "
                                          "can be read");
    GreyImage image{static_cast<int>(width), static_cast<int>(height), {}};
    image.pixels.resize(static_cast<std::size_t>(width * height));
    return image;
}

Result<GreyImage> read_png(ByteView file) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    const std::unique_ptr<png_image, decltype(&png_image_free)> release(&png, png_image_free);
    if (png_image_begin_read_from_memory(&png, file.data(), file.size()) == 0)
        return damaged("PNG", png.message);
    CF_LET(GreyImage image, blank(png.width, png.height));
    png.format = PNG_FORMAT_GRAY;
    const png_color white{255, 255, 255};
    if (png_image_finish_read(&png, &white, image.pixels.data(), image.width, nullptr) == 0)
        return damaged("PNG", png.message);
    return image;
}

struct CloseJpeg {
    void operator()(void* handle) const { tjDestroy(handle); }
};

Result<GreyImage> read_jpeg(ByteView file) {
    const std::unique_ptr<void, CloseJpeg> jpeg(tjInitDecompress());
    CF_CHECK(jpeg);
    int width = 0;
    int height = 0;
    int sampling = 0;
    int colours = 0;
    if (tjDecompressHeader3(jpeg.get(), file.data(), file.size(), &width, &height, &sampling,
                            &colours) != 0)
        return damaged("JPEG", tjGetErrorStr2(jpeg.get()));
    CF_LET(GreyImage image, blank(width, height));
    if (tjDecompress2(jpeg.get(), file.data(), file.size(), image.pixels.data(), width, 0, height,
                      TJPF_GRAY, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0)
        return damaged("JPEG", tjGetErrorStr2(jpeg.get()));
    return image;
}

// The next number of a PGM's head, after white space and comments.
std::int64_t pgm_number(std::string_view& text) {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\n' || text[0] == '\r' ||
                             text[0] == '\t' || text[0] == '#')) {
        const bool comment = text[0] == '#';
        const std::size_t end = comment ? text.find('\n') : 0;
        if (end == text.npos) return -1;
        text.remove_prefix(end + 1);
    }
    std::int64_t number = -1;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc()) return -1;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

Result<GreyImage> read_pgm(ByteView file) {
    std::string_view text = base::as_text(file).substr(kPgmMagic.size());
    const std::int64_t width = pgm_number(text);
    const std::int64_t height = pgm_number(text);
    const std::int64_t white = pgm_number(text);
    if (width < 0 || height < 0 || white != 255 || text.empty())
        return damaged("PGM", "its head is not width, height, 255");
    CF_LET(GreyImage image, blank(width, height));
    const ByteView pixels = base::as_bytes(text.substr(1));
    if (pixels.size() < image.pixels.size()) return damaged("PGM", "pixels are missing");
    image.pixels.assign(pixels.begin(),
                        pixels.begin() + static_cast<std::ptrdiff_t>(image.pixels.size()));
    return image;
}

}  // namespace

Result<GreyImage> read_picture(ByteView file) {
    if (file.size() > kMaxPictureBytes)
        return Error(Code::too_large, "a picture's file has at most 16 MiB");
    const std::string_view text = base::as_text(file);
    if (text.starts_with(kPngMagic)) return read_png(file);
    if (text.starts_with(kJpegMagic)) return read_jpeg(file);
    if (text.starts_with(kPgmMagic)) return read_pgm(file);
    return Error(Code::malformed, "this is no PNG, JPEG or binary PGM picture");
}

std::string write_pgm(const GreyView& picture) {
    std::string out =
        "P5\n" + std::to_string(picture.width) + " " + std::to_string(picture.height) + "\n255\n";
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) out.push_back(static_cast<char>(picture.at(x, y)));
    return out;
}

base::Bytes write_png(const GreyImage& picture) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(picture.width);
    png.height = static_cast<png_uint_32>(picture.height);
    png.format = PNG_FORMAT_GRAY;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
    base::Bytes file(size);
    CF_CHECK(png_image_write_to_memory(&png, file.data(), &size, 0, picture.pixels.data(), 0,
                                       nullptr) != 0);
    file.resize(size);
    return file;
}

base::Bytes write_jpeg(const GreyImage& picture) {
    constexpr int kQuality = 95;
    const std::unique_ptr<void, CloseJpeg> jpeg(tjInitCompress());
    base::Bytes file(tjBufSize(picture.width, picture.height, TJSAMP_GRAY));
    unsigned char* data = file.data();
    unsigned long size = file.size();
    CF_CHECK(jpeg &&
             tjCompress2(jpeg.get(), picture.pixels.data(), picture.width, 0, picture.height,
                         TJPF_GRAY, &data, &size, TJSAMP_GRAY, kQuality, TJFLAG_NOREALLOC) == 0);
    file.resize(size);
    return file;
}

}  // namespace counterfoil::vision
