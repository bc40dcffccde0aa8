#include "firmware/checkout/cash_desk.h"

#include <gtest/gtest.h>

#include "tests/support/test_shop.h"

namespace counterfoil::checkout {
namespace {

using ledger::kOne;
using test::TestShop;

constexpr std::int64_t kYearMs = 365LL * 24 * 60 * 60 * 1000;

class CashDeskTest : public testing::Test {
  protected:
    CashDeskTest() {
        shop_.sign_in("anna");
        CF_CHECK(shop_.desk().open_shift(20'000, shop_.asked()).ok());
    }
    template <class T>
    static std::string code(const Outcome<T>& outcome) {
        return outcome.ok() ? "done" : outcome.error().code();
    }
    CashDesk& desk() { return shop_.desk(); }
    Recorded<ledger::Sale> sold(const Basket& basket, const std::string& request = {}) {
        return desk().sell(basket, {{"cash", 100'000, ""}}, shop_.asked(request)).value();
    }
    std::string sells(const Basket& basket, const std::vector<Payment>& payments) {
        return code(desk().sell(basket, payments, shop_.asked()));
    }
    static BasketLine line(const std::string& text, std::int64_t quantity_milli = kOne) {
        BasketLine line;
        line.code = text;
        line.quantity_milli = quantity_milli;
        return line;
    }
    BasketMember eva() { return desk().shop().recognise(shop_.phone_code()).value().member; }
    std::int64_t points() { return desk().shop().recognise("CUST001").value().points; }

    TestShop shop_;
};

TEST_F(CashDeskTest, KnowsAMemberByPhoneCodeCardAndNumber) {
    const auto by_card = desk().shop().recognise("CUST001").value();
    EXPECT_EQ(by_card.name, "Nagy Éva");
    EXPECT_FALSE(by_card.member.proven);
    EXPECT_EQ(by_card.permille, 1400);
    EXPECT_EQ(desk().shop().recognise("06 30 123 4567").value().member.id, TestShop::member(1));
    const std::string shown = shop_.phone_code();
    EXPECT_TRUE(desk().shop().recognise(shown).value().member.proven);
    EXPECT_EQ(code(desk().shop().recognise(shown)), "replayed");
    shop_.restart();
    EXPECT_EQ(code(desk().shop().recognise(shown)), "replayed") << "a start forgets nothing";
    EXPECT_EQ(code(desk().shop().recognise("CUST999")), "member_unknown");
    EXPECT_EQ(code(desk().shop().recognise("+36209999999")), "member_unknown");
    EXPECT_EQ(code(desk().shop().recognise("5991234000018")), "not_a_member");
    EXPECT_EQ(code(desk().shop().recognise("CM1:" + std::string(362, '0'))), "malformed");
}

TEST_F(CashDeskTest, PointsOfThisDayAreOnTopOfTheCentresUntilItKnowsThem) {
    Basket basket = TestShop::basket({{101, 1}});
    basket.member = BasketMember{TestShop::member(1), false, 0};
    EXPECT_EQ(sold(basket).body.member->points_earned, 25);
    EXPECT_EQ(points(), 525);
    const auto second = sold(basket).body;
    EXPECT_EQ(second.member->points_before, 525);
    shop_.restart();
    EXPECT_EQ(points(), 550);
    const auto back =
        desk().refund({second.receipt, {}, "cash", "", "cold"}, shop_.asked()).value();
    EXPECT_EQ(back.body.member->points_before, 550);
    EXPECT_EQ(back.body.member->points_earned, 25);
    EXPECT_EQ(points(), 525);
    shop_.load(TestShop::default_rows(), 2, shop_.journal().head().seq);
    ASSERT_TRUE(desk().shop().reload().ok());
    EXPECT_EQ(points(), 500);
}

TEST_F(CashDeskTest, APriceIsChangedByWhoMayAndTheLedgerSaysSo) {
    shop_.sign_in("bela");
    BasketLine cheap = line("101", 2 * kOne);
    cheap.unit_minor = 1500;
    cheap.off_permille = 100;
    cheap.reason = "dented";
    Basket basket;
    basket.lines = {line("101"), cheap, line("101")};
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "manager_needed");
    EXPECT_EQ(code(desk().approve(basket.lines[1], shop_.asked())), "manager_needed");
    ASSERT_EQ(code(desk().approve(basket.lines[1], shop_.approved())), "done");
    const auto sale = sold(basket);
    ASSERT_EQ(sale.body.lines.size(), 2u);
    EXPECT_EQ(sale.body.lines[0].quantity_milli, 2 * kOne);
    EXPECT_EQ(sale.body.lines[1].unit_minor, 1500);
    EXPECT_EQ(sale.body.lines[1].discount_minor, 300);
    EXPECT_EQ(sale.body.total_minor, 2 * 1890 + 2700);
    const std::string price = shop_.journal().find_event(sale.seq + 1).value()->bytes;
    EXPECT_NE(price.find(R"("type":"price_override","body":{"receipt":1,"line":2,)"
                         R"("before_minor":1890,"after_minor":1500,"approved_by":"anna",)"
                         R"("reason":"dented"})"),
              std::string::npos)
        << price;
    const std::string off = shop_.journal().find_event(sale.seq + 2).value()->bytes;
    EXPECT_NE(off.find(R"("discount_override","body":{"receipt":1,"line":2,"before_minor":3000,)"
                       R"("after_minor":2700)"),
              std::string::npos)
        << off;
    basket.lines[1].off_minor = 100'000;
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "discount_too_large");
    basket.lines[1].off_minor = -1;
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "amount_not_positive");
}

TEST_F(CashDeskTest, AVoidTakesBackTheLastSaleAndItsCoupon) {
    Basket basket = TestShop::basket({{101, 2}});
    basket.coupons = {TestShop::code(1)};
    basket.member = eva();
    const auto sale =
        desk().sell(basket, {{"card", 2000, "A1"}, {"cash", 1000, ""}}, shop_.asked()).value();
    EXPECT_EQ(sale.body.total_minor, 2780);
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "terminal_state");
    shop_.sign_in("bela");
    EXPECT_EQ(code(desk().void_last(1, "mistyped", shop_.asked())), "manager_needed");
    EXPECT_EQ(code(desk().void_last(1, "", shop_.approved())), "reason_missing");
    const auto back = desk().void_last(1, "mistyped", shop_.approved()).value();
    EXPECT_EQ(back.body.total_minor, 2780);
    EXPECT_EQ(back.body.tenders.size(), 2u);
    EXPECT_EQ(back.body.approved_by, "anna");
    EXPECT_EQ(back.body.member->points_earned, sale.body.member->points_earned);
    EXPECT_EQ(desk().open_report().value().expected_minor, 20'000);
    EXPECT_EQ(desk().open_report().value().voids, 1);
    EXPECT_EQ(points(), 500);
    EXPECT_EQ(code(desk().void_last(1, "again", shop_.approved())), "receipt_given_back");
    EXPECT_EQ(code(desk().void_last(2, "again", shop_.approved())), "receipt_is_refund");
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "done");
    sold(TestShop::basket({{102, 1}}));
    EXPECT_EQ(code(desk().void_last(3, "late", shop_.approved())), "receipt_not_last");
    EXPECT_TRUE(shop_.journal().check_all().ok());
}

TEST_F(CashDeskTest, PointsBecomeACouponWithinTheirLease) {
    const BasketMember member = eva();
    EXPECT_EQ(code(desk().points_to_coupon({member.id, false, 0}, shop_.asked())),
              "member_not_proven");
    EXPECT_EQ(code(desk().points_to_coupon({TestShop::member(2), true, 0}, shop_.asked())),
              "points_insufficient");
    const auto first = desk().points_to_coupon(member, shop_.asked("p-1")).value();
    EXPECT_EQ(first.points_before, 500);
    EXPECT_EQ(first.coupon.code.size(), std::string("COUP-2026-7Q3K9DXW2M").size());
    EXPECT_EQ(desk().points_to_coupon(member, shop_.asked("p-1")).value(), first);
    EXPECT_EQ(points(), 400);
    shop_.restart();
    const auto second = desk().points_to_coupon(member, shop_.asked("p-2")).value();
    EXPECT_NE(second.coupon.code, first.coupon.code);
    EXPECT_EQ(code(desk().points_to_coupon(member, shop_.asked("p-3"))), "need_online")
        << "of the lease of 200 nothing is left";
    EXPECT_EQ(points(), 300);
    Basket basket = TestShop::basket({{101, 2}});
    basket.coupons = {first.coupon.code};
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "wrong_holder");
    basket.member = member;
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "done");
    EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "terminal_state");
    EXPECT_TRUE(shop_.journal().check_all().ok());
}

