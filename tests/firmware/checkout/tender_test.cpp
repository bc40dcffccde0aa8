#include "firmware/checkout/tender.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/properties.h"

namespace counterfoil::checkout {
namespace {

using money::Currency;
using money::Money;

Judged<Settlement> settled(std::int64_t total, const std::vector<Payment>& payments) {
    return settle(Money(total, Currency::huf()), payments, 5);
}

std::string_view refused(std::int64_t total, const std::vector<Payment>& payments) {
    const auto settlement = settled(total, payments);
    return settlement.ok() ? "settled" : refusal_name(settlement.error());
}

TEST(Settle, CashIsRoundedAndGivesChange) {
    const auto settlement = settled(1892, {{"cash", 2000, ""}});
    ASSERT_TRUE(settlement.ok());
    EXPECT_EQ(settlement.value().rounding_minor, -2);
    EXPECT_EQ(settlement.value().change_minor, 110);
    EXPECT_EQ(settlement.value().tenders,
              (std::vector<ledger::SaleTender>{{"cash", 1890, 2000, ""}}));
}

TEST(Settle, CardsPayToTheMinorUnit) {
    const auto settlement = settled(1892, {{"card", 1892, "0042"}});
    ASSERT_TRUE(settlement.ok());
    EXPECT_EQ(settlement.value().rounding_minor, 0);
    EXPECT_EQ(settlement.value().change_minor, 0);
}

TEST(Settle, OnlyWhatIsLeftForCashIsRounded) {
    const auto settlement =
        settled(1893, {{"cash", 500, ""}, {"card", 1000, "1"}, {"voucher", 400, "V7"}});
    ASSERT_TRUE(settlement.ok());
    EXPECT_EQ(settlement.value().rounding_minor, 2);
    EXPECT_EQ(settlement.value().change_minor, 5);
    EXPECT_EQ(settlement.value().tenders.back(), (ledger::SaleTender{"cash", 495, 500, ""}));
}

TEST(Settle, ATotalOfNothingNeedsNoPayment) {
    EXPECT_EQ(refused(0, {}), "settled");
}

TEST(Settle, RefusesWhatDoesNotPayTheTotal) {
    EXPECT_EQ(refused(1000, {}), "not_paid");
    EXPECT_EQ(refused(1000, {{"cash", 995, ""}}), "not_paid");
    EXPECT_EQ(refused(1000, {{"card", 400, "1"}}), "not_paid");
    EXPECT_EQ(refused(1000, {{"card", 1001, "1"}}), "card_overpaid");
    EXPECT_EQ(refused(1000, {{"card", 1000, ""}}), "tender_reference_missing");
    EXPECT_EQ(refused(1000, {{"gold", 1000, "1"}}), "tender_unknown");
    EXPECT_EQ(refused(1000, {{"cash", 0, ""}}), "amount_not_positive");
    EXPECT_EQ(refused(1000, {{"cash", -5, ""}}), "amount_not_positive");
    EXPECT_EQ(refused(1000, {{"cash", INT64_MAX, ""}}), "amount_too_large");
    EXPECT_EQ(refused(1000, std::vector<Payment>(9, {"cash", 500, ""})), "too_many_tenders");
}

TEST(SettleProperty, TendersAreAlwaysTheTotalAndItsRounding) {
    test::expect_always([] {
        const auto total = test::draw<std::int64_t>(0, 200'000);
        std::vector<Payment> payments;
        const int count = test::draw(0, 4);
        for (int i = 0; i < count; ++i) {
            const bool cash = test::one_in(2);
            payments.push_back(
                {cash ? "cash" : "card", test::draw<std::int64_t>(1, 150'000), cash ? "" : "1"});
        }
        const auto settlement = settled(total, payments);
        if (!settlement.ok()) return;
        std::int64_t kept = 0;
        std::int64_t given = 0;
        for (const auto& tender : settlement.value().tenders) {
            kept += tender.amount_minor;
            given += tender.given_minor;
        }
        RC_ASSERT(kept == total + settlement.value().rounding_minor);
        RC_ASSERT(given - kept == settlement.value().change_minor);
        RC_ASSERT(std::abs(settlement.value().rounding_minor) <= 2);
    });
}

TEST(Refusals, EachHasItsNameAndTwoSentences) {
    for (std::size_t i = 0; i < kRefusals; ++i) {
        const auto refusal = static_cast<Refusal>(i);
        EXPECT_FALSE(refusal_name(refusal).empty());
        EXPECT_TRUE(refusal_sentence(refusal).english.ends_with('.')) << i;
        EXPECT_TRUE(refusal_sentence(refusal).hungarian.ends_with('.')) << i;
    }
}

}  // namespace
}  // namespace counterfoil::checkout
