#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "firmware/core/money/money.h"

namespace counterfoil::money {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr std::array<Rounding, 3> kRoundings{Rounding::down, Rounding::half_up,
                                             Rounding::half_even};

// What the name of the rounding says, found by trying whole numbers and comparing twice the
// distance with the denominator: no division.
std::int64_t by_trying(std::int64_t numerator, std::int64_t denominator, Rounding rounding) {
    std::int64_t below = -400;
    while ((below + 1) * denominator <= numerator) ++below;
    const std::int64_t twice_over = 2 * (numerator - below * denominator);
    if (rounding == Rounding::down || twice_over < denominator) return below;
    if (twice_over > denominator) return below + 1;
    if (rounding == Rounding::half_up) return numerator < 0 ? below : below + 1;
    return below % 2 == 0 ? below : below + 1;
}

TEST(DivideByTrying, AgreesForEveryRoundingAndSign) {
    for (std::int64_t n = -300; n <= 300; ++n)
        for (std::int64_t d = 1; d <= 40; ++d)
            for (Rounding rounding : kRoundings)
                ASSERT_EQ(divide(n, d, rounding), by_trying(n, d, rounding)) << n << "/" << d;
}

TEST(DivideAtTheEdge, HoldsTheLargestNumbers) {
    for (Rounding rounding : kRoundings) {
        EXPECT_EQ(divide(kSmallest, 1, rounding), kSmallest);
        EXPECT_EQ(divide(kLargest, 1, rounding), kLargest);
        EXPECT_EQ(divide(kLargest, kLargest, rounding), 1);
        EXPECT_EQ(divide(0, kLargest, rounding), 0);
    }
    EXPECT_EQ(divide(kSmallest, kLargest, Rounding::down), -2);
    EXPECT_EQ(divide(kSmallest, kLargest, Rounding::half_up), -1);
    EXPECT_EQ(divide(kLargest, 2, Rounding::half_up), kLargest / 2 + 1);
    EXPECT_EQ(divide(kLargest, 2, Rounding::half_even), kLargest / 2 + 1);
    EXPECT_EQ(divide(kLargest - 2, 2, Rounding::half_even), kLargest / 2 - 1);
    EXPECT_EQ(divide(1, kLargest, Rounding::half_up), 0);
    EXPECT_EQ(divide(-1, kLargest, Rounding::down), -1);
}

TEST(DivideAtTheEdge, StopsAtADenominatorThatIsNotPositive) {
    EXPECT_DEATH((void)divide(1, 0, Rounding::down), "check failed");
    EXPECT_DEATH((void)divide(1, -1, Rounding::down), "check failed");
    EXPECT_DEATH((void)scale(1, 1, 0, Rounding::down), "check failed");
}

TEST(ScaleByTrying, AgreesWithADivisionWhereTheProductFits) {
    std::mt19937_64 random(1);
    const auto pick = [&](std::int64_t bound) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * bound)) - bound;
    };
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t value = pick(1'000'000'000);
        const std::int64_t numerator = pick(1'000'000'000);
        const std::int64_t denominator = pick(50'000) + 50'001;
        for (Rounding rounding : kRoundings)
            ASSERT_EQ(scale(value, numerator, denominator, rounding).value(),
                      divide(value * numerator, denominator, rounding));
    }
}

TEST(ScaleAtTheEdge, FitsOrIsAnOverflow) {
    EXPECT_EQ(scale(kSmallest, kLargest, kLargest, Rounding::half_up).value(), kSmallest);
    EXPECT_EQ(scale(kSmallest, kSmallest, kLargest, Rounding::down).error().code(),
              base::Code::overflow);
    EXPECT_EQ(scale(kSmallest, -1, 1, Rounding::down).error().code(), base::Code::overflow);
    EXPECT_EQ(scale(kLargest, -1, 1, Rounding::down).value(), -kLargest);
    EXPECT_EQ(scale(kLargest, 3, 2, Rounding::down).error().code(), base::Code::overflow);
    EXPECT_EQ(scale(kLargest / 3 * 2, 3, 2, Rounding::down).value(), kLargest / 3 * 3);
    EXPECT_EQ(scale(kLargest, 2, 2, Rounding::half_up).value(), kLargest);
}

TEST(MoneyAtTheEdge, AddsUpToTheLastUnit) {
    const Currency huf = Currency::huf();
    EXPECT_EQ(Money(kSmallest + 1, huf).minus(Money(1, huf)).value().minor(), kSmallest);
    EXPECT_EQ(Money(kSmallest, huf).plus(Money(kLargest, huf)).value().minor(), -1);
    EXPECT_FALSE(Money(kSmallest, huf).plus(Money(-1, huf)).ok());
    EXPECT_FALSE(Money(0, huf).minus(Money(kSmallest, huf)).ok());
    EXPECT_EQ(Money(-1, huf).minus(Money(kLargest, huf)).value().minor(), kSmallest);
    EXPECT_FALSE(Money(-2, huf).minus(Money(kLargest, huf)).ok());
    EXPECT_EQ(Money(kSmallest, huf).times(1).value().minor(), kSmallest);
    EXPECT_EQ(Money(kSmallest, huf).times(-1).error().code(), base::Code::overflow);
    EXPECT_EQ(Money(kSmallest, huf).times(0).value().minor(), 0);
    EXPECT_EQ(Money(kLargest / 3, huf).times(-3).value().minor(), -(kLargest / 3) * 3);
}

TEST(MoneyCurrencies, AreThoseOfTheTableWithTheirDigits) {
    EXPECT_EQ(Currency::from_code("HUF").value().minor_digits(), 0);
    for (const char* code : {"EUR", "USD", "GBP", "CHF", "CZK", "PLN", "RON", "RSD", "UAH"}) {
        const Currency currency = Currency::from_code(code).value();
        EXPECT_EQ(currency.code(), code);
        EXPECT_EQ(Money(-123'405, currency).text(), "-1234.05 " + std::string(code));
        EXPECT_EQ(Money::parse("-1234.05 " + std::string(code)).value(), Money(-123'405, currency));
    }
    for (const char* bad : {"", "huf", "HU", "HUFF", "JPY", "HUF "})
        EXPECT_EQ(Currency::from_code(bad).error().code(), base::Code::invalid_argument) << bad;
    EXPECT_FALSE(Currency::huf() == Currency::eur());
    EXPECT_FALSE(Money(1, Currency::huf()) == Money(1, Currency::eur()));
}

TEST(MoneyCurrencies, AreNeverTakenFromOneAnother) {
    EXPECT_DEATH((void)Money(1, Currency::huf()).minus(Money(1, Currency::eur())), "check failed");
}

TEST(MoneyText, GoesToTheLastUnitThatFits) {
    EXPECT_EQ(Money::parse("9223372036854775807 HUF").value().minor(), kLargest);
    EXPECT_EQ(Money::parse("-9223372036854775807 HUF").value().minor(), -kLargest);
    EXPECT_EQ(Money::parse("92233720368547758.07 EUR").value().minor(), kLargest);
    for (const char* large : {"9223372036854775808 HUF", "92233720368547758.08 EUR",
                              "92233720368547759.00 EUR", "100000000000000000000 HUF"})
        EXPECT_EQ(Money::parse(large).error().code(), base::Code::overflow) << large;
}

// Whatever character stands wherever: refused, or the one text of another amount.
TEST(MoneyText, IsTheOnlyOneOfItsAmount) {
    for (const std::string text : {"1290 HUF", "-12.90 EUR", "0.05 EUR"}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (int c = 0; c < 256; ++c) {
                std::string changed = text;
                changed[at] = static_cast<char>(c);
                const auto read = Money::parse(changed);
                if (!read.ok()) continue;
                EXPECT_EQ(read.value().text(), changed);
            }
        }
    }
}

}  // namespace
}  // namespace counterfoil::money
