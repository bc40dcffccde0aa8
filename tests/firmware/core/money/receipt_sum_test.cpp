#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "firmware/core/money/vat.h"

namespace counterfoil::money {
namespace {

constexpr std::int64_t kMostMinor = std::numeric_limits<std::int64_t>::max();

Money forints(std::int64_t minor) {
    return Money(minor, Currency::huf());
}
VatRate percent(std::int64_t whole) {
    return VatRate::from_basis_points(whole * 100).value();
}

TEST(ReceiptVat, IsThatOfThePriceList) {
    const std::array<std::array<std::int64_t, 4>, 11> known{{{1270, 27, 1000, 270},
                                                             {1050, 5, 1000, 50},
                                                             {1180, 18, 1000, 180},
                                                             {1000, 27, 787, 213},
                                                             {1, 27, 1, 0},
                                                             {3, 27, 2, 1},
                                                             {-1270, 27, -1000, -270},
                                                             {200, 100, 100, 100},
                                                             {1, 100, 0, 1},
                                                             {5, 100, 2, 3},
                                                             {-1, 100, 0, -1}}};
    for (const auto& [gross, rate, net, tax] : known) {
        const VatSplit split = split_gross(forints(gross), percent(rate)).value();
        EXPECT_EQ(split.gross, forints(gross));
        EXPECT_EQ(split.net, forints(net)) << gross;
        EXPECT_EQ(split.tax, forints(tax)) << gross;
    }
}

// The tax is the nearest whole number: twice its distance from the exact one is at most one unit.
TEST(ReceiptVat, IsTheNearestUnitAndItsPartsAreTheWhole) {
    for (std::int64_t rate : {0, 5, 18, 27}) {
        for (std::int64_t gross = -2000; gross <= 20'000; ++gross) {
            const VatSplit split = split_gross(forints(gross), percent(rate)).value();
            ASSERT_EQ(split.net.minor() + split.tax.minor(), gross);
            const std::int64_t distance = split.tax.minor() * (100 + rate) - gross * rate;
            ASSERT_LE(2 * std::abs(distance), 100 + rate) << gross << " at " << rate;
        }
    }
}

TEST(ReceiptVat, OfAReturnIsTheSalesTurnedRound) {
    for (std::int64_t gross = 0; gross <= 3000; ++gross) {
        for (std::int64_t rate : {5, 18, 27}) {
            const VatSplit sale = split_gross(forints(gross), percent(rate)).value();
            const VatSplit back = split_gross(forints(-gross), percent(rate)).value();
            ASSERT_EQ(back.tax.minor(), -sale.tax.minor()) << gross;
        }
    }
}

TEST(ReceiptVat, HoldsTheLargestAmount) {
    const VatSplit split = split_gross(forints(kMostMinor), percent(27)).value();
    EXPECT_EQ(split.net.plus(split.tax).value().minor(), kMostMinor);
    EXPECT_GT(split.tax.minor(), kMostMinor / 127 * 26);
}

TEST(ReceiptLines, StandInTheOrderOfTheirRates) {
    const auto lines = vat_by_rate({{forints(1), percent(27)},
                                    {forints(2), percent(0)},
                                    {forints(3), percent(18)},
                                    {forints(4), percent(5)},
                                    {forints(5), percent(27)}});
    ASSERT_TRUE(lines.ok());
    std::vector<std::int64_t> rates;
    std::vector<std::int64_t> sums;
    for (const VatLine& line : lines.value()) {
        rates.push_back(line.rate.basis_points());
        sums.push_back(line.split.gross.minor());
    }
    EXPECT_EQ(rates, (std::vector<std::int64_t>{0, 500, 1800, 2700}));
    EXPECT_EQ(sums, (std::vector<std::int64_t>{2, 4, 3, 6}));
    EXPECT_TRUE(vat_by_rate({}).value().empty());
}

TEST(ReceiptLines, AddUpToWhatWasPaidWhateverWasBought) {
    std::mt19937_64 random(1);
    for (int receipt = 0; receipt < 500; ++receipt) {
        std::vector<VatItem> items;
        std::int64_t paid = 0;
        for (std::uint64_t i = random() % 30; i > 0; --i) {
            const auto gross = static_cast<std::int64_t>(random() % 5000) - 500;
            const std::array<std::int64_t, 4> rates{0, 5, 18, 27};
            items.push_back({forints(gross), percent(rates[random() % 4])});
            paid += gross;
        }
        const auto lines = vat_by_rate(items);
        ASSERT_TRUE(lines.ok());
        std::int64_t parts = 0;
        for (const VatLine& line : lines.value())
            parts += line.split.net.minor() + line.split.tax.minor();
        ASSERT_EQ(parts, paid);
        std::reverse(items.begin(), items.end());
        const auto again = vat_by_rate(items);
        for (std::size_t i = 0; i < lines.value().size(); ++i)
            ASSERT_EQ(again.value()[i].split.tax, lines.value()[i].split.tax);
    }
}

// Three items of 1 HUF at 27 % bear no tax one by one, but 1 HUF together.
TEST(ReceiptLines, TaxTheSumAndNotTheItem) {
    const auto lines = vat_by_rate(std::vector<VatItem>(3, VatItem{forints(1), percent(27)}));
    ASSERT_EQ(lines.value().size(), 1u);
    EXPECT_EQ(lines.value()[0].split.tax, forints(1));
}

TEST(ReceiptLines, ReportASumThatDoesNotFit) {
    const auto lines = vat_by_rate({{forints(kMostMinor), percent(5)}, {forints(1), percent(5)}});
    ASSERT_FALSE(lines.ok());
    EXPECT_EQ(lines.error().code(), base::Code::overflow);
    EXPECT_TRUE(vat_by_rate({{forints(kMostMinor), percent(5)}, {forints(1), percent(18)}}).ok());
}

TEST(ReceiptLines, NeverMixCurrencies) {
    const std::vector<VatItem> mixed{{forints(1), percent(5)},
                                     {Money(1, Currency::eur()), percent(5)}};
    EXPECT_DEATH((void)vat_by_rate(mixed), "check failed");
}

TEST(ReceiptVat, RateIsBoundedByNothingAndTheWhole) {
    EXPECT_EQ(VatRate::from_basis_points(0).value().basis_points(), 0);
    EXPECT_EQ(VatRate::from_basis_points(10'000).value().basis_points(), 10'000);
    for (std::int64_t bad : {std::int64_t{-1}, std::int64_t{10'001}, kMostMinor, -kMostMinor})
        EXPECT_EQ(VatRate::from_basis_points(bad).error().code(), base::Code::invalid_argument);
}

TEST(ReceiptCash, IsAMultipleOfTheStepAndTheNearest) {
    for (std::int64_t step : {1, 2, 5, 10, 50}) {
        for (std::int64_t amount = -300; amount <= 300; ++amount) {
            const std::int64_t paid = round_cash(forints(amount), step).value().minor();
            ASSERT_EQ(paid % step, 0) << amount;
            ASSERT_LE(2 * std::abs(paid - amount), step) << amount;
            if (2 * std::abs(paid - amount) == step) {
                ASSERT_GT(std::abs(paid), std::abs(amount));
            }
        }
    }
}

TEST(ReceiptCash, ReportsWhatDoesNotFit) {
    EXPECT_EQ(round_cash(forints(kMostMinor), 10).error().code(), base::Code::overflow);
    EXPECT_EQ(round_cash(forints(-kMostMinor), 10).error().code(), base::Code::overflow);
    EXPECT_EQ(round_cash(forints(kMostMinor), 5).value().minor(), kMostMinor - 2);
    EXPECT_DEATH((void)round_cash(forints(1), 0), "check failed");
}

}  // namespace
}  // namespace counterfoil::money
