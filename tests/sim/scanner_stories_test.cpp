#include "tests/sim/scanner_stories.h"

#include <gtest/gtest.h>

namespace counterfoil::test {
namespace {

using std::chrono::milliseconds;

TEST(ScannerStories, ASerialScannerIsHeardToTheLastCode) {
    const ScannerStory story = tell_serial_story(200, milliseconds(5));
    EXPECT_TRUE(story.went_well()) << story.summary();
}

TEST(ScannerStories, AWedgeIsHeardToTheLastCode) {
    const ScannerStory story = tell_wedge_story(200, milliseconds(5));
    EXPECT_TRUE(story.went_well()) << story.summary();
}

TEST(ScannerStories, ACodeHeldToACameraIsHeardOnce) {
    const ScannerStory story = tell_camera_story(8, 1, COUNTERFOIL_DECODER);
    EXPECT_TRUE(story.went_well()) << story.summary();
}

}  // namespace
}  // namespace counterfoil::test
