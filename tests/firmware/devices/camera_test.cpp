#include "firmware/devices/camera.h"

#include <gtest/gtest.h>

#include "tests/firmware/devices/webcam.h"

namespace counterfoil::devices {
namespace {

using test::Offer;
using test::Webcam;
using test::WebcamDevice;

constexpr std::uint32_t kYuyv = V4L2_PIX_FMT_YUYV;
constexpr std::uint32_t kGrey = V4L2_PIX_FMT_GREY;
constexpr std::uint32_t kJpeg = V4L2_PIX_FMT_MJPEG;

// YUYV or grey of one shade; colour bytes are 1.
std::string plain(const Offer& offer, int shade) {
    const bool is_yuyv = offer.fourcc == kYuyv;
    const std::uint32_t row = std::max(offer.row_bytes, offer.width * (is_yuyv ? 2 : 1));
    std::string bytes(std::size_t{row} * offer.height, static_cast<char>(shade));
    if (is_yuyv)
        for (std::size_t i = 1; i < bytes.size(); i += 2) bytes[i] = 1;
    return bytes;
}

class CameraTest : public testing::Test {
  protected:
    // The camera after its start, or the attempt.
    std::unique_ptr<V4L2Camera> started() {
        auto camera = std::make_unique<V4L2Camera>(CameraSettings{"/dev/video0"},
                                                   std::make_unique<WebcamDevice>(webcam_), clock_);
        EXPECT_FALSE(camera->next());
        return camera;
    }

    void expect_refused(const std::string& trouble) {
        const auto camera = started();
        EXPECT_EQ(camera->state(), ScannerState::away);
        EXPECT_NE(camera->trouble().find(trouble), std::string::npos) << camera->trouble();
        EXPECT_FALSE(webcam_.is_open);
        EXPECT_EQ(camera->due_ms(), clock_.steady_ms() + 1000);
    }

    Webcam webcam_;
    base::SettableClock clock_{{}};
};

TEST_F(CameraTest, GivesTheBrightnessOfYuyvInPlace) {
    const auto camera = started();
    EXPECT_EQ(camera->state(), ScannerState::ready);
    EXPECT_EQ(camera->descriptor(), 77);
    EXPECT_FALSE(camera->next());
    std::string bytes = plain(webcam_.set, 40);
    bytes[2 * 1280 * 5 + 2 * 7] = static_cast<char>(200);
    webcam_.shoot(bytes);
    const auto frame = camera->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->grey.width, 1280);
    EXPECT_EQ(frame->grey.height, 720);
    EXPECT_EQ(frame->grey.at(7, 5), 200);
    EXPECT_EQ(frame->grey.at(8, 5), 40);
    EXPECT_EQ(frame->grey.at(1279, 719), 40);
    EXPECT_EQ(frame->grey.pixels, webcam_.buffers[0].data());
}

TEST_F(CameraTest, KeepsToTheRowsOfTheDriver) {
    webcam_.offers = {{kGrey, 640, 480, 30, 704}};
    const auto camera = started();
    std::string bytes = plain(webcam_.set, 0);
    bytes[704 * 3 + 2] = 9;
    bytes.resize(704 * 479 + 640);  // the gap after the last row need not be there
    webcam_.shoot(bytes);
    const auto frame = camera->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->grey.at(2, 3), 9);
    EXPECT_EQ(frame->grey.row_stride, 704);
}

TEST_F(CameraTest, GivesJpegUnopened) {
    webcam_.offers = {{kJpeg}};
    const auto camera = started();
    webcam_.shoot("abcdef");
    const auto frame = camera->next();
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->is_jpeg());
    EXPECT_EQ(base::as_text(frame->jpeg), "abcdef");
}

struct Choice {
    std::vector<Offer> offers;
    std::uint32_t chosen;
};

TEST_F(CameraTest, ChoosesTheFirstFormatOfTheWishedSizeAndRate) {
    const std::vector<Choice> choices{
        {{{kJpeg}, {kGrey}, {kYuyv}}, kYuyv},
        {{{kJpeg}, {kGrey}}, kGrey},
        {{{kJpeg}, {kYuyv, 1280, 720, 10}}, kJpeg},
        {{{kGrey, 1280, 720, 15}, {kYuyv, 1280, 720, 10}}, kYuyv},
        {{{kJpeg, 1280, 720, 5}, {kYuyv, 640, 480, 30}}, kJpeg},
        {{{kGrey, 640, 480}, {kYuyv, 320, 240}}, kYuyv},
    };
    for (const Choice& choice : choices) {
        webcam_.offers = choice.offers;
        const auto camera = started();
        EXPECT_EQ(camera->state(), ScannerState::ready);
        EXPECT_EQ(webcam_.set.fourcc, choice.chosen);
    }
}

TEST_F(CameraTest, RefusesWhatIsNoCameraForUs) {
    webcam_.capabilities = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING;
    expect_refused("takes no pictures");
    webcam_.capabilities = V4L2_CAP_VIDEO_CAPTURE;
    expect_refused("cannot stream");
    webcam_.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
    expect_refused("takes no pictures");
    webcam_ = {};
    webcam_.offers = {{V4L2_PIX_FMT_H264}};
    expect_refused("no YUYV, grey or JPEG");
    webcam_.is_busy = true;
    expect_refused("another program");
    webcam_ = {};
    webcam_.is_plugged = false;
    expect_refused("not_found");
}

