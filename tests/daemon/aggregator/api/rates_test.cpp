#include "daemon/aggregator/api/rates.h"

#include <gtest/gtest.h>

namespace counterfoil::api {
namespace {

TEST(Rates, SoManyAtOnceAndThenOneAtATime) {
    Rates rates(5, kMinuteMs);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(rates.take("a", 1000), 0);
    EXPECT_EQ(rates.take("a", 1000), 12'000);
    EXPECT_EQ(rates.take("a", 12'999), 1);
    EXPECT_EQ(rates.take("a", 13'000), 0);
    EXPECT_EQ(rates.take("a", 13'000), 12'000);
    EXPECT_EQ(rates.take("b", 13'000), 0);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(rates.take("a", 13'000 + kMinuteMs), 0);
    EXPECT_GT(rates.take("a", 13'000 + kMinuteMs), 0);
}

TEST(Rates, AskingCostsNothing) {
    Rates rates(1, kHourMs);
    EXPECT_EQ(rates.wait_ms("a", 0), 0);
    EXPECT_EQ(rates.take("a", 0), 0);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(rates.wait_ms("a", 0), kHourMs);
    EXPECT_EQ(rates.wait_ms("a", kHourMs), 0);
}

TEST(Rates, NamesAreForgottenAndNeverTooMany) {
    Rates rates(1, kMinuteMs);
    for (std::size_t i = 0; i < Rates::kMostNames + 10; ++i)
        EXPECT_EQ(rates.take(std::to_string(i), 0), 0);
    EXPECT_GT(rates.take(std::to_string(Rates::kMostNames + 9), 0), 0);
}

}  // namespace
}  // namespace counterfoil::api
