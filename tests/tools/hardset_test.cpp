#include "tools/hardset/hardset.h"

#include <gtest/gtest.h>

#include "firmware/vision/reader.h"
#include "tools/hardset/code_writer.h"
#include "tools/hardset/texts.h"

namespace counterfoil::tool {
namespace {

// Of the 96 kinds, as the index counts them: all distortions of a format, then the next format.
int index_of(std::size_t format, Distortion distortion) {
    return static_cast<int>(format) * kDistortions + static_cast<int>(distortion);
}

TEST(HardSet, OneSeedMakesOneSet) {
    const HardSet first(7, write_code);
    const HardSet second(7, write_code);
    const HardSet other(8, write_code);
    EXPECT_EQ(first.make(5).image.pixels, second.make(5).image.pixels);
    EXPECT_EQ(first.make(5).text, second.make(5).text);
    EXPECT_NE(first.make(5).image.pixels, other.make(5).image.pixels);
}

TEST(HardSet, HoldsEveryKindInFramesOfOneSize) {
    const HardSet set(1, write_code);
    for (std::size_t format = 0; format < kFormats.size(); ++format)
        for (int i = 0; i < kDistortions; ++i) {
            const auto distortion = static_cast<Distortion>(i);
            const HardPicture picture = set.make(index_of(format, distortion));
            EXPECT_EQ(picture.format, kFormats[format]);
            EXPECT_EQ(picture.distortion, distortion) << distortion_name(distortion);
            EXPECT_EQ(picture.image.width, 1280);
            EXPECT_EQ(picture.image.height, 720);
            EXPECT_EQ(picture.image.pixels.size(), 1280U * 720U);
        }
}

TEST(HardSet, CleanPicturesAreRead) {
    const HardSet set(1, write_code);
    vision::Reader reader;
    for (std::size_t format = 0; format < kFormats.size(); ++format) {
        const HardPicture picture = set.make(index_of(format, Distortion::clean));
        reader.start_over();
        const auto found =
            reader.read(picture.image.view(), vision::Effort::thorough, std::chrono::seconds(20));
        ASSERT_EQ(found.size(), 1U) << picture.format;
        EXPECT_EQ(found[0].text, picture.text);
    }
}

// The bench measures how many; here most of a small set must be read, whatever the machine's pace.
TEST(HardSet, MostHardPicturesAreReadAndNoneWrong) {
    const HardSet set(3, write_code);
    vision::Reader reader;
    int read = 0;
    for (int i = 0; i < 96; ++i) {
        const HardPicture picture = set.make(i);
        reader.start_over();
        const auto found =
            reader.read(picture.image.view(), vision::Effort::thorough, std::chrono::seconds(20));
        for (const vision::Found& code : found) {
            EXPECT_TRUE(code.text == picture.text || code.text == "0" + picture.text) << i;
            ++read;
        }
    }
    EXPECT_GE(read, 80);
}

}  // namespace
}  // namespace counterfoil::tool
