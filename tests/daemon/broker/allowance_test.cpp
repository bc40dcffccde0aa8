#include "daemon/broker/allowance.h"

#include <gtest/gtest.h>

namespace counterfoil::broker {
namespace {

TEST(Allowance, GivesSoMuchAtOnceAndThenAsItComesBack) {
    Allowance allowance({10, 3}, 1000);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(allowance.has(1, 1000));
        allowance.spend(1);
    }
    EXPECT_FALSE(allowance.has(1, 1000));
    EXPECT_FALSE(allowance.has(1, 1099));
    EXPECT_TRUE(allowance.has(1, 1100));
    EXPECT_FALSE(allowance.has(2, 1100));
    EXPECT_TRUE(allowance.has(3, 100'000'000'000));
    EXPECT_FALSE(allowance.has(4, 100'000'000'000)) << "never more than at once";
}

TEST(Allowance, LosesNothingToRoundingHoweverOftenItIsAsked) {
    Allowance allowance({10, 1}, 0);
    allowance.spend(1);
    for (int ms = 0; ms < 100; ++ms) ASSERT_FALSE(allowance.has(1, ms)) << ms;
    EXPECT_TRUE(allowance.has(1, 100));
}

TEST(Allowance, ATimeThatGoesBackGivesNothing) {
    Allowance allowance({1000, 1}, 5000);
    allowance.spend(1);
    EXPECT_FALSE(allowance.has(1, 10));
    EXPECT_FALSE(allowance.has(1, 5000));
    EXPECT_TRUE(allowance.has(1, 5001));
}

TEST(Allowance, WhatIsGivenBackIsThereAgainAndNeverMoreThanAtOnce) {
    Allowance allowance({1, 3}, 0);
    allowance.spend(3);
    EXPECT_FALSE(allowance.has(2, 0));
    allowance.give_back(2);
    EXPECT_TRUE(allowance.has(2, 0));
    allowance.give_back(3);
    EXPECT_FALSE(allowance.has(4, 0));
}

}  // namespace
}  // namespace counterfoil::broker
