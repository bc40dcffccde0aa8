#include <gtest/gtest.h>

#include <cstdio>

#include "firmware/core/base/clock.h"

namespace counterfoil::base {
namespace {

constexpr std::int64_t kMsADay = 86'400'000;

bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(int year, int month) {
    constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year) ? 1 : 0);
}

std::string midnight(int year, int month, int day) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT00:00:00.000Z", year, month, day);
    return text.data();
}

TEST(Calendar, CountsEveryDayFrom1970To9999) {
    std::int64_t day_number = 0;
    for (int year = 1970; year <= 9999; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= days_in(year, month); ++day, ++day_number) {
                // Each month's ends in every year, and every day of the years that matter.
                if (year > 2100 && day > 1 && day < 28) continue;
                const std::string text = midnight(year, month, day);
                ASSERT_EQ(to_rfc3339({day_number * kMsADay}), text);
                ASSERT_EQ(from_rfc3339(text).value().unix_ms, day_number * kMsADay);
            }
            ASSERT_FALSE(from_rfc3339(midnight(year, month, days_in(year, month) + 1)).ok());
        }
    }
    EXPECT_EQ(day_number * kMsADay, 253'402'300'800'000);
}

TEST(Calendar, KnowsWhichCenturiesLeap) {
    EXPECT_TRUE(from_rfc3339("2000-02-29T00:00:00.000Z").ok());
    EXPECT_FALSE(from_rfc3339("2100-02-29T00:00:00.000Z").ok());
    EXPECT_TRUE(from_rfc3339("2400-02-29T00:00:00.000Z").ok());
    EXPECT_FALSE(from_rfc3339("2027-02-29T00:00:00.000Z").ok());
    EXPECT_TRUE(from_rfc3339("2028-02-29T00:00:00.000Z").ok());
}

TEST(Calendar, WritesEachPartOfTheDayInItsPlace) {
    EXPECT_EQ(to_rfc3339({1}), "1970-01-01T00:00:00.001Z");
    EXPECT_EQ(to_rfc3339({1'000}), "1970-01-01T00:00:01.000Z");
    EXPECT_EQ(to_rfc3339({60'000}), "1970-01-01T00:01:00.000Z");
    EXPECT_EQ(to_rfc3339({3'600'000}), "1970-01-01T01:00:00.000Z");
    EXPECT_EQ(to_rfc3339({kMsADay - 1}), "1970-01-01T23:59:59.999Z");
}

// Whatever character stands wherever: the text is refused, or it is the one text of another time.
TEST(Calendar, HasOneTextForEachTime) {
    const std::string text = "2026-11-21T08:59:07.250Z";
    const WallTime time = from_rfc3339(text).value();
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string changed = text;
            changed[at] = static_cast<char>(c);
            const auto read = from_rfc3339(changed);
            if (changed == text || !read.ok()) continue;
            EXPECT_NE(read.value(), time) << changed;
            EXPECT_EQ(to_rfc3339(read.value()), changed);
        }
        EXPECT_FALSE(from_rfc3339(std::string(text).erase(at, 1)).ok());
        EXPECT_FALSE(from_rfc3339(std::string(text).insert(at, 1, '0')).ok());
    }
}

TEST(Calendar, RefusesWhatOtherProgramsWrite) {
    for (const char* bad :
         {"2026-11-21T08:00:00.000+00:00", "2026-11-21T08:00:00.000-01", "2026-11-21t08:00:00.000Z",
          "2026-11-21T08:00:00,000Z", "20261121T080000.000Z", "2026-W47-6T08:00:00.00Z",
          "2016-12-31T23:59:60.000Z", "0000-01-01T00:00:00.000Z", "2026-11-21T08:00:00.000Z\n",
          " 026-11-21T08:00:00.000Z", "2026-1 -21T08:00:00.000Z", "2026-04-31T08:00:00.000Z"}) {
        const auto read = from_rfc3339(bad);
        ASSERT_FALSE(read.ok()) << bad;
        EXPECT_EQ(read.error().code(), Code::malformed);
        EXPECT_NE(read.error().message().find("2026-11-21T08:00:00.000Z"), std::string::npos);
    }
    EXPECT_FALSE(from_rfc3339(std::string_view("2026-11-21T08:00:00.000\0", 24)).ok());
}

TEST(Calendar, DoesNotWriteYearsThatItCannotRead) {
    EXPECT_DEATH((void)to_rfc3339({-1}), "check failed");
    EXPECT_DEATH((void)to_rfc3339({253'402'300'800'000}), "check failed");
}

TEST(CheckClock, NamesBothTimes) {
    const auto checked = check_clock({kMsADay - 1}, {kMsADay});
    ASSERT_FALSE(checked.ok());
    EXPECT_NE(checked.error().message().find("1970-01-01T23:59:59.999Z"), std::string::npos);
    EXPECT_NE(checked.error().message().find("1970-01-02T00:00:00.000Z"), std::string::npos);
    EXPECT_TRUE(check_clock({kMsADay + 1}, {kMsADay}).ok());
}

TEST(SystemClock, NeverGoesBack) {
    const SystemClock clock;
    std::int64_t last = clock.steady_ms();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t next = clock.steady_ms();
        ASSERT_LE(last, next);
        last = next;
    }
}

}  // namespace
}  // namespace counterfoil::base
