#include "firmware/journal/spending_table.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::journal {
namespace {

using ledger::Basis;
using ledger::EventType;
using ledger::Redemption;

// The last line of defence: whoever appends, and whatever was asked before, the transaction itself
// refuses to spend what is not there.
class SpendingTableTest : public testing::Test {
  protected:
    static Redemption redemption(const std::string& coupon, std::int64_t of = 1) {
        Redemption redemption;
        redemption.coupon = coupon;
        redemption.receipt = 1;
        redemption.book = 7;
        redemption.of = of;
        return redemption;
    }
    static Redemption risky(const std::string& coupon, std::int64_t face_minor,
                            const std::string& member = {}) {
        Redemption risky = redemption(coupon);
        risky.basis = Basis::budget;
        risky.face_minor = face_minor;
        risky.member = member;
        risky.limits = {0, 2500, 2000};
        return risky;
    }
    bool append(EventType type, json::Object body) {
        std::vector<Draft> drafts;
        drafts.push_back({type, std::move(body), {}, {}});
        return ledger_.append(drafts).ok();
    }
    bool redeem(const Redemption& redemption) {
        return append(EventType::coupon_redeemed, write_body(redemption));
    }
    // Takes back the use that was recorded last, or the one that is named.
    bool roll_back(Redemption redemption, std::int64_t undoes = 0) {
        redemption.undoes = undoes != 0 ? undoes : ledger_.head().seq;
        return append(EventType::coupon_rolled_back, write_body(redemption));
    }
    SpendingTable& spending() { return ledger_.counted().spending(); }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    Journal ledger_ =
        Journal::create(Paths::in(folder_.path()), till_.world(), till_.certificates).value();
};

TEST_F(SpendingTableTest, SpendsACouponAsOftenAsItMayBe) {
    EXPECT_TRUE(redeem(redemption("c", 2)));
    EXPECT_TRUE(redeem(redemption("c", 2)));
    EXPECT_FALSE(redeem(redemption("c", 2)));
    EXPECT_TRUE(redeem(redemption("d")));
    EXPECT_EQ(spending().coupon_uses("c").value(), 2);
    EXPECT_EQ(spending().book_uses(7, "").value(), 3);
    EXPECT_TRUE(roll_back(redemption("c", 2), 3));
    EXPECT_TRUE(redeem(redemption("c", 2)));
    EXPECT_FALSE(roll_back(redemption("never")));
    EXPECT_TRUE(ledger_.check_all().ok());
}

TEST_F(SpendingTableTest, TwoUsesInOneAppendAreCountedBoth) {
    std::vector<Draft> drafts;
    for (int i = 0; i < 2; ++i)
        drafts.push_back({EventType::coupon_redeemed, write_body(redemption("c")), {}, {}});
    EXPECT_FALSE(ledger_.append(drafts).ok());
    EXPECT_EQ(spending().coupon_uses("c").value(), 0);
}

TEST_F(SpendingTableTest, KeepsTheBudgetOfTheTillAndOfEachMember) {
    EXPECT_TRUE(redeem(risky("a", 1500, "m")));
    EXPECT_FALSE(redeem(risky("b", 501, "m")));
    EXPECT_TRUE(redeem(risky("b", 500, "m")));
    EXPECT_FALSE(redeem(risky("c", 501, "n")));
    EXPECT_TRUE(redeem(risky("c", 500)));
    const std::int64_t last = ledger_.head().seq;
    EXPECT_FALSE(redeem(risky("d", 1)));
    EXPECT_EQ(spending().exposure(0, "m").value().terminal_minor, 2500);
    EXPECT_EQ(spending().exposure(0, "m").value().member_minor, 2000);
    EXPECT_TRUE(roll_back(risky("c", 500), last));
    EXPECT_TRUE(redeem(risky("d", 500)));
    EXPECT_TRUE(ledger_.check_all().ok());
}

TEST_F(SpendingTableTest, WhatTheCentreKnowsIsAtRiskNoLonger) {
    EXPECT_TRUE(redeem(risky("a", 2000)));
    Redemption later = risky("b", 2000);
    EXPECT_FALSE(redeem(later));
    later.limits.since = ledger_.head().seq;
    EXPECT_TRUE(redeem(later));
}

TEST_F(SpendingTableTest, ListsWhatIsAtRiskTheNewestFirst) {
    EXPECT_TRUE(redeem(risky("a", 700, "m")));
    EXPECT_TRUE(redeem(redemption("b")));
    EXPECT_TRUE(redeem(risky("c", 300)));
    const std::int64_t last = ledger_.head().seq;
    const auto risks = spending().risks(0, 10).value();
    ASSERT_EQ(risks.size(), 2U);
    EXPECT_EQ(risks[0].seq, last);
    EXPECT_EQ(risks[0].face_minor, 300);
    EXPECT_EQ(risks[1].seq, last - 2);
    EXPECT_EQ(risks[1].member, "m");
    EXPECT_EQ(spending().risks(0, 1).value().size(), 1U);
    EXPECT_EQ(spending().risks(last - 2, 10).value().size(), 1U) << "behind what is known";
    EXPECT_TRUE(roll_back(risky("c", 300), last));
    EXPECT_EQ(spending().risks(0, 10).value().size(), 1U);
}

TEST_F(SpendingTableTest, WhatIsTakenBackLaterMakesNoRoomThatNeverWas) {
    EXPECT_TRUE(redeem(risky("a", 2000)));
    const std::int64_t first = ledger_.head().seq;
    EXPECT_TRUE(roll_back(risky("a", 2000), first));
    EXPECT_EQ(spending().exposure(first, "").value().terminal_minor, 0);
    EXPECT_EQ(spending().exposure(0, "").value().terminal_minor, 0);
}

TEST_F(SpendingTableTest, KeepsABooksCap) {
    Redemption capped = redemption("a");
    capped.cap = 1;
    EXPECT_TRUE(redeem(capped));
    capped.coupon = "b";
    EXPECT_FALSE(redeem(capped));
}

TEST_F(SpendingTableTest, FindsTheCouponsMadeHere) {
    const ledger::PointsSpent spent{"m", 100, 500, {"0102", "COUP-1", 1, 1000, 1, 2}, "r-1"};
    EXPECT_TRUE(append(EventType::points_spent, write_body(spent)));
    for (const char* name : {"0102", "COUP-1"}) {
        const auto found = spending().find_made(name).value();
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->coupon, spent.coupon);
        EXPECT_EQ(found->member, "m");
    }
    EXPECT_FALSE(spending().find_made("COUP-2").value());
    EXPECT_FALSE(append(EventType::points_spent, write_body(spent))) << "a coupon is made once";
    EXPECT_TRUE(ledger_.check_all().ok());
}

}  // namespace
}  // namespace counterfoil::journal
