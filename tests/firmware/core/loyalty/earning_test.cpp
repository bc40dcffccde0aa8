#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "firmware/core/loyalty/earning.h"
#include "tests/support/properties.h"

namespace counterfoil::loyalty {
namespace {

using money::Currency;
using money::Money;

constexpr std::int64_t kMostMinor = std::numeric_limits<std::int64_t>::max();

std::int64_t earned(std::int64_t forints, std::int64_t permille) {
    return points_earned(Money(forints, Currency::huf()), permille).value();
}

TEST(Earning, FloorsOnceAfterTheMultiplier) {
    const std::array<std::array<std::int64_t, 3>, 14> known{{{5000, 1100, 55},
                                                             {5000, 1400, 70},
                                                             {5000, 1700, 85},
                                                             {4500, 1400, 63},
                                                             {1550, 1100, 16},
                                                             {1550, 1400, 21},
                                                             {1550, 1700, 25},
                                                             {0, 1700, 0},
                                                             {99, 1700, 0},
                                                             {100, 1100, 1},
                                                             {199, 1700, 1},
                                                             {900, 1100, 9},
                                                             {1000, 1100, 11},
                                                             {5000, 0, 0}}};
    for (const auto& [forints, permille, points] : known)
        EXPECT_EQ(earned(forints, permille), points) << forints << " at " << permille;
}

TEST(Earning, CountsWholeUnitsOfACurrencyWithMinorDigits) {
    const auto euro = [](std::int64_t cents) {
        return points_earned(Money(cents, Currency::eur()), 1400).value();
    };
    EXPECT_EQ(euro(500'000), 70);
    EXPECT_EQ(euro(450'000), 63);
    EXPECT_EQ(euro(9'999), 0);
    EXPECT_EQ(euro(10'000), 1);
    EXPECT_EQ(euro(499'999), 68);
}

TEST(Earning, RefusesAnAmountBelowZero) {
    EXPECT_EQ(points_earned(Money(-1, Currency::huf()), 1100).error(), Refusal::amount_negative);
    EXPECT_EQ(points_earned(Money(-kMostMinor, Currency::eur()), 1100).error(),
              Refusal::amount_negative);
}

TEST(Earning, RefusesAMultiplierOutOfItsRange) {
    const Money amount(5000, Currency::huf());
    for (std::int64_t bad : {std::int64_t{-1}, kMaxMultiplierPermille + 1, kMostMinor})
        EXPECT_EQ(points_earned(amount, bad).error(), Refusal::multiplier_out_of_range);
    EXPECT_EQ(points_earned(amount, kMaxMultiplierPermille).value(), 50'000);
}

TEST(Earning, RefusesPointsThatDoNotFit) {
    const Money most(kMostMinor, Currency::huf());
    EXPECT_EQ(points_earned(most, 1700).value(), 156797324626531188);
    EXPECT_EQ(points_earned(most, 100'000).value(), kMostMinor / 100 * 100);
    EXPECT_EQ(points_earned(most, 101'000).error(), Refusal::amount_too_large);
}

TEST(Earning, NeverFallsWhenMoreIsBought) {
    test::expect_always([] {
        const auto less = test::draw<std::int64_t>(0, 1'000'000'000);
        const auto more = less + test::draw<std::int64_t>(0, 1'000'000'000);
        const auto permille = test::draw<std::int64_t>(0, 5000);
        RC_ASSERT(earned(less, permille) <= earned(more, permille));
        // Exactly between the two whole numbers that the product lies between.
        const std::int64_t product = less / 100 * permille;
        RC_ASSERT(earned(less, permille) * 1000 <= product);
        RC_ASSERT(product < (earned(less, permille) + 1) * 1000);
    });
}

TEST(RefundReversal, IsTheFloorOfTheShareRefundedSoFar) {
    const EarnedPurchase purchase{1550, 16};
    EXPECT_EQ(points_reversed(purchase, {0, 1550}).value(), 16);
    EXPECT_EQ(points_reversed(purchase, {0, 775}).value(), 8);
    EXPECT_EQ(points_reversed(purchase, {0, 96}).value(), 0);
    EXPECT_EQ(points_reversed(purchase, {0, 97}).value(), 1);
    EXPECT_EQ(points_reversed(purchase, {96, 1}).value(), 1);
    EXPECT_EQ(points_reversed(purchase, {1549, 1}).value(), 1);
    EXPECT_EQ(points_reversed(purchase, {1550, 0}).value(), 0);
    EXPECT_EQ(points_reversed({0, 0}, {0, 0}).value(), 0);
}

TEST(RefundReversal, RefusesMoreThanWasPaid) {
    const EarnedPurchase purchase{1550, 16};
    const std::array<RefundStep, 4> bad{{{0, 1551}, {1550, 1}, {1551, 0}, {1, kMostMinor}}};
    for (const RefundStep& step : bad)
        EXPECT_EQ(points_reversed(purchase, step).error(), Refusal::refund_exceeds_purchase);
}

TEST(RefundReversal, RefusesAmountsBelowZero) {
    EXPECT_EQ(points_reversed({1550, 16}, {0, -1}).error(), Refusal::amount_negative);
    EXPECT_EQ(points_reversed({1550, 16}, {-1, 1}).error(), Refusal::amount_negative);
    EXPECT_EQ(points_reversed({-1, 16}, {0, 0}).error(), Refusal::amount_negative);
}

TEST(RefundReversal, StopsAtPointsThatNobodyCanHaveEarned) {
    EXPECT_DEATH((void)points_reversed({1550, -1}, {0, 1}), "check failed");
}

TEST(RefundReversal, HoldsTheLargestNumbers) {
    const EarnedPurchase most{kMostMinor, kMostMinor};
    EXPECT_EQ(points_reversed(most, {0, kMostMinor}).value(), kMostMinor);
    EXPECT_EQ(points_reversed(most, {kMostMinor - 1, 1}).value(), 1);
}

TEST(RefundReversal, AddsUpToTheWholeHoweverTheRefundIsSplit) {
    test::expect_always([] {
        const auto paid = test::draw<std::int64_t>(1, 10'000'000);
        const auto permille = test::draw_of<std::int64_t>({1100, 1400, 1700, 999'999});
        const EarnedPurchase purchase{paid, earned(paid, permille)};
        std::int64_t refunded = 0;
        std::int64_t reversed = 0;
        while (refunded < paid) {
            const std::int64_t wish = test::draw<std::int64_t>(paid / 20 + 1, paid + 1);
            const std::int64_t refund = std::min(wish, paid - refunded);
            const std::int64_t step = points_reversed(purchase, {refunded, refund}).value();
            RC_ASSERT(step >= 0);
            refunded += refund;
            reversed += step;
            RC_ASSERT(reversed == purchase.points * refunded / paid);
        }
        RC_ASSERT(reversed == purchase.points);
    });
}

}  // namespace
}  // namespace counterfoil::loyalty
