#include "firmware/core/base/clock.h"

#include <gtest/gtest.h>

namespace counterfoil::base {
namespace {

TEST(Rfc3339, IsWrittenInUtcWithMilliseconds) {
    EXPECT_EQ(to_rfc3339({0}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339({1'795'248'000'007}), "2026-11-21T08:00:00.007Z");
    EXPECT_EQ(to_rfc3339({951'782'399'999}), "2000-02-28T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339({253'402'300'799'999}), "9999-12-31T23:59:59.999Z");
}

TEST(Rfc3339, IsReadBack) {
    for (std::int64_t ms :
         {0LL, 1LL, 951'868'800'000LL, 1'795'248'000'007LL, 253'402'300'799'999LL})
        EXPECT_EQ(from_rfc3339(to_rfc3339({ms})).value().unix_ms, ms);
}

TEST(Rfc3339, RefusesEveryOtherForm) {
    for (const char* bad :
         {"", "2026-11-21", "2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000",
          "2026-11-21 08:00:00.000Z", "2026-02-29T08:00:00.000Z", "2026-13-01T08:00:00.000Z",
          "2026-00-01T08:00:00.000Z", "2026-11-00T08:00:00.000Z", "2026-11-21T24:00:00.000Z",
          "2026-11-21T08:60:00.000Z", "2026-11-21T08:00:60.000Z", "1969-12-31T23:59:59.999Z",
          "2026-11-21T08:00:00.000z", "2026-11-21T08:00:00.0000Z", "+026-11-21T08:00:00.000Z"})
        EXPECT_FALSE(from_rfc3339(bad).ok()) << bad;
}

TEST(SettableClock, PassesTimeOrIsSet) {
    SettableClock clock({5000});
    clock.advance(250);
    EXPECT_EQ(clock.now().unix_ms, 5250);
    EXPECT_EQ(clock.steady_ms(), 250);
    clock.set({0});
    EXPECT_EQ(clock.now().unix_ms, 0);
    EXPECT_EQ(clock.steady_ms(), 250);
}

TEST(SystemClock, IsNotBeforeTheBuildAndMoves) {
    const SystemClock clock;
    EXPECT_TRUE(check_clock(clock.now(), build_time()).ok());
    EXPECT_GT(build_time().unix_ms, 1'700'000'000'000);
    EXPECT_GE(clock.steady_ms(), 0);
}

TEST(CheckClock, SaysWhatToDoWhenTheClockIsWrong) {
    const auto checked = check_clock({0}, {1000});
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code(), Code::clock_before_build);
    EXPECT_NE(checked.error().message().find("set the clock"), std::string::npos);
    EXPECT_TRUE(check_clock({1000}, {1000}).ok());
}

}  // namespace
}  // namespace counterfoil::base
