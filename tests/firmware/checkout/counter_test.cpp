#include "firmware/checkout/counter.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/test_till.h"

namespace counterfoil::checkout {
namespace {

using base::Code;
using ledger::kOne;

const By kAnna{"anna", ""};

By asked(const std::string& request) {
    return {"anna", request};
}

Item item(int number) {
    static const std::int64_t kRates[] = {500, 1800, 2700};
    return {"59912340000" + std::to_string(number),
            "Product " + std::to_string(number),
            "food",
            300 + 17 * number,
            kRates[number % 3],
            false};
}

class CounterTest : public testing::Test {
  protected:
    Cart cart_of(std::vector<std::pair<int, int>> products) {
        Cart cart(money::Currency::huf(), 3);
        for (const auto& [number, pieces] : products)
            EXPECT_TRUE(cart.add(item(number), pieces * kOne).ok());
        return cart;
    }

    static std::string reason(const base::Error& error) {
        EXPECT_EQ(error.code(), Code::refused) << error.line();
        return error.message().substr(0, error.message().find(':'));
    }
    template <class T>
    static std::string refused(const base::Result<T>& result) {
        return result.ok() ? "done" : reason(result.error());
    }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    journal::Journal journal_ = journal::Journal::create(journal::Paths::in(folder_.path()),
                                                         till_.world(), till_.certificates)
                                    .value();
    Counter counter_{journal_, {}};
};

TEST_F(CounterTest, NothingIsSoldWithoutAShift) {
    EXPECT_EQ(refused(counter_.sell(cart_of({{1, 1}}), {{"cash", 1000, ""}}, kAnna)), "no_shift");
    EXPECT_EQ(refused(counter_.report()), "no_shift");
    EXPECT_EQ(refused(counter_.close_shift(0, kAnna)), "no_shift");
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    EXPECT_EQ(refused(counter_.open_shift(20'000, kAnna)), "shift_open");
}

TEST_F(CounterTest, ASaleIsRecordedWithItsChange) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    const auto sold = counter_.sell(cart_of({{1, 2}}), {{"cash", 1000, ""}}, kAnna);
    ASSERT_TRUE(sold.ok()) << sold.error().line();
    EXPECT_EQ(sold.value().body.total_minor, 634);
    EXPECT_EQ(sold.value().body.rounding_minor, 1);
    EXPECT_EQ(sold.value().change_minor, 365);
    EXPECT_EQ(counter_.sale_of(1).value(), sold.value().body);
    EXPECT_EQ(counter_.report().value().shift.cash_minor, 20'635);
}

TEST_F(CounterTest, TheSameRequestIsTheSameSale) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    const auto first = counter_.sell(cart_of({{1, 2}}), {{"cash", 1000, ""}}, asked("r-1"));
    const auto head = journal_.head();
    const auto again = counter_.sell(cart_of({{2, 9}}), {}, asked("r-1"));
    ASSERT_TRUE(again.ok()) << again.error().line();
    EXPECT_EQ(again.value().body, first.value().body);
    EXPECT_EQ(again.value().seq, first.value().seq);
    EXPECT_EQ(again.value().change_minor, first.value().change_minor);
    ASSERT_TRUE(counter_.refund({1, {}, "cash", "", "cold"}, asked("r-2")).ok());
    ASSERT_TRUE(counter_.refund({1, {}, "cash", "", "cold"}, asked("r-2")).ok());
    ASSERT_TRUE(counter_.cash_in(100, "coins", asked("r-3")).ok());
    ASSERT_TRUE(counter_.cash_in(100, "coins", asked("r-3")).ok());
    EXPECT_EQ(journal_.head().seq, head.seq + 2);
}

TEST_F(CounterTest, PointsOfPartialRefundsSumToWhatWasEarned) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    Cart cart = cart_of({{5, 7}, {8, 3}});
    cart.attach({{}, 100, 1700});
    const auto sold = counter_.sell(cart, {{"card", cart.price().value().total_minor, "1"}}, kAnna);
    ASSERT_TRUE(sold.ok()) << sold.error().line();
    std::int64_t points = 0;
    std::int64_t amount = 0;
    for (const Wanted& piece : std::vector<Wanted>{{1, kOne}, {2, 2 * kOne}, {1, 5 * kOne}}) {
        const auto back = counter_.refund({1, {piece}, "card", "1", "cold"}, kAnna);
        ASSERT_TRUE(back.ok()) << back.error().line();
        points += back.value().body.member->points_earned;
        amount += back.value().body.total_minor;
    }
    const auto rest = counter_.refund({1, {}, "card", "1", "cold"}, kAnna);
    ASSERT_TRUE(rest.ok());
    EXPECT_EQ(points + rest.value().body.member->points_earned,
              sold.value().body.member->points_earned);
    EXPECT_EQ(amount + rest.value().body.total_minor, sold.value().body.total_minor);
    EXPECT_EQ(refused(counter_.refund({1, {}, "card", "1", "cold"}, kAnna)), "quantity_over_sold");
}

TEST_F(CounterTest, RefusesWhatTheLedgerDoesNotHave) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    EXPECT_EQ(refused(counter_.refund({7, {}, "cash", "", "cold"}, kAnna)), "receipt_unknown");
    ASSERT_TRUE(counter_.sell(cart_of({{1, 1}}), {{"cash", 1000, ""}}, kAnna).ok());
    EXPECT_EQ(refused(counter_.refund({1, {}, "cash", "", ""}, kAnna)), "reason_missing");
    ASSERT_TRUE(counter_.refund({1, {}, "cash", "", "cold"}, kAnna).ok());
    EXPECT_EQ(refused(counter_.refund({2, {}, "cash", "", "cold"}, kAnna)), "receipt_is_refund");
    EXPECT_EQ(refused(counter_.refund({1, {{2, kOne}}, "cash", "", "cold"}, kAnna)),
              "line_unknown");
    EXPECT_EQ(reason(counter_.cash_out(1'000'000, "bank", kAnna).error()), "drawer_too_empty");
    EXPECT_EQ(reason(counter_.cash_in(-1, "bank", kAnna).error()), "amount_not_positive");
    EXPECT_EQ(reason(counter_.open_drawer("", kAnna).error()), "reason_missing");
}

TEST_F(CounterTest, TrainingIsNotCounted) {
    const auto trained = counter_.train(cart_of({{1, 2}}), {{"cash", 1000, ""}}, kAnna);
    ASSERT_TRUE(trained.ok()) << trained.error().line();
    EXPECT_EQ(trained.value().body.receipt, 0);
    EXPECT_EQ(journal_.totals().value().turnover_minor, 0);
    EXPECT_EQ(journal_.totals().value().training_sales, 1);
}

TEST_F(CounterTest, ACouponIsRedeemedWithItsSale) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    Cart cart = cart_of({{1, 2}});
    CartCoupon coupon{"0102030405060708", 42, {}};
    coupon.offer.kind = loyalty::OfferKind::fixed;
    coupon.offer.value = 100;
    cart.lay(coupon);
    ASSERT_TRUE(counter_.sell(cart, {{"cash", 1000, ""}}, kAnna).ok());
    EXPECT_EQ(journal_.counted().coupon_uses("0102030405060708").value(), 1);
    EXPECT_EQ(refused(counter_.sell(cart, {{"cash", 1000, ""}}, kAnna)), "coupon_used_up");
    EXPECT_EQ(journal_.totals().value().sales, 1);
}

// A day: what the sales say, what the shift says, what the drawer holds and what the ledger's
// totals say must be the same to the last forint.
TEST_F(CounterTest, AWholeDayAddsUp) {
    ASSERT_TRUE(counter_.open_shift(50'000, kAnna).ok());
    const std::uint64_t seed = 7;
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t bound) { return static_cast<int>(random() % bound); };
    std::int64_t sold = 0, back = 0, cash = 50'000, card = 0, sales = 0;
    for (int i = 0; i < 200; ++i) {
        till_.clock.advance(60'000);
        Cart cart = cart_of({{below(40), 1 + below(5)}, {below(40), 1 + below(2)}});
        const std::int64_t total = cart.price().value().total_minor;
        const bool in_cash = below(2) == 0;
        const auto done = counter_.sell(
            cart, {in_cash ? Payment{"cash", total + 500, ""} : Payment{"card", total, "1"}},
            asked("sale-" + std::to_string(i)));
        ASSERT_TRUE(done.ok()) << done.error().line();
        ++sales;
        sold += total;
        (in_cash ? cash : card) += done.value().body.tenders[0].amount_minor;
        if (below(10) != 0) continue;
        const auto refund =
            counter_.refund({done.value().body.receipt, {{1, kOne}}, "cash", "", "cold"}, kAnna);
        ASSERT_TRUE(refund.ok()) << refund.error().line();
        back += refund.value().body.total_minor;
        cash -= refund.value().body.tenders[0].amount_minor;
    }
    ASSERT_TRUE(counter_.cash_out(5000, "bank", kAnna).ok());
    cash -= 5000;
    const ShiftReport x = counter_.report().value();
    EXPECT_EQ(x.shift.sales, sales);
    EXPECT_EQ(x.shift.sales_minor, sold);
    EXPECT_EQ(x.shift.refunded_minor, back);
    EXPECT_EQ(x.shift.cash_minor, cash);
    EXPECT_EQ(x.tenders.at("card"), card);
    const ShiftReport z = counter_.close_shift(cash - 10, kAnna).value();
    EXPECT_EQ(z.difference_minor(), -10);
    EXPECT_FALSE(z.shift.is_open);
    EXPECT_EQ(journal_.totals().value().turnover_minor, sold);
    EXPECT_EQ(journal_.totals().value().refunded_minor, back);
    EXPECT_TRUE(journal_.check_all().ok());
}

}  // namespace
}  // namespace counterfoil::checkout
