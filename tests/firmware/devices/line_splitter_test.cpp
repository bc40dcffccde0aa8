#include "firmware/devices/line_splitter.h"

#include <gtest/gtest.h>

#include <random>

#include "firmware/core/base/coding.h"
#include "firmware/devices/scanner.h"

namespace counterfoil::devices {
namespace {

std::vector<std::string> split(LineSplitter& splitter, std::string_view text) {
    std::vector<std::string> lines;
    base::ByteView bytes = base::as_bytes(text);
    while (auto line = splitter.take(bytes)) lines.push_back(*std::move(line));
    EXPECT_TRUE(bytes.empty());
    return lines;
}

using Lines = std::vector<std::string>;

TEST(LineSplitter, EndsALineAtEveryTerminator) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter, "a\rb\nc\r\nd\n\re\r"), (Lines{"a", "b", "c", "d", "e"}));
    EXPECT_EQ(splitter.dropped(), 0);
}

TEST(LineSplitter, TakesNoMoreThanOneLine) {
    LineSplitter splitter;
    const std::string text = "one\r\ntwo\r\n";
    base::ByteView bytes = base::as_bytes(text);
    EXPECT_EQ(splitter.take(bytes), "one");
    EXPECT_EQ(base::as_text(bytes), "\ntwo\r\n");
}

TEST(LineSplitter, GivesNothingForEmptyLines) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter, "\r\n\r\n\n\r"), Lines{});
    EXPECT_FALSE(splitter.has_half_line());
    EXPECT_EQ(splitter.dropped(), 0);
}

TEST(LineSplitter, KeepsTheGroupSeparatorOfBarcodes) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter,
                    "0112\x1d"
                    "10AB\n"),
              Lines{"0112\x1d"
                    "10AB"});
}

TEST(LineSplitter, KeepsTheSpacesAndLettersOfALine) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter, " Tőzeg 5 l \n"), Lines{" Tőzeg 5 l "});
}

TEST(LineSplitter, DropsALineWithAControlByteWhole) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter, std::string("a\0b\nc\x1b\n\td\ne\n", 12)), Lines{"e"});
    EXPECT_EQ(splitter.dropped(), 3);
}

TEST(LineSplitter, DropsALineThatIsNotUtf8) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter,
                    "a\xff"
                    "b\n\xc3\ngood\n"),
              Lines{"good"});
    EXPECT_EQ(splitter.dropped(), 2);
}

TEST(LineSplitter, TakesTheLongestScanAndDropsALongerOne) {
    LineSplitter splitter;
    const std::string longest(kMaxScanBytes, 'x');
    EXPECT_EQ(split(splitter, longest + "\n" + longest + "x\n" + longest + "\n"),
              (Lines{longest, longest}));
    EXPECT_EQ(splitter.dropped(), 1);
}

TEST(LineSplitter, CountsABrokenOffLineOnce) {
    LineSplitter splitter;
    EXPECT_EQ(split(splitter, "half"), Lines{});
    splitter.break_off();
    splitter.break_off();
    EXPECT_EQ(splitter.dropped(), 1);
    EXPECT_EQ(split(splitter, "whole\n"), Lines{"whole"});
}

// Good and bad lines, and how often the bad ones must be counted.
struct MixedLines {
    std::string bytes;
    Lines good;
    int bad = 0;
};

MixedLines mixed_lines(std::mt19937_64& random) {
    const Lines terminators{"\r", "\n", "\r\n"};
    const Lines bad_lines{"\x01 control", "broken \xc3(", std::string(kMaxScanBytes + 1, 'y')};
    MixedLines mixed;
    for (int i = 0; i < 60; ++i) {
        if (random() % 4 == 0) {
            mixed.bytes += bad_lines[random() % bad_lines.size()];
            ++mixed.bad;
        } else {
            mixed.good.push_back("kód " + std::to_string(random() % 100'000));
            mixed.bytes += mixed.good.back();
        }
        mixed.bytes += terminators[random() % terminators.size()];
    }
    return mixed;
}

TEST(LineSplitter, GivesTheSameLinesHoweverTheBytesAreCut) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        const MixedLines mixed = mixed_lines(random);
        LineSplitter splitter;
        Lines lines;
        std::string_view rest = mixed.bytes;
        while (!rest.empty()) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 40);
            for (std::string& line : split(splitter, rest.substr(0, size)))
                lines.push_back(std::move(line));
            rest.remove_prefix(size);
        }
        ASSERT_EQ(lines, mixed.good) << "seed " << seed;
        ASSERT_EQ(splitter.dropped(), mixed.bad) << "seed " << seed;
    }
}

TEST(LineSplitter, GivesOnlyScansForAnyBytes) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        std::mt19937_64 random(seed);
        std::string bytes(5000, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random() % 40 == 0 ? '\n' : random());
        LineSplitter splitter;
        for (const std::string& line : split(splitter, bytes)) {
            EXPECT_TRUE(base::is_utf8(line)) << "seed " << seed;
            EXPECT_FALSE(line.empty()) << "seed " << seed;
            EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace counterfoil::devices
