#include "firmware/vision/reader.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "firmware/vision/enhance.h"
#include "tests/support/pictures.h"

namespace counterfoil::vision {
namespace {

constexpr Reader::Duration kLong = std::chrono::seconds(20);

// About in the middle, where a customer holds it.
constexpr int kLeft = 440;
constexpr int kTop = 260;

GreyImage framed(const GreyImage& code) {
    GreyImage frame = test::empty_picture(1280, 720);
    test::put_into(frame, code, kLeft, kTop);
    return frame;
}

struct Sample {
    const char* format;
    const char* text;
};
const Sample kSamples[] = {
    {"QRCode", "CF1:ABC"},       {"EAN-13", "5991234567894"}, {"EAN-8", "96385074"},
    {"UPC-A", "036000291452"},   {"UPC-E", "04252614"},       {"Code128", "CUST001"},
    {"DataMatrix", "Kave 2 db"}, {"Aztec", "member 17"},      {"PDF417", "a longer text 123"}};

TEST(Reader, ReadsEveryFormatInOneFastLook) {
    for (const Sample& sample : kSamples) {
        Reader reader;
        // Right in the middle, where alone a fast look finds a DataMatrix.
        const GreyImage code = test::code_picture(sample.text, sample.format, 3);
        GreyImage frame = test::empty_picture(1280, 720);
        test::put_into(frame, code, (1280 - code.width) / 2, (720 - code.height) / 2);
        const auto found = reader.read(frame.view(), Effort::fast, kLong);
        ASSERT_EQ(found.size(), 1U) << sample.format;
        EXPECT_EQ(found[0].format, sample.format);
        EXPECT_EQ(found[0].text, sample.text);
    }
}

// A symbol of version M3 that says "TILL 42", as the zint barcode generator draws it: a row each,
// the leftmost module in the highest bit. Our own writer makes no Micro QR codes.
TEST(Reader, ReadsMicroQr) {
    constexpr std::array<unsigned, 15> kRows{0xfeaa, 0x821a, 0xbafa, 0xba88, 0xba80,
                                             0x82c6, 0xfe3c, 0x00e4, 0x86aa, 0x1684,
                                             0xa87c, 0x1302, 0xd798, 0x3d24, 0xb19a};
    Modules modules(15, 15);
    for (int y = 0; y < 15; ++y)
        for (int x = 0; x < 15; ++x)
            if ((kRows[static_cast<std::size_t>(y)] >> (15 - x) & 1) != 0) modules.set_dark(x, y);
    Reader reader;
    const GreyImage frame = framed(to_bitmap(modules, 6));
    const auto found = reader.read(frame.view(), Effort::thorough, kLong);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].format, "MicroQRCode");
    EXPECT_EQ(found[0].text, "TILL 42");
}

TEST(Reader, TellsWhereACodeIs) {
    Reader reader;
    const GreyImage code = test::code_picture("here", "QRCode", 5);
    const GreyImage frame = framed(code);
    const int margin = 4 * 5;
    for (const Effort effort : {Effort::fast, Effort::thorough}) {
        const auto found = reader.read(frame.view(), effort, kLong);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_NEAR(found[0].corners[0].x, kLeft + margin, 3);
        EXPECT_NEAR(found[0].corners[0].y, kTop + margin, 3);
        EXPECT_NEAR(found[0].corners[2].x, kLeft + code.width - margin, 3);
        EXPECT_NEAR(found[0].corners[2].y, kTop + code.height - margin, 3);
    }
}

TEST(Reader, TellsWhereATurnedCodeIs) {
    Reader reader;
    const GreyImage code = test::code_picture("5991234567894", "EAN-13", 3);
    const GreyImage frame = framed(code);
    const GreyImage turned = test::turned(frame, 45);
    const auto found = reader.read(turned.view(), Effort::thorough, kLong);
    ASSERT_EQ(found.size(), 1U);
    for (const Point& corner : found[0].corners) {
        // Turned back about the middle, it lies within the code, or on its edge.
        const double dx = (corner.x - 640) * std::sqrt(0.5);
        const double dy = (corner.y - 360) * std::sqrt(0.5);
        EXPECT_NEAR(640 + dx + dy, kLeft + code.width / 2, code.width / 2 + 3);
        EXPECT_NEAR(360 - dx + dy, kTop + code.height / 2, code.height / 2 + 3);
    }
}

