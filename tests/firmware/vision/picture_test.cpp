#include "firmware/vision/picture.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/support/pictures.h"

namespace counterfoil::vision {
namespace {

using base::Bytes;

Bytes pgm_of(const GreyImage& image) {
    const std::string text = write_pgm(image.view());
    const base::ByteView bytes = base::as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

TEST(Picture, ReadsEachKindOfFile) {
    const GreyImage image = test::code_picture("hello");
    for (const Bytes& file : {write_png(image), pgm_of(image)}) {
        const auto read = read_picture(file);
        ASSERT_TRUE(read.ok()) << read.error().line();
        EXPECT_EQ(read.value().width, image.width);
        EXPECT_EQ(read.value().pixels, image.pixels);
    }
    const auto jpeg = read_picture(write_jpeg(image));
    ASSERT_TRUE(jpeg.ok()) << jpeg.error().line();
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        EXPECT_NEAR(jpeg.value().pixels[i], image.pixels[i], 40);
}

TEST(Picture, EveryCutIsRefusedOrWhole) {
    const GreyImage image = test::code_picture("hello", "QRCode", 1);
    for (const Bytes& file : {write_png(image), write_jpeg(image), pgm_of(image)})
        for (std::size_t size = 0; size + 16 < file.size(); ++size) {
            const auto read = read_picture(base::ByteView(file).first(size));
            ASSERT_FALSE(read.ok()) << size << " of " << file.size();
            EXPECT_EQ(read.error().code(), base::Code::malformed);
        }
}

TEST(Picture, AHundredMegapixelsAreRefusedUnopened) {
    Bytes png = write_png(test::empty_picture(16, 16));
    // Width and height stand 16 bytes into the file; the checksum behind them is made to fit.
    const Bytes size{0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10};
    std::copy(size.begin(), size.end(), png.begin() + 16);
    const auto crc = static_cast<std::uint32_t>(crc32(0, png.data() + 12, 17));
    for (std::size_t i = 0; i < 4; ++i)
        png[29 + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
    EXPECT_EQ(read_picture(png).error().code(), base::Code::too_large);
    const std::string pgm = "P5\n10000 10000\n255\n";
    EXPECT_EQ(read_picture(base::as_bytes(pgm)).error().code(), base::Code::too_large);
    EXPECT_EQ(read_picture(Bytes(kMaxPictureBytes + 1)).error().code(), base::Code::too_large);
}

TEST(Picture, RefusesWhatIsNoPicture) {
    for (const char* text : {"", "hello", "P5", "P5 1", "P5 0 0 255\n", "P5 2 2 65535\n....",
                             "P5 -1 4 255\n....", "P5 #", "P5 99999999999999999999 1 255 "})
        EXPECT_EQ(read_picture(base::as_bytes(text)).error().code(), base::Code::malformed) << text;
}

TEST(Picture, APgmMayHaveComments) {
    const std::string pgm = "P5 # made by hand\n2 1\n# and more\n255\nab";
    const auto read = read_picture(base::as_bytes(pgm));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value().pixels, (std::vector<std::uint8_t>{'a', 'b'}));
}

}  // namespace
}  // namespace counterfoil::vision
