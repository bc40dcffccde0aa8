#include <gtest/gtest.h>

#include "firmware/checkout/cash_desk.h"
#include "tests/support/pruning.h"
#include "tests/support/test_shop.h"

namespace counterfoil::checkout {
namespace {

using test::TestShop;

// A shop that has pruned the day on which it sold a burger with a coupon out of a parked basket.
class PrunedShop : public testing::Test {
  protected:
    PrunedShop() {
        shop_.sign_in("anna");
        CF_CHECK(desk().open_shift(20'000, shop_.asked()).ok());
        basket_ = TestShop::basket({{101, 2}});
        basket_.id = "b-1";
        basket_.coupons = {TestShop::code(1)};
        const auto sale = sell("r-1");
        CF_CHECK(sale.ok());
        sold_ = sale.value();
        const auto event = shop_.journal().find_event(sold_.seq).value();
        std::copy_n(ledger::event_hash(event->bytes).begin(), code_.hash_prefix.size(),
                    code_.hash_prefix.begin());
        code_.terminal = "T01";
        code_.seq = sold_.seq;
        CF_CHECK(desk().close_shift(20'000 + sold_.body.total_minor, shop_.asked()).ok());
        journal::fill(shop_.journal(), 1100);
        shop_.till.clock.advance(100 * journal::kDayMs);
        shop_.load(TestShop::default_rows(), 2, shop_.journal().head().seq);
        const auto receipt = journal::receipt_for(shop_.journal(), shop_.journal().head().seq,
                                                  shop_.till.clock.now());
        CF_CHECK(prune_all(shop_.journal(), {receipt, 90, 0}).ok());
        CF_CHECK(shop_.journal().base().seq > sold_.seq);
        shop_.sign_in("anna");
        CF_CHECK(desk().open_shift(20'000, shop_.asked()).ok());
        head_ = shop_.journal().head().seq;
    }

    CashDesk& desk() { return shop_.desk(); }
    Outcome<Recorded<ledger::Sale>> sell(const std::string& request) {
        return desk().sell(basket_, {{"cash", 100'000, ""}}, shop_.asked(request));
    }
    template <class T>
    static std::string code(const Outcome<T>& outcome) {
        return outcome.ok() ? "done" : outcome.error().code();
    }

    TestShop shop_;
    Basket basket_;
    Recorded<ledger::Sale> sold_;
    token::ReceiptCode code_;
    std::int64_t head_ = 0;
};

TEST_F(PrunedShop, SendsToTheCentreForWhatItNoLongerHas) {
    const auto refund = desk().refund({1, {}, "", "", "cold", {}}, shop_.approved());
    EXPECT_EQ(code(refund), "kept_at_centre");
    EXPECT_EQ(refund.error().status(), 410);
    EXPECT_NE(refund.error().sentence().english.find("the centre"), std::string::npos);
    EXPECT_NE(refund.error().sentence().hungarian.find("központ"), std::string::npos);
    EXPECT_EQ(code(desk().void_last(1, "mistyped", shop_.approved())), "kept_at_centre");
    EXPECT_EQ(code(desk().reprint(1, shop_.asked())), "kept_at_centre");
    EXPECT_EQ(code(desk().receipt_of(code_)), "kept_at_centre");
    EXPECT_EQ(code(desk().paper_of(sold_.seq, {})), "kept_at_centre");
    EXPECT_EQ(shop_.journal().head().seq, head_) << "something was recorded";
    EXPECT_EQ(code(desk().reprint(99, shop_.asked())), "receipt_unknown");
    code_.seq = head_ + 1;
    EXPECT_EQ(code(desk().receipt_of(code_)), "receipt_unknown");
}

TEST_F(PrunedShop, DoesNothingTwiceForAllThat) {
    EXPECT_EQ(code(sell("r-1")), "kept_at_centre");
    EXPECT_NE(code(sell("r-2")), "done") << "the coupon is used up and the basket sold";
    EXPECT_TRUE(desk().was_sold("b-1").value());
    EXPECT_EQ(shop_.journal()
                  .counted()
                  .spending()
                  .coupon_uses(base::to_hex(TestShop::coupon(1, 1).serial))
                  .value(),
              1);
    EXPECT_EQ(shop_.journal().head().seq, head_);
}

TEST_F(PrunedShop, SellsAndTakesBackWithCentralDataFromBeforeAllThat) {
    shop_.stop();
    for (const char* name : {"mirror.db", "mirror.db-wal", "mirror.db-shm"})
        std::filesystem::remove(shop_.folder / name);
    shop_.load(TestShop::default_rows(), 1, 0);
    shop_.restart();
    shop_.sign_in("anna");
    basket_ = TestShop::basket({{101, 1}});
    const auto sale = sell("r-3");
    ASSERT_TRUE(sale.ok()) << sale.error().code();
    EXPECT_EQ(sale.value().body.receipt, 2);
    EXPECT_TRUE(desk().refund({2, {}, "", "", "cold", {}}, shop_.approved()).ok());
    EXPECT_TRUE(desk().shop().recognise("CUST001").ok());
    EXPECT_TRUE(shop_.journal().check_all().ok());
}

}  // namespace
}  // namespace counterfoil::checkout