TEST_F(CashDeskTest, AParkedBasketSurvivesAndIsSoldOnce) {
    Basket basket = TestShop::basket({{101, 1}, {103, 2}});
    basket.coupons = {TestShop::code(1)};
    EXPECT_EQ(desk().park(basket, "", shop_.asked()).value(), "1");
    EXPECT_EQ(desk().park(basket, "red", shop_.asked("q")).value(), "red");
    EXPECT_EQ(desk().park(basket, "red", shop_.asked("q")).value(), "red");
    EXPECT_EQ(code(desk().park(basket, "red", shop_.asked())), "label_taken");
    EXPECT_EQ(code(desk().park(Basket{}, "x", shop_.asked())), "cart_empty");
    EXPECT_EQ(code(desk().park(basket, std::string(41, 'x'), shop_.asked())), "label_too_long");
    shop_.restart();
    ASSERT_EQ(desk().parked().value().size(), 2u);
    const Basket recalled = desk().recall("red").value();
    EXPECT_EQ(recalled.lines, basket.lines);
    EXPECT_EQ(code(desk().recall("blue")), "parked_unknown");
    sold(recalled);
    EXPECT_EQ(desk().parked().value().size(), 1u);
    EXPECT_EQ(sells(recalled, {{"cash", 10'000, ""}}), "terminal_state");
    Basket without = recalled;
    without.coupons.clear();
    EXPECT_EQ(sells(without, {{"cash", 10'000, ""}}), "parked_unknown") << "sold, if not gone";
    EXPECT_EQ(code(desk().drop("1", shop_.asked())), "done");
    EXPECT_TRUE(desk().parked().value().empty());
}

TEST_F(CashDeskTest, ParksAHundredBasketsAndNoMore) {
    for (std::size_t i = 0; i < kMaxParked; ++i)
        ASSERT_TRUE(desk().park(TestShop::basket({{101, 1}}), "", shop_.asked()).ok());
    EXPECT_EQ(code(desk().park(TestShop::basket({{101, 1}}), "", shop_.asked())), "parked_full");
}

// Each write with its key, twice: the second time nothing is recorded and the answer is the same.
TEST_F(CashDeskTest, RepeatingAnyWriteChangesNothing) {
    const auto twice = [&](const std::string& name, auto write) {
        const auto first = write(shop_.asked(name));
        ASSERT_TRUE(first.ok()) << name << ": " << first.error().code();
        const auto head = shop_.journal().head().seq;
        const auto again = write(shop_.asked(name));
        ASSERT_TRUE(again.ok()) << name << ": " << again.error().code();
        EXPECT_EQ(shop_.journal().head().seq, head) << name;
        if constexpr (requires { first.value().seq; }) {
            EXPECT_EQ(first.value().seq, again.value().seq) << name;
        }
    };
    const Basket basket = TestShop::basket({{101, 2}});
    const BasketMember member = eva();
    twice("sell", [&](const Asked& a) { return desk().sell(basket, {{"cash", 5000, ""}}, a); });
    twice("void", [&](const Asked& a) { return desk().void_last(1, "mistyped", a); });
    twice("sell2", [&](const Asked& a) { return desk().sell(basket, {{"cash", 5000, ""}}, a); });
    twice("refund", [&](const Asked& a) { return desk().refund({3, {}, "cash", "", "cold"}, a); });
    twice("train", [&](const Asked& a) { return desk().train(basket, {{"cash", 5000, ""}}, a); });
    twice("in", [&](const Asked& a) { return desk().cash_in(100, "coins", a); });
    twice("out", [&](const Asked& a) { return desk().cash_out(100, "coins", a); });
    twice("drawer", [&](const Asked& a) { return desk().open_drawer("coins", a); });
    twice("reprint", [&](const Asked& a) { return desk().reprint(3, a); });
    twice("points", [&](const Asked& a) { return desk().points_to_coupon(member, a); });
    twice("close", [&](const Asked& a) { return desk().close_shift(20'000, a); });
    twice("open", [&](const Asked& a) { return desk().open_shift(500, a); });
    EXPECT_EQ(code(desk().cash_in(5, "x", shop_.asked("sell"))), "request_reused");
    EXPECT_EQ(code(desk().cash_in(5, "x", shop_.asked(std::string(101, 'k')))), "request_wrong");
    EXPECT_TRUE(shop_.journal().check_all().ok());
}

TEST_F(CashDeskTest, RefusesWhatMakesNoSenseAndGoesOn) {
    const auto one = TestShop::basket({{101, 1}});
    EXPECT_EQ(sells(Basket{}, {}), "cart_empty");
    EXPECT_EQ(sells(one, {}), "not_paid");
    EXPECT_EQ(sells(one, {{"cash", 1800, ""}}), "not_paid");
    EXPECT_EQ(sells(one, {{"cash", 0, ""}}), "amount_not_positive");
    EXPECT_EQ(sells(one, {{"cash", -5, ""}}), "amount_not_positive");
    EXPECT_EQ(sells(one, {{"cash", INT64_MAX, ""}}), "amount_too_large");
    EXPECT_EQ(sells(one, {{"cash", 5000, "", "EUR"}}), "currency_foreign");
    EXPECT_EQ(sells(one, {{"cheque", 1890, ""}}), "tender_unknown");
    EXPECT_EQ(sells(one, {{"card", 1890, ""}}), "tender_reference_missing");
    EXPECT_EQ(sells(one, {{"card", 1891, "A"}}), "card_overpaid");
    for (const auto& [text, why] :
         std::vector<std::pair<std::string, std::string>>{{"999", "product_unknown"},
                                                          {"5991234567894", "product_unknown"},
                                                          {"5991234567890", "not_a_product"},
                                                          {"CUST001", "not_a_product"},
                                                          {"", "unknown_code"},
                                                          {"CF1:xx", "malformed"}}) {
        Basket odd;
        odd.lines = {line(text)};
        EXPECT_EQ(sells(odd, {{"cash", 5000, ""}}), why) << text;
    }
    for (const auto& [milli, why] :
         std::vector<std::pair<std::int64_t, std::string>>{{0, "amount_not_positive"},
                                                           {-1000, "amount_not_positive"},
                                                           {500, "quantity_not_whole"},
                                                           {INT64_MAX, "amount_too_large"}}) {
        Basket odd;
        odd.lines = {line("101", milli)};
        EXPECT_EQ(sells(odd, {{"cash", 5000, ""}}), why) << milli;
    }
    EXPECT_EQ(code(desk().refund({1, {}, "cash", "", "cold"}, shop_.asked())), "receipt_unknown");
    EXPECT_EQ(code(desk().reprint(1, shop_.asked())), "receipt_unknown");
    EXPECT_EQ(shop_.journal().totals().value().receipts, 0);
    sold(one);
    EXPECT_EQ(code(desk().refund({1, {{1, 2 * kOne}}, "cash", "", "x"}, shop_.asked())),
              "quantity_over_sold");
    EXPECT_EQ(code(desk().refund({1, {{1, INT64_MAX}}, "cash", "", "x"}, shop_.asked())),
              "quantity_over_sold");
    EXPECT_EQ(code(desk().cash_in(INT64_MAX, "x", shop_.asked())), "amount_too_large");
    EXPECT_EQ(code(desk().close_shift(-1, shop_.asked())), "amount_negative");
}

TEST_F(CashDeskTest, AFullDiskStopsSellingAndLosesNothing) {
    sold(TestShop::basket({{101, 1}}));
    shop_.till.gauge.permille = 960;
    const auto refused =
        desk().sell(TestShop::basket({{101, 1}}), {{"cash", 5000, ""}}, shop_.asked());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), "disk_nearly_full");
    EXPECT_FALSE(refused.error().is_refusal());
    EXPECT_NE(refused.error().sentence().english.find("close the shift"), std::string::npos);
    EXPECT_NE(refused.error().sentence().hungarian.find("Zárja le a műszakot"), std::string::npos);
    EXPECT_EQ(code(desk().close_shift(21'890, shop_.asked())), "done");
    EXPECT_EQ(shop_.journal().totals().value().sales, 1);
}

TEST_F(CashDeskTest, AClockThatIsSetBackAYearIsToldAndStopsNobodyFromSelling) {
    shop_.till.clock.advance(kYearMs);
    shop_.sign_in("anna");
    sold(TestShop::basket({{101, 1}}));
    shop_.till.clock.set({shop_.till.clock.now().unix_ms - kYearMs});
    EXPECT_EQ(sells(TestShop::basket({{101, 1}}), {{"cash", 5000, ""}}), "not_signed_in")
        << "who is there is asked again";
    shop_.sign_in("anna");
    const auto second = sold(TestShop::basket({{101, 1}}));
    EXPECT_EQ(second.body.receipt, 2);
    EXPECT_NE(shop_.journal().find_event(second.seq - 1).value()->bytes.find("clock_stepped"),
              std::string::npos);
    shop_.restart();
    EXPECT_EQ(desk().open_report().value().sales, 2);
    EXPECT_TRUE(shop_.journal().check_all().ok());
}

TEST_F(CashDeskTest, PaperOfEveryKindIsTheLedgersOwn) {
    const auto sale = sold(TestShop::basket({{101, 1}}));
    const auto text = [&](std::int64_t seq, int copy = 0) {
        receipt::Options options;
        options.copy = copy;
        return desk().paper_of(seq, options).value().text();
    };
    EXPECT_NE(text(sale.seq).find("Nyugta 1"), std::string::npos);
    EXPECT_EQ(text(sale.seq), text(desk().seq_of(1).value()));
    EXPECT_NE(text(sale.seq, 2).find("MÁSOLAT 2"), std::string::npos);
    const auto trained =
        desk().train(TestShop::basket({{101, 1}}), {{"cash", 5000, ""}}, shop_.asked()).value();
    EXPECT_NE(text(trained.seq).find("GYAKORLÁS"), std::string::npos);
    const auto back = desk().void_last(1, "mistyped", shop_.asked()).value();
    EXPECT_NE(text(back.seq).find("Sztornó 2"), std::string::npos);
    const auto closed = desk().close_shift(20'000, shop_.asked()).value();
    EXPECT_NE(text(closed.seq).find("Z-jelentés 1"), std::string::npos);
    EXPECT_EQ(code(desk().paper_of(1, {})), "receipt_unknown");
    EXPECT_EQ(code(desk().paper_of(999, {})), "receipt_unknown");
}

TEST_F(CashDeskTest, NothingIsRecordedThatCouldNotBeReadAgain) {
    Basket nine = TestShop::basket({{101, 1}});
    for (int number = 21; number <= 29; ++number) nine.coupons.push_back(TestShop::code(number));
    nine.member = eva();
    EXPECT_EQ(sells(nine, {{"cash", 10'000, ""}}), "too_many_offers");
    EXPECT_EQ(code(desk().park(nine, "", shop_.asked())), "too_many_offers");
    Basket odd = TestShop::basket({{101, 1}});
    odd.id = std::string(250, 'x');
    EXPECT_EQ(sells(odd, {{"cash", 10'000, ""}}), "too_large");
    ASSERT_EQ(sells(TestShop::basket({{101, 1}}), {{"card", 1890, "A"}}), "done");
    const auto refund = [&](const std::string& reference) {
        return code(desk().refund({1, {}, "card", reference, "cold"}, shop_.asked()));
    };
    EXPECT_EQ(refund(std::string(300, 'x')), "tender_reference_missing");
    Basket huge;
    huge.lines = {line("101", 100'000 * kOne)};
    for (int i = 0; i < 8; ++i) huge.lines.push_back(line("104", 90'000 * kOne));
    EXPECT_EQ(sells(huge, {{"cash", 10'000, ""}}), "not_paid");
    EXPECT_TRUE(shop_.journal().check_all().ok());
}

TEST_F(CashDeskTest, AVoidOfASaleForNothingTakesItsPointsBack) {
    auto rows = TestShop::default_rows();
    for (mirror::Row& row : rows)
        if (auto* coupon = std::get_if<mirror::Coupon>(&row); coupon != nullptr)
            if (coupon->code == TestShop::code(11)) coupon->value = 1000;
    shop_.load(rows, 2);
    ASSERT_EQ(code(desk().reload()), "done");
    Basket basket = TestShop::basket({{101, 1}});
    basket.coupons = {TestShop::code(11), TestShop::code(21)};
    basket.member = eva();
    const auto sale = desk().sell(basket, {}, shop_.asked());
    ASSERT_TRUE(sale.ok()) << sale.error().code();
    EXPECT_EQ(sale.value().body.total_minor, 0);
    EXPECT_EQ(points(), 550);
    ASSERT_EQ(code(desk().void_last(1, "mistyped", shop_.asked())), "done");
    EXPECT_EQ(points(), 500);
}

TEST_F(CashDeskTest, WhoIsNamedAsHavingAllowedAPriceMustBeSomebodyWhoMay) {
    BasketLine forged = line("101");
    forged.unit_minor = 1;
    forged.reason = "kind";
    for (const char* name : {"bela", "nobody at all"}) {
        forged.approved_by = name;
        Basket basket;
        basket.lines = {forged};
        EXPECT_EQ(sells(basket, {{"cash", 10'000, ""}}), "not_a_manager") << name;
    }
}

TEST_F(CashDeskTest, AParkedBasketDoesNotKeepAPhonesProof) {
    Basket basket = TestShop::basket({{101, 1}});
    basket.member = eva();
    ASSERT_EQ(desk().park(basket, "red", shop_.asked()).value(), "red");
    EXPECT_FALSE(desk().recall("red").value().member->proven);
}

TEST_F(CashDeskTest, WhatIsParkedAgainHoldsWhatWasAdded) {
    ASSERT_EQ(desk().park(TestShop::basket({{101, 1}}), "red", shop_.asked("k-1")).value(), "red");
    Basket more = desk().recall("red").value();
    more.lines.push_back(line("102"));
    ASSERT_EQ(desk().park(more, "red", shop_.asked("k-2")).value(), "red");
    EXPECT_EQ(desk().recall("red").value().lines.size(), 2u);
    ASSERT_EQ(code(desk().drop("red", shop_.asked())), "done");
    EXPECT_EQ(desk().park(TestShop::basket({{101, 1}}), "red", shop_.asked("k-1")).value(), "red");
    EXPECT_TRUE(desk().parked().value().empty()) << "a repeated request brings nothing back";
}

TEST_F(CashDeskTest, AKeyIsGoodForOneSale) {
    sold(TestShop::basket({{101, 1}}), "k");
    EXPECT_EQ(
        code(desk().sell(TestShop::basket({{103, 1}}), {{"cash", 5000, ""}}, shop_.asked("k"))),
        "request_reused");
    EXPECT_EQ(code(desk().cash_in(5, "x", shop_.asked("basket:red"))), "request_wrong");
}

TEST_F(CashDeskTest, WhatIsWeighedHasToBeWeighed) {
    Basket basket;
    basket.lines = {BasketLine{}};
    basket.lines[0].code = "104";
    EXPECT_EQ(sells(basket, {{"cash", 5000, ""}}), "weight_needed");
}

TEST_F(CashDeskTest, MoneyGoesBackTheWayItCame) {
    ASSERT_EQ(sells(TestShop::basket({{101, 1}}), {{"card", 1890, "A17"}}), "done");
    shop_.sign_in("bela");
    EXPECT_EQ(code(desk().refund({1, {}, "cash", "", "cold"}, shop_.asked())), "manager_needed");
    const auto back = desk().refund({1, {}, "", "", "cold"}, shop_.asked()).value();
    EXPECT_EQ(back.body.tenders.at(0).kind, "card");
    EXPECT_EQ(back.body.tenders.at(0).reference, "A17");
}

TEST_F(CashDeskTest, RefundsPieceByPieceGiveWhatTheWholeIsRoundedTo) {
    const auto sale = sold(TestShop::basket({{102, 7}, {101, 1}}));
    std::int64_t cash = 0;
    for (int i = 0; i < 7; ++i) {
        const auto back = desk().refund({1, {{1, kOne}}, "", "", "cold"}, shop_.asked()).value();
        cash += back.body.tenders.at(0).amount_minor;
    }
    cash += desk()
                .refund({1, {}, "", "", "cold"}, shop_.asked())
                .value()
                .body.tenders.at(0)
                .amount_minor;
    EXPECT_EQ(cash, sale.body.tenders.at(0).amount_minor);
    EXPECT_EQ(desk().open_report().value().expected_minor, 20'000);
}

TEST_F(CashDeskTest, TheLedgerSaysUnderWhichCentralDataItSold) {
    const auto events = [&] {
        int found = 0;
        CF_CHECK(shop_.journal()
                     .visit(1,
                            [&](const journal::StoredEvent& event) -> base::Status {
                                found += event.bytes.find("config_applied") != event.bytes.npos;
                                return {};
                            })
                     .ok());
        return found;
    };
    sold(TestShop::basket({{101, 1}}));
    EXPECT_EQ(events(), 1);
    shop_.load(TestShop::default_rows(), 2);
    ASSERT_EQ(code(desk().reload()), "done");
    sold(TestShop::basket({{101, 1}}));
    sold(TestShop::basket({{101, 1}}));
    EXPECT_EQ(events(), 2);
}

TEST_F(CashDeskTest, AnotherCurrencyWaitsForTheShiftsEnd) {
    auto rows = TestShop::default_rows();
    rows[0] = mirror::Setting{"currency", "\"EUR\""};
    shop_.load(rows, 2);
    EXPECT_EQ(code(desk().reload()), "shift_open");
}

TEST_F(CashDeskTest, LookingIsNotDoingSomething) {
    for (int i = 0; i < 4; ++i) {
        shop_.till.clock.advance(100'000);
        (void)desk().signed_in("kiosk");
    }
    EXPECT_EQ(sells(TestShop::basket({{101, 1}}), {{"cash", 5000, ""}}), "not_signed_in");
}

}  // namespace
}  // namespace counterfoil::checkout
