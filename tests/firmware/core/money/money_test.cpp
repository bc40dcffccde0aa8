#include "firmware/core/money/money.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "firmware/core/money/vat.h"

namespace counterfoil::money {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

Money huf(std::int64_t minor) {
    return Money(minor, Currency::huf());
}
Money eur(std::int64_t minor) {
    return Money(minor, Currency::eur());
}
VatRate rate(std::int64_t basis_points) {
    return VatRate::from_basis_points(basis_points).value();
}

// The neighbours of the exact quotient, told apart without a division of our own.
TEST(Divide, SettlesEveryRemainderAsNamed) {
    for (std::int64_t n = -60; n <= 60; ++n) {
        for (std::int64_t d = 1; d <= 12; ++d) {
            const double exact = static_cast<double>(n) / static_cast<double>(d);
            EXPECT_EQ(divide(n, d, Rounding::down), static_cast<std::int64_t>(std::floor(exact)));
            EXPECT_EQ(divide(n, d, Rounding::half_up), std::llround(exact)) << n << "/" << d;
            EXPECT_EQ(divide(n, d, Rounding::half_even), std::llrint(exact)) << n << "/" << d;
        }
    }
}

TEST(Scale, HoldsTheProductExactlyAndReportsWhatDoesNotFit) {
    EXPECT_EQ(scale(kMax, 1000, 1000, Rounding::down).value(), kMax);
    EXPECT_EQ(scale(kMin, 3, 3, Rounding::half_up).value(), kMin);
    EXPECT_EQ(scale(kMax, 2, 1, Rounding::down).error().code(), base::Code::overflow);
    EXPECT_EQ(scale(45, 1400, 1000, Rounding::down).value(), 63);
}

TEST(Money, ReportsOverflow) {
    EXPECT_EQ(huf(kMax).plus(huf(1)).error().code(), base::Code::overflow);
    EXPECT_EQ(huf(kMin).minus(huf(1)).error().code(), base::Code::overflow);
    EXPECT_EQ(huf(kMax).times(2).error().code(), base::Code::overflow);
    EXPECT_EQ(huf(kMax - 1).plus(huf(1)).value(), huf(kMax));
    EXPECT_EQ(huf(7).minus(huf(9)).value(), huf(-2));
}

TEST(Money, NeverMixesCurrencies) {
    EXPECT_DEATH((void)huf(1).plus(eur(1)), "check failed");
}

TEST(Money, IsReadBackFromItsText) {
    EXPECT_EQ(huf(1290).text(), "1290 HUF");
    EXPECT_EQ(eur(1290).text(), "12.90 EUR");
    EXPECT_EQ(eur(-5).text(), "-0.05 EUR");
    EXPECT_EQ(huf(kMin).text(), "-9223372036854775808 HUF");
    for (std::int64_t minor :
         std::initializer_list<std::int64_t>{0, 1, -1, 99, 100, -12'345, kMax / 200}) {
        EXPECT_EQ(Money::parse(huf(minor).text()).value(), huf(minor));
        EXPECT_EQ(Money::parse(eur(minor).text()).value(), eur(minor));
    }
}

TEST(Money, RefusesEveryOtherText) {
    for (const char* bad : {"",
                            "1290",
                            "12.9 EUR",
                            "12.90EUR",
                            "01 HUF",
                            "1 ABC",
                            "--1 HUF",
                            " 1 HUF",
                            "1  HUF",
                            "1. EUR",
                            ".50 EUR",
                            "1,00 EUR",
                            "1.0x EUR",
                            "+1 HUF",
                            "1.00 HUF",
                            "1 HUF ",
                            "- HUF",
                            " HUF",
                            "1.-5 EUR",
                            "9223372036854775808 HUF",
                            "92233720368547758.08 EUR"})
        EXPECT_FALSE(Money::parse(bad).ok()) << bad;
}

TEST(RoundCash, GoesToTheNearestFive) {
    const std::int64_t expected[] = {1000, 1000, 1000, 1005, 1005, 1005,
                                     1005, 1005, 1010, 1010, 1010};
    for (std::int64_t i = 0; i <= 10; ++i) {
        EXPECT_EQ(round_cash(huf(1000 + i), 5).value(), huf(expected[i])) << i;
        EXPECT_EQ(round_cash(huf(-1000 - i), 5).value(), huf(-expected[i])) << i;
    }
    EXPECT_EQ(round_cash(eur(1), 1).value(), eur(1));
    EXPECT_FALSE(round_cash(huf(kMax), 10).ok());
}

TEST(Vat, SplitsToTheMinorUnit) {
    EXPECT_EQ(split_gross(huf(1270), rate(2700)).value().tax, huf(270));
    EXPECT_EQ(split_gross(huf(1050), rate(500)).value().tax, huf(50));
    EXPECT_EQ(split_gross(huf(999), rate(0)).value().tax, huf(0));
    for (std::int64_t gross = -3000; gross < 3000; gross += 7) {
        for (std::int64_t points : {0, 500, 1800, 2700, 10'000}) {
            const VatSplit split = split_gross(huf(gross), rate(points)).value();
            EXPECT_EQ(split.net.minor() + split.tax.minor(), gross);
            const double exact = static_cast<double>(gross) * static_cast<double>(points) /
                                 static_cast<double>(10'000 + points);
            EXPECT_LE(std::abs(static_cast<double>(split.tax.minor()) - exact), 0.5);
        }
    }
}

TEST(Vat, RefusesARateOverTheWhole) {
    EXPECT_FALSE(VatRate::from_basis_points(-1).ok());
    EXPECT_FALSE(VatRate::from_basis_points(10'001).ok());
}

TEST(Vat, AddsUpToWhatWasPaid) {
    const auto lines = vat_by_rate({{huf(1890), rate(500)},
                                    {huf(690), rate(2700)},
                                    {huf(890), rate(500)},
                                    {huf(451), rate(2700)}});
    ASSERT_TRUE(lines.ok());
    ASSERT_EQ(lines.value().size(), 2u);
    EXPECT_EQ(lines.value()[0].rate, rate(500));
    EXPECT_EQ(lines.value()[0].split.gross, huf(2780));
    EXPECT_EQ(lines.value()[1].split.gross, huf(1141));
    EXPECT_FALSE(vat_by_rate({{huf(kMax), rate(0)}, {huf(1), rate(0)}}).ok());
}

}  // namespace
}  // namespace counterfoil::money
