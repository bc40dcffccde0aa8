#include "firmware/till/pages.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::till {
namespace {

namespace fs = std::filesystem;

TEST(Pages, LieBesideTheProgramsFolder) {
    const test::TemporaryFolder folder;
    const fs::path program = folder / "usr/bin/counterfoil-till";
    EXPECT_FALSE(find_pages({}, program));
    fs::create_directories(folder / "usr/kiosk");
    EXPECT_EQ(find_pages({}, program), folder / "usr/kiosk");
    fs::create_directories(folder / "usr/share/counterfoil/kiosk");
    EXPECT_EQ(find_pages({}, program), folder / "usr/share/counterfoil/kiosk");
    EXPECT_FALSE(find_pages({}, ""));
}

TEST(Pages, AreTheOnesThatTheBoardNames) {
    const test::TemporaryFolder folder;
    fs::create_directories(folder / "usr/kiosk");
    EXPECT_EQ(find_pages("/named", folder / "usr/bin/counterfoil-till"), "/named");
}

TEST(Pages, KnowWhichProgramRuns) {
    EXPECT_TRUE(fs::is_regular_file(this_program()));
    EXPECT_EQ(this_program().filename(), "till_test");
}

}  // namespace
}  // namespace counterfoil::till
