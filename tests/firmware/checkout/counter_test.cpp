#include "firmware/checkout/counter.h"

#include <gtest/gtest.h>

#include <map>

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

    template <class T>
    static std::string refused(const Outcome<T>& result) {
        return result.ok() ? "done" : result.error().code();
    }
    Outcome<Recorded<ledger::Sale>> sell(const Cart& cart, const std::vector<Payment>& payments,
                                         const By& by) {
        return counter_.sell(cart, cart.price().value(), payments, by);
    }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    journal::Journal journal_ = journal::Journal::create(journal::Paths::in(folder_.path()),
                                                         till_.world(), till_.certificates)
                                    .value();
    Counter counter_{journal_, {}};
};

TEST_F(CounterTest, NothingIsSoldWithoutAShift) {
    EXPECT_EQ(refused(sell(cart_of({{1, 1}}), {{"cash", 1000, ""}}, kAnna)), "no_shift");
    EXPECT_EQ(refused(counter_.report()), "no_shift");
    EXPECT_EQ(refused(counter_.close_shift(0, kAnna)), "no_shift");
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    EXPECT_EQ(refused(counter_.open_shift(20'000, kAnna)), "shift_open");
}

TEST_F(CounterTest, ASaleIsRecordedWithItsChange) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    const auto sold = sell(cart_of({{1, 2}}), {{"cash", 1000, ""}}, kAnna);
    ASSERT_TRUE(sold.ok()) << sold.error().code();
    EXPECT_EQ(sold.value().body.total_minor, 634);
    EXPECT_EQ(sold.value().body.rounding_minor, 1);
    EXPECT_EQ(sold.value().change_minor, 365);
    EXPECT_EQ(counter_.sale_of(1).value(), sold.value().body);
    EXPECT_EQ(counter_.report().value().expected_minor, 20'635);
}

TEST_F(CounterTest, TheSameRequestIsTheSameSale) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    const auto first = sell(cart_of({{1, 2}}), {{"cash", 1000, ""}}, asked("r-1"));
    const auto head = journal_.head();
    const auto again = sell(cart_of({{2, 9}}), {}, asked("r-1"));
    ASSERT_TRUE(again.ok()) << again.error().code();
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
    const auto sold = sell(cart, {{"card", cart.price().value().total_minor, "1"}}, kAnna);
    ASSERT_TRUE(sold.ok()) << sold.error().code();
    std::int64_t points = 0;
    std::int64_t amount = 0;
    for (const Wanted& piece : std::vector<Wanted>{{1, kOne}, {2, 2 * kOne}, {1, 5 * kOne}}) {
        const auto back = counter_.refund({1, {piece}, "card", "1", "cold"}, kAnna);
        ASSERT_TRUE(back.ok()) << back.error().code();
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
    ASSERT_TRUE(sell(cart_of({{1, 1}}), {{"cash", 1000, ""}}, kAnna).ok());
    EXPECT_EQ(refused(counter_.refund({1, {}, "cash", "", ""}, kAnna)), "reason_missing");
    ASSERT_TRUE(counter_.refund({1, {}, "cash", "", "cold"}, kAnna).ok());
    EXPECT_EQ(refused(counter_.refund({2, {}, "cash", "", "cold"}, kAnna)), "receipt_is_refund");
    EXPECT_EQ(refused(counter_.refund({1, {{2, kOne}}, "cash", "", "cold"}, kAnna)),
              "line_unknown");
    EXPECT_EQ(refused(counter_.cash_out(1'000'000, "bank", kAnna)), "drawer_too_empty");
    EXPECT_EQ(refused(counter_.cash_in(-1, "bank", kAnna)), "amount_not_positive");
    EXPECT_EQ(refused(counter_.open_drawer("", kAnna)), "reason_missing");
}

TEST_F(CounterTest, TrainingIsNotCounted) {
    const auto trained = counter_.train(cart_of({{1, 2}}), cart_of({{1, 2}}).price().value(),
                                        {{"cash", 1000, ""}}, kAnna);
    ASSERT_TRUE(trained.ok()) << trained.error().code();
    EXPECT_EQ(trained.value().body.receipt, 0);
    EXPECT_EQ(journal_.totals().value().turnover_minor, 0);
    EXPECT_EQ(journal_.totals().value().training_sales, 1);
}

TEST_F(CounterTest, ACouponIsRedeemedWithItsSale) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    Cart cart = cart_of({{1, 2}});
    CartCoupon coupon;
    coupon.coupon = coupon.redemption.coupon = "0102030405060708";
    coupon.offer.kind = loyalty::OfferKind::fixed;
    coupon.offer.value = 100;
    cart.lay(coupon);
    ASSERT_TRUE(sell(cart, {{"cash", 1000, ""}}, kAnna).ok());
    EXPECT_EQ(journal_.counted().spending().coupon_uses("0102030405060708").value(), 1);
    EXPECT_EQ(refused(sell(cart, {{"cash", 1000, ""}}, kAnna)), "terminal_state");
    EXPECT_EQ(journal_.totals().value().sales, 1);
}

TEST_F(CounterTest, ClosingIsReportedOnceAndAnswersAgain) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    ASSERT_TRUE(sell(cart_of({{1, 2}}), {{"cash", 1000, ""}}, kAnna).ok());
    const auto x = counter_.report().value();
    EXPECT_EQ(x.number, 0);
    EXPECT_FALSE(x.counted_minor);
    const auto before = journal_.head();
    const auto z = counter_.close_shift(20'600, asked("z-1"));
    ASSERT_TRUE(z.ok()) << z.error().code();
    EXPECT_EQ(z.value().body.number, 1);
    EXPECT_EQ(z.value().body.difference_minor(), -35);
    EXPECT_EQ(journal_.head().seq, before.seq + 2);
    EXPECT_EQ(refused(counter_.close_shift(1, asked("z-1"))), "request_reused");
    const auto again = counter_.close_shift(20'600, asked("z-1"));
    ASSERT_TRUE(again.ok()) << again.error().code();
    EXPECT_EQ(again.value().body, z.value().body);
    EXPECT_EQ(journal_.head().seq, before.seq + 2);
    EXPECT_EQ(refused(counter_.close_shift(1, asked("z-2"))), "no_shift");
    ShiftReport as_x = z.value().body;
    as_x.number = 0;
    as_x.counted_minor.reset();
    as_x.request.clear();
    EXPECT_EQ(as_x, x);
    ASSERT_TRUE(counter_.open_shift(0, kAnna).ok());
    EXPECT_EQ(counter_.close_shift(0, kAnna).value().body.number, 2);
    EXPECT_TRUE(journal_.check_all().ok());
}

TEST_F(CounterTest, ClosingSaysWhatWasInTheDrawer) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    EXPECT_EQ(refused(counter_.close_shift(-1, kAnna)), "amount_negative");
    ASSERT_TRUE(counter_.close_shift(20'010, kAnna).ok());
    const auto closing = journal_.find_event(journal_.head().seq - 1).value();
    ASSERT_TRUE(closing);
    EXPECT_NE(closing->bytes.find("\"type\":\"shift_closed\",\"body\":{\"expected_minor\":20000,"
                                  "\"counted_minor\":20010,\"difference_minor\":10}"),
              std::string::npos)
        << closing->bytes;
}

TEST_F(CounterTest, ARefundTellsItsTax) {
    ASSERT_TRUE(counter_.open_shift(20'000, kAnna).ok());
    ASSERT_TRUE(sell(cart_of({{1, 1}, {2, 1}}), {{"cash", 1000, ""}}, kAnna).ok());
    const auto back = counter_.refund({1, {{2, kOne}}, "cash", "", "cold"}, kAnna);
    ASSERT_TRUE(back.ok()) << back.error().code();
    EXPECT_EQ(back.value().body.lines[0].vat_basis_points, 2700);
}

TEST(CounterInEuro, AnEmptyShiftIsReportedInItsCurrency) {
    const test::TemporaryFolder folder;
    test::TestTill till;
    auto journal = journal::Journal::create(journal::Paths::in(folder.path()), till.world(),
                                            till.certificates);
    Counter counter(journal.value(), {money::Currency::eur(), 1});
    ASSERT_TRUE(counter.open_shift(20'000, kAnna).ok());
    EXPECT_EQ(counter.report().value().currency, money::Currency::eur());
    const auto z = counter.close_shift(20'000, asked("z-1"));
    ASSERT_TRUE(z.ok()) << z.error().code();
    EXPECT_EQ(z.value().body.currency, money::Currency::eur());
    EXPECT_EQ(counter.close_shift(20'000, asked("z-1")).value().body, z.value().body);
}

}  // namespace
}  // namespace counterfoil::checkout
