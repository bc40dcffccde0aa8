#include "firmware/checkout/coupon_desk.h"

#include <gtest/gtest.h>

#include <functional>

#include "firmware/core/base/coding.h"
#include "tests/support/test_shop.h"

namespace counterfoil::checkout {
namespace {

using test::TestShop;

constexpr std::int64_t kHourMs = 60LL * 60 * 1000;

// The default shop with one coupon changed.
std::vector<mirror::Row> rows_with(int number, const std::function<void(mirror::Coupon&)>& change) {
    auto rows = TestShop::default_rows();
    for (mirror::Row& row : rows)
        if (auto* coupon = std::get_if<mirror::Coupon>(&row); coupon != nullptr)
            if (coupon->code == TestShop::code(number)) change(*coupon);
    return rows;
}

std::vector<mirror::Row> bounded(std::vector<mirror::Row> rows) {
    for (mirror::Row& row : rows)
        if (auto* setting = std::get_if<mirror::Setting>(&row); setting != nullptr)
            if (setting->name == "coupon_policy") *setting = TestShop::policy("bounded");
    return rows;
}

class CouponDeskTest : public testing::Test {
  protected:
    // "taken", or the code of the refusal.
    static std::string judged(TestShop& shop, const std::string& text,
                              const std::optional<KnownMember>& member = {}) {
        const auto coupon = CouponDesk(shop.desk().shop(), 3).judge(text, member);
        return coupon.ok() ? "taken" : coupon.error().code();
    }
    static KnownMember eva(TestShop& shop, bool proven) {
        KnownMember member = shop.desk().shop().recognise("CUST001").value();
        member.member.proven = proven;
        return member;
    }
    static void open(TestShop& shop) {
        shop.sign_in("anna");
        CF_CHECK(shop.desk().open_shift(20'000, shop.asked()).ok());
    }
    // What becomes of a sale of two burgers with the coupon: "sold", or the refusal's code.
    static std::string sold(TestShop& shop, const std::string& coupon, int member = 0) {
        Basket basket = TestShop::basket({{101, 2}});
        basket.coupons = {coupon};
        if (member != 0) basket.member = BasketMember{TestShop::member(member), true, 0};
        const auto done = shop.desk().sell(basket, {{"cash", 10'000, ""}}, shop.asked());
        return done.ok() ? "sold" : done.error().code();
    }
};

TEST_F(CouponDeskTest, TakesALeasedCouponOnce) {
    TestShop shop;
    open(shop);
    EXPECT_EQ(judged(shop, TestShop::code(1)), "taken");
    EXPECT_EQ(sold(shop, TestShop::code(1)), "sold");
    EXPECT_EQ(judged(shop, TestShop::code(1)), "terminal_state");
    EXPECT_EQ(sold(shop, TestShop::code(1)), "terminal_state");
    shop.restart();
    EXPECT_EQ(sold(shop, TestShop::code(1)), "terminal_state");
    EXPECT_EQ(sold(shop, TestShop::code(2)), "sold");
}

TEST_F(CouponDeskTest, ASignedAndAPrintedCodeAreOneCoupon) {
    TestShop shop;
    open(shop);
    const mirror::Coupon row = TestShop::coupon(1, 1);
    token::Coupon coupon;
    coupon.serial = row.serial;
    coupon.book = 1;
    coupon.value = 1000;
    coupon.not_before_s = row.not_before_s;
    coupon.expires_s = row.expires_s;
    EXPECT_EQ(sold(shop, shop.signed_coupon(coupon)), "sold");
    EXPECT_EQ(sold(shop, TestShop::code(1)), "terminal_state");
}

// Each further question is asked only where the ones before were answered well.
TEST_F(CouponDeskTest, EachRefusalHasItsCode) {
    const std::int64_t now_s = test::kNowSeconds;
    const std::vector<std::pair<std::string, std::function<void(mirror::Coupon&)>>> cases{
        {"not_yet_valid", [&](mirror::Coupon& coupon) { coupon.not_before_s = now_s + 5; }},
        {"expired", [&](mirror::Coupon& coupon) { coupon.expires_s = now_s; }},
        {"wrong_store",
         [](mirror::Coupon& coupon) {
             coupon.stores = {4, 5};
         }},
        {"wrong_holder",
         [](mirror::Coupon& coupon) {
             coupon.holder = TestShop::member(2);
             coupon.state = mirror::CouponState::assigned;
         }},
        {"revoked", [](mirror::Coupon& coupon) { coupon.state = mirror::CouponState::revoked; }},
        {"coupon_locked",
         [](mirror::Coupon& coupon) { coupon.state = mirror::CouponState::locked; }},
        {"concurrent_redemption",
         [](mirror::Coupon& coupon) { coupon.state = mirror::CouponState::conflict; }},
        {"terminal_state",
         [](mirror::Coupon& coupon) {
             coupon.state = mirror::CouponState::redeemed;
             coupon.uses_left = 0;
         }},
        {"need_online", [](mirror::Coupon& coupon) { coupon.lease.reset(); }},
        {"need_online", [](mirror::Coupon& coupon) { coupon.lease->terminal = "T02"; }},
        {"need_online", [](mirror::Coupon& coupon) { coupon.lease->epoch = 2; }},
        {"need_online", [](mirror::Coupon& coupon) { coupon.lease->quantity = 0; }},
        {"need_online", [&](mirror::Coupon& coupon) { coupon.lease->expires_s = now_s; }},
        {"taken", [](mirror::Coupon& coupon) {
             coupon.stores = {2, 3};
         }}};
    for (const auto& [code, change] : cases) {
        TestShop shop(rows_with(1, change));
        EXPECT_EQ(judged(shop, TestShop::code(1)), code);
    }
    TestShop shop;
    EXPECT_EQ(judged(shop, "COUP-2026-ZZZZZZZZZZ"), "coupon_unknown");
    EXPECT_EQ(judged(shop, "CUST001"), "not_a_coupon");
    EXPECT_EQ(judged(shop, "CF1:123"), "malformed");
}

TEST_F(CouponDeskTest, AHoldersCouponTakesAProvenHolder) {
    TestShop shop(rows_with(1, [](mirror::Coupon& coupon) {
        coupon.holder = TestShop::member(1);
        coupon.state = mirror::CouponState::assigned;
    }));
    EXPECT_EQ(judged(shop, TestShop::code(1)), "wrong_holder");
    EXPECT_EQ(judged(shop, TestShop::code(1), eva(shop, false)), "member_not_proven");
    EXPECT_EQ(judged(shop, TestShop::code(1), eva(shop, true)), "taken");
}

TEST_F(CouponDeskTest, AClockThatIsSetBackBringsNothingToLife) {
    TestShop shop(
        rows_with(1, [](mirror::Coupon& coupon) { coupon.expires_s = test::kNowSeconds - 100; }));
    shop.till.clock.set({test::kMorning.unix_ms - 365LL * 24 * kHourMs});
    EXPECT_EQ(judged(shop, TestShop::code(1)), "expired");
}

TEST_F(CouponDeskTest, ACouponOfABookThatTheTillDoesNotKnowNeedsTheCentre) {
    TestShop shop;
    token::Coupon coupon = shop.keys.coupon();
    coupon.book = 77;
    coupon.holder.reset();
    EXPECT_EQ(judged(shop, shop.signed_coupon(coupon)), "need_online");
}

// Three books of budget: 1500 for one coupon, 2500 for the till, 2000 for a member.
TEST_F(CouponDeskTest, WithoutALeaseABudgetIsSpentAndNotPassed) {
    auto rows = bounded(TestShop::default_rows());
    for (mirror::Row& row : rows)
        if (auto* coupon = std::get_if<mirror::Coupon>(&row)) coupon->lease.reset();
    TestShop shop(rows);
    open(shop);
    EXPECT_EQ(sold(shop, TestShop::code(1), 1), "sold");
    EXPECT_EQ(sold(shop, TestShop::code(2), 1), "sold");
    EXPECT_EQ(sold(shop, TestShop::code(3)), "over_till_limit");
    EXPECT_EQ(sold(shop, TestShop::code(1)), "terminal_state");
    EXPECT_EQ(shop.journal().counted().spending().exposure(0, "").value().terminal_minor, 2000);
    // A tenth of two burgers is 378: too much for this member, but not for another.
    EXPECT_EQ(sold(shop, TestShop::code(11), 1), "over_member_limit");
    EXPECT_EQ(sold(shop, TestShop::code(11), 2), "sold");
    EXPECT_EQ(sold(shop, TestShop::code(12), 3), "over_till_limit");
    // What is taken back is at risk no longer.
    const auto last = shop.journal().totals().value().receipts;
    ASSERT_TRUE(shop.desk().void_last(last, "mistyped", shop.asked()).ok());
    EXPECT_EQ(sold(shop, TestShop::code(12), 3), "sold");
    EXPECT_TRUE(shop.journal().check_all().ok());
}

TEST_F(CouponDeskTest, AFaceOverTheLimitIsRefused) {
    auto rows = bounded(rows_with(1, [](mirror::Coupon& coupon) {
        coupon.lease.reset();
        coupon.value = 1501;
    }));
    TestShop shop(rows);
    open(shop);
    EXPECT_EQ(sold(shop, TestShop::code(1)), "over_face_limit");
}

TEST_F(CouponDeskTest, CentralDataThatAreTooOldTakeNothingWithoutALease) {
    TestShop shop(bounded(rows_with(1, [](mirror::Coupon& coupon) { coupon.lease.reset(); })));
    shop.till.clock.advance(71 * kHourMs);
    EXPECT_EQ(judged(shop, TestShop::code(1)), "taken");
    shop.till.clock.advance(2 * kHourMs);
    EXPECT_EQ(judged(shop, TestShop::code(1)), "offline_too_long");
    EXPECT_EQ(judged(shop, TestShop::code(2)), "taken");
}

TEST_F(CouponDeskTest, AMemberUsesABookAsOftenAsItAllows) {
    TestShop shop;
    open(shop);
    EXPECT_EQ(sold(shop, TestShop::code(11), 1), "sold");
    Basket basket = TestShop::basket({{101, 2}});
    basket.coupons = {TestShop::code(12), TestShop::code(13)};
    basket.member = eva(shop, true).member;
    const auto both = shop.desk().sell(basket, {{"cash", 10'000, ""}}, shop.asked());
    EXPECT_EQ(both.ok() ? "sold" : both.error().code(), "customer_limit_reached");
    EXPECT_EQ(sold(shop, TestShop::code(12), 1), "sold");
    EXPECT_EQ(sold(shop, TestShop::code(13), 1), "customer_limit_reached");
    EXPECT_EQ(sold(shop, TestShop::code(13)), "member_required");
}

// The signed form of the row with that number.
std::string signed_form(TestShop& shop, int number) {
    const mirror::Coupon row = TestShop::coupon(number, 1);
    token::Coupon coupon;
    coupon.serial = row.serial;
    coupon.book = 1;
    coupon.value = 1000;
    coupon.not_before_s = row.not_before_s;
    coupon.expires_s = row.expires_s;
    return shop.signed_coupon(coupon);
}

TEST_F(CouponDeskTest, WhatTheCentreSaysOfACouponCountsForItsSignedFormToo) {
    const std::vector<std::pair<std::string, std::function<void(mirror::Coupon&)>>> cases{
        {"expired", [](mirror::Coupon& coupon) { coupon.expires_s = test::kNowSeconds; }},
        {"wrong_store", [](mirror::Coupon& coupon) { coupon.stores = {7}; }},
        {"wrong_holder", [](mirror::Coupon& coupon) { coupon.holder = TestShop::member(2); }}};
    for (const auto& [code, change] : cases) {
        TestShop shop(rows_with(1, change));
        EXPECT_EQ(judged(shop, signed_form(shop, 1)), code);
        EXPECT_EQ(judged(shop, TestShop::code(1)), code);
    }
}

TEST_F(CouponDeskTest, ARevokedCouponIsRefusedInBothForms) {
    TestShop shop;
    shop.revoke(TestShop::coupon(1, 1).serial);
    EXPECT_EQ(judged(shop, signed_form(shop, 1)), "revoked");
    EXPECT_EQ(judged(shop, TestShop::code(1)), "revoked");
    EXPECT_EQ(judged(shop, TestShop::code(2)), "taken");
}

TEST_F(CouponDeskTest, AVoidAfterAReloadGivesBackWhatItTookAndNoMore) {
    auto rows = bounded(TestShop::default_rows());
    for (mirror::Row& row : rows)
        if (auto* coupon = std::get_if<mirror::Coupon>(&row)) coupon->lease.reset();
    TestShop shop(rows);
    open(shop);
    ASSERT_EQ(sold(shop, TestShop::code(1)), "sold");
    const auto receipt = shop.journal().totals().value().receipts;
    // The centre learns of it, and leases one use of it to this till.
    auto newer = bounded(rows_with(1, [](mirror::Coupon& coupon) { coupon.uses_left = 1; }));
    shop.load(newer, 2, shop.journal().head().seq);
    ASSERT_TRUE(shop.desk().reload().ok());
    ASSERT_TRUE(shop.desk().void_last(receipt, "mistyped", shop.asked()).ok());
    EXPECT_EQ(shop.journal().counted().spending().exposure(0, "").value().terminal_minor, 0);
    EXPECT_EQ(sold(shop, TestShop::code(1)), "sold");
    EXPECT_EQ(sold(shop, TestShop::code(1)), "sold")
        << "the use that was taken back, on the budget";
    EXPECT_EQ(sold(shop, TestShop::code(1)), "terminal_state");
    EXPECT_TRUE(shop.journal().check_all().ok());
}

TEST_F(CouponDeskTest, ABooksCapHoldsWithinOneBasketToo) {
    auto rows = TestShop::default_rows();
    for (mirror::Row& row : rows)
        if (auto* book = std::get_if<mirror::Book>(&row); book != nullptr && book->number == 4)
            book->cap = 1;
    TestShop shop(rows);
    open(shop);
    Basket basket = TestShop::basket({{101, 2}, {103, 2}});
    basket.coupons = {TestShop::code(31), TestShop::code(32)};
    const auto both = shop.desk().sell(basket, {{"cash", 10'000, ""}}, shop.asked());
    EXPECT_EQ(both.ok() ? "sold" : both.error().code(), "maximum_redemptions_exceeded");
    basket.coupons.pop_back();
    EXPECT_TRUE(shop.desk().sell(basket, {{"cash", 10'000, ""}}, shop.asked()).ok());
    const auto later = shop.desk().sell(basket, {{"cash", 10'000, ""}}, shop.asked());
    EXPECT_FALSE(later.ok());
}

TEST_F(CouponDeskTest, CentralDataOfAnotherTillAreRefused) {
    TestShop shop;
    open(shop);
    shop.load(TestShop::default_rows(), 2, 5000);
    EXPECT_FALSE(shop.desk().reload().ok());
}

TEST_F(CouponDeskTest, ACouponMadeHereStaysOursWhenTheCentreKnowsIt) {
    TestShop shop;
    open(shop);
    const BasketMember eva_now{TestShop::member(1), true, 1};
    const auto made = shop.desk().points_to_coupon(eva_now, shop.asked()).value();
    auto rows = TestShop::default_rows();
    mirror::Coupon row = TestShop::coupon(1, 1);
    ASSERT_TRUE(base::hex_into(made.coupon.serial, row.serial));
    row.code = made.coupon.code;
    row.holder = TestShop::member(1);
    row.state = mirror::CouponState::assigned;
    row.lease.reset();
    rows.emplace_back(row);
    shop.load(rows, 2, shop.journal().head().seq);
    ASSERT_TRUE(shop.desk().reload().ok());
    EXPECT_EQ(sold(shop, made.coupon.code, 1), "sold");
    EXPECT_EQ(sold(shop, made.coupon.code, 1), "terminal_state");
}

}  // namespace
}  // namespace counterfoil::checkout
