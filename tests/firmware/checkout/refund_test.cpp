#include "firmware/checkout/refund.h"

#include <gtest/gtest.h>

#include "tests/support/properties.h"

namespace counterfoil::checkout {
namespace {

using journal::GivenBack;
using ledger::kOne;
using ledger::Sale;

// Three burgers for 1000 together, and 0.350 kg of salad.
Sale sale() {
    Sale sale;
    sale.lines = {{"1", "burger", 3 * kOne, false, 400, 1200, 200, 500},
                  {"2", "salad", 350, true, 4290, 1502, 0, 1800}};
    return sale;
}

std::string_view refused(const std::vector<Wanted>& wanted,
                         const std::vector<GivenBack>& before = {}) {
    const auto priced = price_refund(sale(), before, wanted);
    return priced.ok() ? "priced" : refusal_name(priced.error());
}

TEST(Refund, PartsOfALineSumToWhatWasPaid) {
    std::vector<GivenBack> before;
    std::int64_t sum = 0;
    for (const std::int64_t expected : {333, 333, 334}) {
        const auto priced = price_refund(sale(), before, {{1, kOne}});
        ASSERT_TRUE(priced.ok());
        EXPECT_EQ(priced.value()[0].amount_minor, expected);
        sum += expected;
        before = {{1, (before.empty() ? 0 : before[0].quantity_milli) + kOne, sum}};
    }
    EXPECT_EQ(sum, 1000);
    EXPECT_EQ(refused({{1, kOne}}, before), "quantity_over_sold");
}

TEST(Refund, EverythingLeftIsTheRest) {
    const auto left = everything_left(sale(), {{1, 2 * kOne, 666}});
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].quantity_milli, kOne);
    const auto priced = price_refund(sale(), {{1, 2 * kOne, 666}}, left).value();
    EXPECT_EQ(priced[0].amount_minor, 334);
    EXPECT_EQ(priced[1].amount_minor, 1502);
    EXPECT_EQ(priced[1].vat_basis_points, 1800);
    EXPECT_TRUE(everything_left(sale(), {{1, 3 * kOne, 1000}, {2, 350, 1502}}).empty());
}

TEST(Refund, RefusesWhatWasNotSold) {
    EXPECT_EQ(refused({}), "quantity_over_sold");
    EXPECT_EQ(refused({{3, kOne}}), "line_unknown");
    EXPECT_EQ(refused({{0, kOne}}), "line_unknown");
    EXPECT_EQ(refused({{1, kOne}, {1, kOne}}), "line_unknown");
    EXPECT_EQ(refused({{1, 4 * kOne}}), "quantity_over_sold");
    EXPECT_EQ(refused({{1, kOne / 2}}), "quantity_not_whole");
    EXPECT_EQ(refused({{2, 100}}), "priced");
    EXPECT_EQ(refused({{2, 351}}), "quantity_over_sold");
    EXPECT_EQ(refused({{2, -1}}), "amount_not_positive");
}

TEST(RefundProperty, AnySplitSumsToTheWhole) {
    test::expect_always([] {
        Sale sold;
        const auto quantity = test::draw<std::int64_t>(1, 5000);
        const auto gross = test::draw<std::int64_t>(0, 100'000);
        const auto discount = test::draw<std::int64_t>(0, gross + 1);
        sold.lines = {{"1", "salad", quantity, true, 1, gross, discount, 500}};
        GivenBack so_far{1, 0, 0};
        while (so_far.quantity_milli < quantity) {
            const auto piece = test::draw<std::int64_t>(1, quantity - so_far.quantity_milli + 1);
            const auto priced = price_refund(sold, {so_far}, {{1, piece}});
            RC_ASSERT(priced.ok());
            RC_ASSERT(priced.value()[0].amount_minor >= 0);
            so_far.quantity_milli += piece;
            so_far.amount_minor += priced.value()[0].amount_minor;
        }
        RC_ASSERT(so_far.amount_minor == gross - discount);
    });
}

}  // namespace
}  // namespace counterfoil::checkout