TEST(Reader, ReadsSeveralCodesInOnePicture) {
    Reader reader;
    GreyImage frame = test::empty_picture(1280, 720);
    test::put_into(frame, test::code_picture("one", "QRCode", 5), 40, 40);
    test::put_into(frame, test::code_picture("two", "QRCode", 5), 700, 60);
    test::put_into(frame, test::code_picture("5991234567894", "EAN-13", 3), 400, 450);
    const auto found = reader.read(frame.view(), Effort::fast, kLong);
    std::vector<std::string> texts;
    for (const Found& code : found) texts.push_back(code.text);
    std::sort(texts.begin(), texts.end());
    EXPECT_EQ(texts, (std::vector<std::string>{"5991234567894", "one", "two"}));
}

TEST(Reader, ReadsEqualLinearCodesWithoutHarm) {
    Reader reader;
    GreyImage frame = test::empty_picture(1280, 720);
    for (const int top : {60, 300, 520})
        test::put_into(frame, test::code_picture("5991234567894", "EAN-13", 3), 100, top);
    test::put_into(frame, test::code_picture("96385074", "EAN-8", 3), 800, 60);
    test::put_into(frame, test::code_picture("96385074", "EAN-8", 3), 800, 420);
    for (const Effort effort : {Effort::fast, Effort::thorough}) {
        const auto found = reader.read(frame.view(), effort, kLong);
        ASSERT_EQ(found.size(), 2U);
        EXPECT_NE(found[0].text, found[1].text);
    }
}

TEST(Reader, LooksOnForAllWhereAsked) {
    GreyImage frame = test::empty_picture(1280, 720);
    test::put_into(frame, test::code_picture("plain"), 100, 100);
    test::put_into(frame, invert(test::code_picture("dark mode").view()), 700, 300);
    Reader reader;
    EXPECT_EQ(reader.read(frame.view(), Effort::thorough, kLong).size(), 1U);
    EXPECT_EQ(reader.read(frame.view(), Effort::all, kLong).size(), 2U);
}

TEST(Reader, ReadsYuyvInPlace) {
    Reader reader;
    const GreyImage frame = framed(test::code_picture("yuyv"));
    std::vector<std::uint8_t> yuyv(frame.pixels.size() * 2, 128);
    for (std::size_t i = 0; i < frame.pixels.size(); ++i) yuyv[2 * i] = frame.pixels[i];
    const auto found = reader.read({yuyv.data(), frame.width, frame.height, frame.width * 2, 2},
                                   Effort::fast, kLong);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].text, "yuyv");
}

TEST(Reader, AThoroughLookFindsWhatAFastOneMisses) {
    const GreyImage inverted = invert(framed(test::code_picture("dark mode")).view());
    const GreyImage slanted =
        test::turned(framed(test::code_picture("12345678", "Code128", 3)), 40);
    for (const GreyImage* frame : {&inverted, &slanted}) {
        Reader reader;
        EXPECT_TRUE(reader.read(frame->view(), Effort::fast, kLong).empty());
        EXPECT_EQ(reader.read(frame->view(), Effort::thorough, kLong).size(), 1U);
    }
}

TEST(Reader, KeepsToItsTimeOnceItKnowsTheCost) {
    Reader reader;
    GreyImage noise = test::empty_picture(1280, 720);
    std::uint32_t state = 1;
    for (std::uint8_t& pixel : noise.pixels)
        pixel = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    reader.read(noise.view(), Effort::thorough, kLong);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(reader.read(noise.view(), Effort::thorough, Reader::Duration(1)).empty());
    const auto alone = std::chrono::steady_clock::now() - start;
    const auto whole_start = std::chrono::steady_clock::now();
    reader.read(noise.view(), Effort::thorough, kLong);
    const auto whole = std::chrono::steady_clock::now() - whole_start;
    EXPECT_LT(alone * 3, whole) << "with no time it looks once";
}

TEST(Reader, LooksInOtherWaysAtTheNextPictureOfACamera) {
    // Found by one of the last ways only.
    const GreyImage inverted = invert(framed(test::code_picture("dark mode")).view());
    Reader reader;
    int looks = 0;
    do ++looks;
    while (looks < 200 &&
           reader.read(inverted.view(), Effort::thorough, std::chrono::milliseconds(8)).empty());
    EXPECT_LT(looks, 200);
}

TEST(Reader, SmallestPicturesHoldNothing) {
    Reader reader;
    for (const int side : {1, 2, 3, 7, 20})
        EXPECT_TRUE(
            reader.read(test::empty_picture(side, side).view(), Effort::thorough, kLong).empty());
    EXPECT_TRUE(reader.read(test::empty_picture(8000, 1).view(), Effort::thorough, kLong).empty());
}

}  // namespace
}  // namespace counterfoil::vision
