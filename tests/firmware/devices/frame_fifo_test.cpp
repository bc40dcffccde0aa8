#include "firmware/devices/frame_fifo.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "tests/firmware/devices/device_support.h"

namespace counterfoil::devices {
namespace {

using test::write_all;

// A picture as text, so that two can be compared: "640x480 " and its pixels.
using Pictures = std::vector<std::string>;

std::string head(int width, int height) {
    return "P5\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
}

// Pixels that are different in each picture.
std::string pixels(int width, int height, int seed) {
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    std::string bytes(static_cast<std::size_t>(width * height), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

std::string picture(int width, int height, int seed) {
    return std::to_string(width) + "x" + std::to_string(height) + " " + pixels(width, height, seed);
}

std::string pgm(int width, int height, int seed) {
    return head(width, height) + pixels(width, height, seed);
}

std::string picture_of(const vision::GreyView& view) {
    std::string text = std::to_string(view.width) + "x" + std::to_string(view.height) + " ";
    for (int y = 0; y < view.height; ++y)
        for (int x = 0; x < view.width; ++x) text.push_back(static_cast<char>(view.at(x, y)));
    return text;
}

class PgmSplitterTest : public testing::Test {
  protected:
    Pictures split(std::string_view bytes) {
        Pictures pictures;
        while (!bytes.empty()) {
            const std::span<std::uint8_t> room = splitter_.room();
            const std::size_t size = std::min(room.size(), bytes.size());
            std::memcpy(room.data(), bytes.data(), size);
            splitter_.add(size);
            bytes.remove_prefix(size);
            while (const auto frame = splitter_.take()) pictures.push_back(picture_of(*frame));
        }
        return pictures;
    }

    PgmSplitter splitter_;
};

TEST_F(PgmSplitterTest, GivesPicturesOfAnySizeOneAfterTheOther) {
    EXPECT_EQ(split(pgm(4, 3, 1) + pgm(640, 480, 2) + "P5\n2\n1\n255\n" + pixels(2, 1, 3)),
              (Pictures{picture(4, 3, 1), picture(640, 480, 2), picture(2, 1, 3)}));
    EXPECT_EQ(splitter_.dropped(), 0);
    EXPECT_EQ(splitter_.waiting(), 0u);
}

TEST_F(PgmSplitterTest, TakesTheWidestAndRefusesAWiderOne) {
    EXPECT_EQ(split(pgm(vision::kMaxSide, 1, 1)), Pictures{picture(vision::kMaxSide, 1, 1)});
    EXPECT_EQ(split(pgm(vision::kMaxSide + 1, 1, 1) + pgm(2, 2, 2)), Pictures{picture(2, 2, 2)});
    EXPECT_EQ(splitter_.dropped(), 1);
}

TEST_F(PgmSplitterTest, RefusesMorePixelsThanAPictureMayHave) {
    EXPECT_EQ(split(head(vision::kMaxSide, vision::kMaxSide) + pgm(2, 2, 2)),
              Pictures{picture(2, 2, 2)});
    EXPECT_EQ(splitter_.dropped(), 1);
}

TEST_F(PgmSplitterTest, RefusesEveryOtherHead) {
    const Pictures heads{"P5\n4 0\n255\n",  "P5\n0 4\n255\n",    "P5\n04 4\n255\n",
                         "P5\n-4 4\n255\n", "P5\n4 4\n254\n",    "P5\n4 4\n65535\n",
                         "P5\n4  4\n255\n", "P5\n4 4 255\n",     "P5\n99999 1\n255\n",
                         "P5\n4\n255\n",    "P5\n# 4 4\n255\n",  "P2\n4 4\n255\n",
                         "P5 4 4\n255\n",   "P5\r\n4 4\n255\r\n"};
    std::int64_t dropped = 0;
    for (const std::string& head : heads) {
        EXPECT_EQ(split(head + pgm(4, 4, 5)), Pictures{picture(4, 4, 5)}) << head;
        EXPECT_EQ(splitter_.dropped(), ++dropped) << head;
    }
}

TEST_F(PgmSplitterTest, FindsThePictureThatATruncatedOneSwallowed) {
    const std::string whole = pgm(100, 100, 1);
    EXPECT_EQ(split(whole.substr(0, 5000) + pgm(100, 100, 2) + pgm(100, 100, 3)),
              (Pictures{picture(100, 100, 2), picture(100, 100, 3)}));
    EXPECT_EQ(splitter_.dropped(), 1);
}

TEST_F(PgmSplitterTest, SkipsGarbageBetweenPicturesAndCountsItOnce) {
    const std::string garbage = "garbage P5 P P5\rP5\nx";
    EXPECT_EQ(split(garbage + pgm(3, 3, 1)), Pictures{picture(3, 3, 1)});
    EXPECT_GE(splitter_.dropped(), 1);
    EXPECT_LE(splitter_.dropped(), 2);  // the noise, and the head in it
}

TEST_F(PgmSplitterTest, GivesTheSamePicturesHoweverTheBytesAreCut) {
    std::string bytes;
    Pictures expected;
    for (int i = 0; i < 30; ++i) {
        const int width = 1 + i * 7 % 40;
        bytes += pgm(width, 1 + i % 5, i);
        expected.push_back(picture(width, 1 + i % 5, i));
    }
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        std::mt19937_64 random(seed);
        Pictures pictures;
        std::string_view rest = bytes;
        while (!rest.empty()) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 60);
            for (std::string& one : split(rest.substr(0, size))) pictures.push_back(std::move(one));
            rest.remove_prefix(size);
        }
        ASSERT_EQ(pictures, expected) << "seed " << seed;
    }
    EXPECT_EQ(splitter_.dropped(), 0);
}

TEST_F(PgmSplitterTest, ComesBackFromAnyDamage) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        std::string damaged;
        for (int i = 0; i < 5; ++i) damaged += pgm(20, 10, i);
        for (int i = 0; i < 10; ++i)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        damaged.erase(random() % damaged.size(), random() % 300);
        split(damaged);
        splitter_.break_off();
        ASSERT_EQ(split(pgm(9, 9, 9)), Pictures{picture(9, 9, 9)}) << "seed " << seed;
    }
}

