#include "firmware/checkout/staff.h"

#include <gtest/gtest.h>

#include "tests/support/test_shop.h"

namespace counterfoil::checkout {
namespace {

constexpr std::int64_t kSecondMs = 1000;

class StaffTest : public testing::Test {
  protected:
    std::string sign_in(const std::string& staff, const std::string& pin) {
        const auto done = shop_.desk().staff().sign_in("kiosk", {staff, pin});
        return done.ok() ? done.value().name : done.error().code();
    }
    std::string opens(const std::optional<Credentials>& approval = {}) {
        const auto done = shop_.desk().open_shift(20'000, {"kiosk", "", {approval}});
        return done.ok() ? "opened" : done.error().code();
    }
    std::string who() {
        const auto person = shop_.desk().signed_in("kiosk").value();
        return person ? person->id : "nobody";
    }

    test::TestShop shop_;
};

TEST_F(StaffTest, SignsInWithTheRightPinOnly) {
    EXPECT_EQ(opens(), "not_signed_in");
    EXPECT_EQ(sign_in("anna", "00000000"), "sign_in_wrong");
    EXPECT_EQ(sign_in("nobody", test::kPin), "sign_in_wrong");
    EXPECT_EQ(sign_in("anna", ""), "pin_missing");
    EXPECT_EQ(who(), "nobody");
    EXPECT_EQ(sign_in("anna", test::kPin), "Kovács Anna");
    EXPECT_EQ(who(), "anna");
    ASSERT_TRUE(shop_.desk().staff().sign_out("kiosk").ok());
    EXPECT_EQ(who(), "nobody");
}

TEST_F(StaffTest, EachScreenHasItsOwn) {
    ASSERT_EQ(sign_in("anna", test::kPin), "Kovács Anna");
    EXPECT_FALSE(shop_.desk().signed_in("tablet").value().has_value());
}

TEST_F(StaffTest, ACashierNeedsAManagerForSomeThings) {
    ASSERT_EQ(sign_in("bela", test::kPin), "Tóth Béla");
    EXPECT_EQ(opens(), "manager_needed");
    EXPECT_EQ(opens(Credentials{"bela", test::kPin}), "not_a_manager");
    EXPECT_EQ(opens(Credentials{"anna", "11111111"}), "sign_in_wrong");
    EXPECT_EQ(opens(Credentials{"anna", test::kPin}), "opened");
    EXPECT_EQ(who(), "bela");
}

TEST_F(StaffTest, TheMerchantCanLetCashiersDoMore) {
    auto rows = test::TestShop::default_rows();
    rows.insert(rows.begin(), mirror::Setting{"cashier_may", "[\"open_shift\"]"});
    shop_.load(rows, 2);
    ASSERT_TRUE(shop_.desk().shop().reload().ok());
    ASSERT_EQ(sign_in("bela", test::kPin), "Tóth Béla");
    EXPECT_EQ(opens(), "opened");
}

TEST_F(StaffTest, FiveWrongPinsLockTheirOwnerOutAcrossARestart) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("bela", "00000000"), "sign_in_wrong");
    EXPECT_EQ(sign_in("bela", test::kPin), "locked_out");
    shop_.restart();
    EXPECT_EQ(sign_in("bela", test::kPin), "locked_out");
    EXPECT_EQ(sign_in("anna", test::kPin), "Kovács Anna");
    shop_.till.clock.advance(30 * kSecondMs);
    EXPECT_EQ(sign_in("bela", "00000000"), "sign_in_wrong");
    shop_.till.clock.advance(30 * kSecondMs);
    EXPECT_EQ(sign_in("bela", test::kPin), "locked_out");
    shop_.till.clock.advance(30 * kSecondMs);
    EXPECT_EQ(sign_in("bela", test::kPin), "Tóth Béla");
    EXPECT_EQ(sign_in("bela", "00000000"), "sign_in_wrong");
    EXPECT_EQ(sign_in("bela", test::kPin), "Tóth Béla");
}

TEST_F(StaffTest, AClockThatIsSetBackDoesNotLockOutForAYear) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("bela", "00000000"), "sign_in_wrong");
    shop_.till.clock.set({test::kMorning.unix_ms - 365LL * 24 * 60 * 60 * 1000});
    EXPECT_EQ(sign_in("bela", test::kPin), "Tóth Béla");
}

TEST_F(StaffTest, WhoDoesNothingIsSignedOut) {
    ASSERT_EQ(sign_in("anna", test::kPin), "Kovács Anna");
    const auto does_something = [&] {
        const auto done =
            shop_.desk().staff().authorise("kiosk", Act::sell, shop_.desk().shop().settings(), {});
        return done.ok() ? done.value().staff : done.error().code();
    };
    shop_.till.clock.advance(299 * kSecondMs);
    EXPECT_EQ(does_something(), "anna");
    shop_.till.clock.advance(299 * kSecondMs);
    EXPECT_EQ(who(), "anna");
    shop_.till.clock.advance(1 * kSecondMs);
    EXPECT_EQ(who(), "nobody") << "asking who is there is doing nothing";
    shop_.till.clock.set(test::kMorning);
    EXPECT_EQ(who(), "nobody");
}

TEST(Acts, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kActs; ++i) names.insert(act_name(static_cast<Act>(i)));
    EXPECT_EQ(names.size(), kActs);
}

}  // namespace
}  // namespace counterfoil::checkout
