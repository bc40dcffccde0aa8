#include "firmware/vision/sightings.h"

#include <gtest/gtest.h>

namespace counterfoil::vision {
namespace {

Found code(const std::string& text, const std::string& format = "QRCode") {
    return {text, format, {}};
}

TEST(Sightings, ACodeInViewIsNewOnce) {
    Sightings sightings;
    EXPECT_EQ(sightings.fresh({code("a")}, 0).size(), 1U);
    for (std::int64_t at = 33; at < 60'000; at += 33)
        EXPECT_TRUE(sightings.fresh({code("a")}, at).empty());
}

TEST(Sightings, ACodeThatWasAwayIsNewAgain) {
    Sightings sightings;
    sightings.fresh({code("a")}, 0);
    std::int64_t at = 0;
    while (at <= Sightings::kWindowMs) sightings.fresh({}, at += 100);
    EXPECT_EQ(sightings.fresh({code("a")}, at + 100).size(), 1U);
    sightings.fresh({}, at + 200);
    EXPECT_TRUE(sightings.fresh({code("a")}, at + 300).empty()) << "it was away for a moment only";
}

TEST(Sightings, TimeWithoutFramesIsNotTimeAway) {
    Sightings sightings;
    sightings.fresh({code("a")}, 0);
    EXPECT_TRUE(sightings.fresh({code("a")}, 60'000).empty());
    EXPECT_TRUE(sightings.fresh({}, 120'000).empty());
    EXPECT_TRUE(sightings.fresh({code("a")}, 180'000).empty());
}

TEST(Sightings, OtherCodesAreTheirOwn) {
    Sightings sightings;
    EXPECT_EQ(sightings.fresh({code("a"), code("b"), code("a", "Aztec")}, 0).size(), 3U);
    const auto fresh = sightings.fresh({code("a"), code("c")}, 10);
    ASSERT_EQ(fresh.size(), 1U);
    EXPECT_EQ(fresh[0].text, "c");
}

}  // namespace
}  // namespace counterfoil::vision