TEST_F(CameraTest, RefusesSizesThatCannotBe) {
    const std::vector<Offer> lies{
        {kYuyv, 0, 720},
        {kYuyv, 1280, 0},
        {kYuyv, 8193, 1},
        {kYuyv, 1, 8193},
        {kYuyv, 8192, 8192},
        {kYuyv, 0xffffffff, 0xffffffff},
        {kYuyv, 1280, 720, 30, 2559},
        {kYuyv, 1280, 720, 30, 0x80000000},
    };
    for (const Offer& lie : lies) {
        webcam_.offers = {lie};
        expect_refused("no YUYV, grey or JPEG");
    }
}

TEST_F(CameraTest, RefusesBuffersThatCannotBe) {
    for (std::uint32_t count : {0u, 1u, 33u}) {
        webcam_.buffer_count = count;
        expect_refused("buffers");
    }
    webcam_.buffer_count = 4;
    for (std::uint32_t bytes : {0u, 1280u * 720 * 2 - 1, 1u << 28}) {
        webcam_.buffer_bytes = bytes;
        expect_refused("a buffer has");
    }
}

TEST_F(CameraTest, DropsBrokenPictures) {
    const auto camera = started();
    const std::string whole = plain(webcam_.set, 50);
    webcam_.shoot(whole.substr(0, whole.size() - 1));
    webcam_.shoot(whole, V4L2_BUF_FLAG_ERROR);
    webcam_.shoot("");
    webcam_.shoot(whole + "x");
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->dropped(), 4);
    EXPECT_EQ(webcam_.empty.size(), 4u);
    webcam_.shoot(whole);
    EXPECT_TRUE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::ready);
}

TEST_F(CameraTest, GivesTheNewestPictureAndKeepsItUntilTheNextCall) {
    const auto camera = started();
    for (int shade : {10, 20, 30}) webcam_.shoot(plain(webcam_.set, shade));
    auto frame = camera->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->grey.at(0, 0), 30);
    EXPECT_EQ(camera->dropped(), 0);
    // The driver fills all that it has, which is not the one that is shown.
    EXPECT_EQ(webcam_.empty.size(), 3u);
    for (int shade : {40, 50, 60, 70}) webcam_.shoot(plain(webcam_.set, shade));
    EXPECT_EQ(frame->grey.at(0, 0), 30);
    frame = camera->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->grey.at(0, 0), 60);
}

TEST_F(CameraTest, NeverRunsOutOfBuffers) {
    const auto camera = started();
    for (int i = 0; i < 100; ++i) {
        for (int shot = 0; shot <= i % 5; ++shot)
            webcam_.shoot(plain(webcam_.set, i), shot == 3 ? V4L2_BUF_FLAG_ERROR : 0);
        const auto frame = camera->next();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->grey.at(5, 5), i);
        ASSERT_EQ(webcam_.empty.size() + webcam_.filled.size(), 3u);
    }
}

TEST_F(CameraTest, IsAwayWhenUnpluggedAndBackASecondAfterItsReturn) {
    const auto camera = started();
    webcam_.shoot(plain(webcam_.set, 1));
    ASSERT_TRUE(camera->next());
    webcam_.is_plugged = false;
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::away);
    EXPECT_EQ(camera->descriptor(), -1);
    EXPECT_NE(camera->trouble(), "");
    clock_.advance(1000);
    EXPECT_FALSE(camera->next());
    webcam_.is_plugged = true;
    clock_.advance(999);
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::away);
    clock_.advance(1);
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::ready);
    webcam_.shoot(plain(webcam_.set, 2));
    const auto frame = camera->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->grey.at(0, 0), 2);
}

TEST_F(CameraTest, IsOpenedAnewAfterThreeSecondsOfSilence) {
    const auto camera = started();
    clock_.advance(2000);
    webcam_.shoot(plain(webcam_.set, 1));
    ASSERT_TRUE(camera->next());
    EXPECT_EQ(camera->due_ms(), clock_.steady_ms() + 3000);
    clock_.advance(2999);
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::ready);
    webcam_.shoot("broken");
    clock_.advance(1);
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::away);
    clock_.advance(1000);
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::ready);
    EXPECT_EQ(webcam_.opened, 2);
}

TEST_F(CameraTest, IsClosedWhenItsDriverNamesABufferThatThereIsNot) {
    const auto camera = started();
    webcam_.named_index = 4;
    webcam_.shoot(plain(webcam_.set, 1));
    EXPECT_FALSE(camera->next());
    EXPECT_EQ(camera->state(), ScannerState::away);
}

TEST(LinuxVideoDevice, IsNoCameraOnAnotherDevice) {
    base::SettableClock clock({});
    V4L2Camera camera({"/dev/null"}, std::make_unique<LinuxVideoDevice>(), clock);
    EXPECT_FALSE(camera.next());
    EXPECT_EQ(camera.state(), ScannerState::away);
    EXPECT_NE(camera.trouble().find("no video device"), std::string::npos) << camera.trouble();
}

}  // namespace
}  // namespace counterfoil::devices
