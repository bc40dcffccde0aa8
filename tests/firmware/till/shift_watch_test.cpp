#include "firmware/till/shift_watch.h"

#include <gtest/gtest.h>

#include "tests/support/test_shop.h"

namespace counterfoil::till {
namespace {

using test::TestShop;

class ShiftWatchTest : public testing::Test {
  protected:
    ShiftWatchTest() {
        shop_.sign_in("anna");
        open_shift();
    }

    void open_shift() { CF_CHECK(shop_.desk().open_shift(20'000, shop_.asked()).ok()); }
    void close_shift() {
        const auto report = shop_.desk().open_report();
        CF_CHECK(report.ok());
        CF_CHECK(shop_.desk().close_shift(report.value().expected_minor, shop_.asked()).ok());
    }
    void sell(int plu, int pieces) {
        const auto sold = shop_.desk().sell(TestShop::basket({{plu, pieces}}),
                                            {{"card", price(plu) * pieces, "4711"}}, shop_.asked());
        CF_CHECK(sold.ok());
    }
    static std::int64_t price(int plu) { return plu == 101 ? 1890 : plu == 102 ? 290 : 690; }
    std::vector<std::string> top(const ShiftWatch& watch, std::size_t most = 10) {
        std::vector<std::string> top;
        for (const ShiftWatch::Product& product : watch.top_products(most))
            top.push_back(product.name + " " + std::to_string(product.quantity_milli) + " " +
                          std::to_string(product.paid_minor));
        return top;
    }

    TestShop shop_;
};

TEST_F(ShiftWatchTest, FollowsHourByHourAndProductByProduct) {
    ShiftWatch watch(shop_.journal());
    sell(102, 3);
    ASSERT_TRUE(watch.follow().ok());
    shop_.till.clock.advance(std::int64_t{60} * 60 * 1000);
    shop_.sign_in("anna");
    sell(101, 1);
    sell(102, 1);
    ASSERT_TRUE(watch.follow().ok());
    ASSERT_TRUE(watch.follow().ok()) << "nothing is counted twice";
    ASSERT_EQ(watch.hours().size(), 2U);
    EXPECT_EQ(watch.hours().begin()->second.sales, 1);
    EXPECT_EQ(watch.hours().rbegin()->second.sales, 2);
    EXPECT_EQ(watch.hours().rbegin()->second.total_minor, 1890 + 290);
    EXPECT_EQ(top(watch), (std::vector<std::string>{"Sajtburger 1000 1890", "Kifli 4000 1160"}));
    EXPECT_EQ(top(watch, 1).size(), 1U);
}

TEST_F(ShiftWatchTest, TakesOffWhatIsGivenBack) {
    ShiftWatch watch(shop_.journal());
    sell(101, 2);
    checkout::Counter::RefundWish wish;
    wish.receipt = 1;
    wish.lines = {{1, 1000}};
    wish.reason = "cold";
    wish.reference = "4711";
    ASSERT_TRUE(shop_.desk().refund(wish, shop_.asked()).ok());
    ASSERT_TRUE(watch.follow().ok());
    EXPECT_EQ(top(watch), std::vector<std::string>{"Sajtburger 1000 1890"});
    EXPECT_EQ(watch.hours().begin()->second.sales, 1);
    EXPECT_EQ(watch.hours().begin()->second.total_minor, 2 * 1890);
    EXPECT_EQ(watch.hours().begin()->second.back_minor, 1890);
    wish.lines.clear();
    ASSERT_TRUE(shop_.desk().refund(wish, shop_.asked()).ok());
    ASSERT_TRUE(watch.follow().ok());
    EXPECT_TRUE(top(watch).empty());
}

TEST_F(ShiftWatchTest, BeginsAnewWithEachShiftAndReadsAnOpenOneFromItsBeginning) {
    ShiftWatch watch(shop_.journal());
    sell(101, 1);
    close_shift();
    ASSERT_TRUE(watch.follow().ok());
    EXPECT_EQ(watch.shift(), "");
    EXPECT_TRUE(watch.hours().empty());
    open_shift();
    sell(102, 1);
    ASSERT_TRUE(watch.follow().ok());
    EXPECT_EQ(top(watch), std::vector<std::string>{"Kifli 1000 290"});
    sell(103, 1);
    ShiftWatch late(shop_.journal());
    ASSERT_TRUE(late.follow().ok());
    ASSERT_TRUE(watch.follow().ok());
    EXPECT_EQ(top(late), top(watch));
    EXPECT_EQ(late.shift(), watch.shift());
    // A shift that was closed and another that was opened between two looks.
    close_shift();
    open_shift();
    ASSERT_TRUE(watch.follow().ok());
    EXPECT_TRUE(watch.hours().empty());
}

}  // namespace
}  // namespace counterfoil::till
