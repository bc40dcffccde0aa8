#include "firmware/till/kiosk.h"

#include <gtest/gtest.h>

#include "tests/support/test_shop.h"

namespace counterfoil::till {
namespace {

using checkout::Asked;
using checkout::Outcome;
using test::TestShop;
using Kind = ScanAnswer::Kind;

template <class T>
std::string code(const Outcome<T>& outcome) {
    return outcome.ok() ? "" : outcome.error().code();
}

// A shop with an open shift, at whose two screens Anna has signed in.
class KioskTest : public testing::Test {
  protected:
    KioskTest() {
        open();
        CF_CHECK(shop_.desk_file().sign_in("other", {"anna", shop_.till.clock.now(), ""}).ok());
        CF_CHECK(shop_.desk().open_shift(20'000, shop_.asked()).ok());
    }

    void open() {
        shop_.sign_in("anna");
        kiosk_.emplace(shop_.desk(), shop_.desk_file(), shop_.till.clock, shop_.till.entropy);
    }
    void restart() {
        shop_.restart();
        open();
    }

    Outcome<void> ring_up(const std::string& plu, const Asked& asked) {
        checkout::BasketLine line;
        line.code = plu;
        return kiosk_->add(line, asked);
    }
    ScanAnswer scan(const std::string& text, const std::string& format = "") {
        return kiosk_->scan({text, format}, shop_.asked());
    }
    Outcome<checkout::Recorded<ledger::Sale>> pay(std::int64_t amount_minor,
                                                  const std::string& request = {}) {
        return kiosk_->sell({{"cash", amount_minor, "", ""}}, shop_.asked(request));
    }
    std::int64_t pieces(const std::string& screen = "kiosk") {
        std::int64_t pieces = 0;
        const checkout::Basket held = kiosk_->basket(screen).value();
        for (const checkout::BasketLine& line : held.lines)
            pieces += line.quantity_milli.value_or(ledger::kOne) / ledger::kOne;
        return pieces;
    }
    std::string receipt_code() {
        CF_CHECK(ring_up("101", shop_.asked()).ok());
        const auto sold = pay(2000);
        CF_CHECK(sold.ok());
        return shop_.desk().paper_of(sold.value().seq, {}).value().qr;
    }

    TestShop shop_;
    std::optional<Kiosk> kiosk_;
};

TEST_F(KioskTest, EveryCodeDoesWhatItIsForOnAnEmptyBasket) {
    const std::string receipt = receipt_code();
    EXPECT_EQ(scan(std::to_string(TestShop::gtin(101))).kind, Kind::product);
    EXPECT_EQ(pieces(), 1);
    ASSERT_TRUE(kiosk_->clear(shop_.asked()).ok());
    EXPECT_EQ(scan("CUST001").kind, Kind::member);
    EXPECT_EQ(kiosk_->basket("kiosk").value().member->id, TestShop::member(1));
    EXPECT_EQ(scan(TestShop::code(1)).kind, Kind::coupon);
    EXPECT_EQ(kiosk_->basket("kiosk").value().coupons.size(), 1);
    const ScanAnswer found = scan(receipt);
    EXPECT_EQ(found.kind, Kind::receipt);
    EXPECT_EQ(found.receipt, 1);
    EXPECT_FALSE(found.fault);
}

TEST_F(KioskTest, AReceiptIsFoundButNotTakenUpWhileSomethingIsBeingSold) {
    const std::string receipt = receipt_code();
    ASSERT_TRUE(ring_up("101", shop_.asked()).ok());
    const ScanAnswer found = scan(receipt);
    EXPECT_EQ(found.receipt, 1);
    ASSERT_TRUE(found.fault);
    EXPECT_EQ(found.fault->code(), "basket_not_empty");
    EXPECT_EQ(pieces(), 1);
}

TEST_F(KioskTest, NoCodeDoesAnythingBeforeSomebodyHasSignedIn) {
    const std::string receipt = receipt_code();
    ASSERT_TRUE(shop_.desk().staff().sign_out("kiosk").ok());
    for (const std::string& text : {std::to_string(TestShop::gtin(101)), std::string("CUST001"),
                                    TestShop::code(1), receipt, shop_.phone_code()}) {
        const ScanAnswer answer = scan(text);
        ASSERT_TRUE(answer.fault) << text;
        EXPECT_EQ(answer.fault->code(), "not_signed_in") << text;
    }
    EXPECT_EQ(kiosk_->basket("kiosk").value(), checkout::Basket());
}

TEST_F(KioskTest, DigitsAreWhatTheirSymbologyMakesThem) {
    const std::string gtin = std::to_string(TestShop::gtin(101));
    EXPECT_EQ(scan(gtin, "EAN-13").kind, Kind::product);
    // On a card, the same digits are a member's id, and nobody has that one.
    const ScanAnswer card = scan(gtin, "Code128");
    EXPECT_EQ(card.kind, Kind::member);
    ASSERT_TRUE(card.fault);
    EXPECT_EQ(card.fault->code(), "member_unknown");
    EXPECT_EQ(pieces(), 1);
}

TEST_F(KioskTest, AnEditThatIsRepeatedIsDoneOnceAlsoAfterAStart) {
    const Asked asked = shop_.asked("line-1");
    ASSERT_TRUE(ring_up("101", asked).ok());
    ASSERT_TRUE(kiosk_->done_before(asked).value());
    restart();
    EXPECT_TRUE(kiosk_->done_before(asked).value());
    EXPECT_FALSE(kiosk_->done_before(shop_.asked("line-2")).value());
    EXPECT_FALSE(kiosk_->done_before({"other", "line-1", {}}).value());
    EXPECT_FALSE(kiosk_->done_before(shop_.asked()).value());
    EXPECT_EQ(pieces(), 1);
}

TEST_F(KioskTest, ParkingThatIsRepeatedGivesTheSameLabelAlsoAfterAStart) {
    ASSERT_TRUE(ring_up("101", shop_.asked()).ok());
    EXPECT_EQ(kiosk_->park("", shop_.asked("p")).value(), "1");
    restart();
    EXPECT_EQ(kiosk_->park("", shop_.asked("p")).value(), "1");
    EXPECT_EQ(shop_.desk().parked().value().size(), 1);
}

TEST_F(KioskTest, TheKeyOfAnEarlierSaleSellsNothingElse) {
    ASSERT_TRUE(ring_up("101", shop_.asked()).ok());
    const auto sold = pay(2000, "sale");
    ASSERT_TRUE(sold.ok());
    EXPECT_EQ(pay(2000, "sale").value().seq, sold.value().seq);
    ASSERT_TRUE(ring_up("102", shop_.asked()).ok());
    EXPECT_EQ(code(pay(2000, "sale")), "request_reused");
    EXPECT_EQ(pieces(), 1);
}

TEST_F(KioskTest, ABasketThatWasEmptiedIsNotTheOneThatIsParked) {
    ASSERT_TRUE(ring_up("101", shop_.asked()).ok());
    ASSERT_TRUE(kiosk_->park("red", shop_.asked()).ok());
    ASSERT_TRUE(kiosk_->recall("red", shop_.asked()).ok());
    ASSERT_TRUE(kiosk_->set_quantity(1, 0, shop_.asked()).ok());
    ASSERT_TRUE(ring_up("102", shop_.asked()).ok());
    ASSERT_TRUE(pay(2000).ok());
    const auto parked = shop_.desk().parked().value();
    ASSERT_EQ(parked.size(), 1);
    EXPECT_EQ(parked[0].label, "red");
}

TEST_F(KioskTest, ABasketIsTakenUpAtOneScreen) {
    const Asked other{"other", "", {}};
    ASSERT_TRUE(ring_up("101", shop_.asked()).ok());
    ASSERT_TRUE(kiosk_->park("red", shop_.asked()).ok());
    ASSERT_TRUE(kiosk_->recall("red", shop_.asked()).ok());
    EXPECT_EQ(code(kiosk_->recall("red", other)), "parked_held");
    ASSERT_TRUE(shop_.desk().staff().sign_out("kiosk").ok());
    EXPECT_TRUE(kiosk_->recall("red", other).ok());
    EXPECT_EQ(pieces("other"), 1);
    EXPECT_EQ(pieces("kiosk"), 0);
}

TEST_F(KioskTest, NothingLessThanNothingIsRungUp) {
    ASSERT_TRUE(ring_up("101", shop_.asked()).ok());
    checkout::BasketLine line;
    line.code = "101";
    line.quantity_milli = -1000;
    EXPECT_EQ(code(kiosk_->add(line, shop_.asked())), "amount_not_positive");
    EXPECT_EQ(pieces(), 1);
}

}  // namespace
}  // namespace counterfoil::till
