#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"

namespace counterfoil::base {
namespace {

// The code point in UTF-8's form for it, or in a longer one.
std::string utf8_form(std::uint32_t point, int length) {
    if (length == 1) return std::string(1, static_cast<char>(point));
    const std::uint32_t mark = (0xf00u >> length) & 0xffu;
    std::string text(1, static_cast<char>(mark | (point >> (6 * (length - 1)))));
    for (int rest = length - 2; rest >= 0; --rest)
        text.push_back(static_cast<char>(0x80u | ((point >> (6 * rest)) & 0x3fu)));
    return text;
}

int utf8_length(std::uint32_t point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

TEST(Utf8Points, AreTakenInTheirShortestFormOnly) {
    for (std::uint32_t point = 0; point < 0x110000; ++point) {
        const bool surrogate = point >= 0xd800 && point < 0xe000;
        const int length = utf8_length(point);
        ASSERT_EQ(is_utf8(utf8_form(point, length)), !surrogate) << point;
        for (int longer = length + 1; longer <= 4; ++longer)
            ASSERT_FALSE(is_utf8(utf8_form(point, longer))) << point << " in " << longer;
    }
}

TEST(Utf8Points, EndAt10Ffff) {
    for (std::uint32_t point = 0x110000; point < 0x200000; point += 0x101)
        ASSERT_FALSE(is_utf8(utf8_form(point, 4))) << point;
}

// Every pair of bytes stands for itself: ASCII twice, or one of the 1920 two-byte characters.
TEST(Utf8Points, HaveNoOtherPairs) {
    int taken = 0;
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second)
            taken += is_utf8(std::string{static_cast<char>(first), static_cast<char>(second)});
    EXPECT_EQ(taken, 128 * 128 + 1920);
}

// The check takes eight bytes at a time; a fault is found wherever it lies.
TEST(Utf8Text, IsWholeAtEveryPlace) {
    for (std::size_t before = 0; before < 20; ++before) {
        for (std::size_t after = 0; after < 20; ++after) {
            const std::string left(before, 'a');
            const std::string right(after, 'z');
            for (const char* good : {"ő", "€", "\xf0\x9f\x8d\x94"}) {
                const std::string text(good);
                ASSERT_TRUE(is_utf8(left + text + right));
                for (std::size_t size = 1; size < text.size(); ++size) {
                    ASSERT_FALSE(is_utf8(left + text.substr(0, size) + right));
                    ASSERT_FALSE(is_utf8(left + text.substr(size) + right));
                }
            }
            ASSERT_FALSE(is_utf8(left + "\xff" + right));
        }
    }
}

TEST(Utf8Text, MayHoldAnyHungarianLetterAndNul) {
    EXPECT_TRUE(is_utf8("áéíóöőúüűÁÉÍÓÖŐÚÜŰ „Sült krumpli”"));
    EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
    EXPECT_FALSE(is_utf8("\xe1rv\xedzt\xfbr\xf5"));  // the same letters in Latin-2
}

}  // namespace
}  // namespace counterfoil::base