class FrameFifoTest : public testing::Test {
  protected:
    FrameFifo source(bool newest_only = false) { return FrameFifo({path_, newest_only}, clock_); }

    // All that is there now.
    static Pictures all(FrameFifo& source) {
        Pictures pictures;
        while (const auto frame = source.next()) pictures.push_back(picture_of(frame->grey));
        return pictures;
    }

    test::TemporaryFolder folder_;
    std::filesystem::path path_ = test::make_fifo(folder_ / "frames");
    base::SettableClock clock_{{}};
};

TEST_F(FrameFifoTest, GivesEveryPictureInOrder) {
    FrameFifo source = this->source();
    EXPECT_EQ(all(source), Pictures{});
    EXPECT_EQ(source.state(), ScannerState::ready);
    const base::Descriptor writer = test::open_writer(path_);
    write_all(writer, pgm(8, 8, 1) + pgm(8, 8, 2) + pgm(9, 9, 3).substr(0, 20));
    ASSERT_TRUE(source.next());
    EXPECT_EQ(source.due_ms(), clock_.steady_ms());  // the second waits where poll() cannot see it
    EXPECT_EQ(all(source), Pictures{picture(8, 8, 2)});
    write_all(writer, pgm(9, 9, 3).substr(20));
    EXPECT_EQ(all(source), Pictures{picture(9, 9, 3)});
    EXPECT_EQ(source.dropped(), 0);
}

TEST_F(FrameFifoTest, GivesOnlyTheNewestWhenToldSo) {
    FrameFifo source = this->source(true);
    EXPECT_EQ(all(source), Pictures{});
    const base::Descriptor writer = test::open_writer(path_);
    write_all(writer, pgm(8, 8, 1) + pgm(8, 8, 2) + pgm(8, 8, 3).substr(0, 20));
    EXPECT_EQ(all(source), Pictures{picture(8, 8, 2)});
    write_all(writer, pgm(8, 8, 3).substr(20));
    EXPECT_EQ(all(source), Pictures{picture(8, 8, 3)});
    EXPECT_EQ(source.dropped(), 0);
}

TEST_F(FrameFifoTest, DropsThePictureThatItsWriterDidNotFinish) {
    for (const bool newest_only : {false, true}) {
        FrameFifo source = this->source(newest_only);
        all(source);
        write_all(test::open_writer(path_), pgm(8, 8, 1) + pgm(8, 8, 2).substr(0, 40));
        EXPECT_EQ(all(source), Pictures{picture(8, 8, 1)});
        EXPECT_EQ(source.dropped(), 1);
        write_all(test::open_writer(path_), pgm(8, 8, 3));
        EXPECT_EQ(all(source), Pictures{picture(8, 8, 3)});
        EXPECT_EQ(source.dropped(), 1);
        EXPECT_EQ(source.state(), ScannerState::ready);
    }
}

TEST_F(FrameFifoTest, ReadsAFileOfPictures) {
    path_ = folder_ / "recorded";
    std::ofstream(path_) << pgm(8, 8, 1) << pgm(640, 480, 2);
    FrameFifo source = this->source();
    EXPECT_EQ(all(source), (Pictures{picture(8, 8, 1), picture(640, 480, 2)}));
    EXPECT_EQ(source.descriptor(), -1);
    EXPECT_EQ(source.due_ms(), clock_.steady_ms() + 1000);
}

TEST_F(FrameFifoTest, IsAwayUntilThereIsAFifo) {
    path_ = folder_ / "none";
    FrameFifo source = this->source();
    EXPECT_EQ(all(source), Pictures{});
    EXPECT_EQ(source.state(), ScannerState::away);
    EXPECT_EQ(source.descriptor(), -1);
    EXPECT_EQ(source.due_ms(), clock_.steady_ms() + 1000);
    test::make_fifo(path_);
    clock_.advance(1000);
    EXPECT_EQ(all(source), Pictures{});
    EXPECT_EQ(source.state(), ScannerState::ready);
}

TEST_F(FrameFifoTest, RefusesDevices) {
    path_ = "/dev/zero";
    FrameFifo source = this->source();
    EXPECT_EQ(all(source), Pictures{});
    EXPECT_EQ(source.state(), ScannerState::away);
    EXPECT_NE(source.trouble().find("is a device"), std::string::npos);
}

TEST_F(FrameFifoTest, GivesLargePicturesWhileTheyAreWritten) {
    FrameFifo source = this->source();
    all(source);
    constexpr int kCount = 20;
    std::thread writer([&] {
        const base::Descriptor pipe = test::open_writer(path_);
        for (int i = 0; i < kCount; ++i) write_all(pipe, pgm(1280, 720, i));
    });
    for (int i = 0; i < kCount; ++i) {
        std::optional<Frame> frame;
        while (!frame && source.dropped() == 0) frame = source.next();
        ASSERT_TRUE(frame && picture_of(frame->grey) == picture(1280, 720, i)) << i;
    }
    writer.join();
}

}  // namespace
}  // namespace counterfoil::devices
