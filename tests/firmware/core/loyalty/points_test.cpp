#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "firmware/core/loyalty/points.h"
#include "tests/support/properties.h"

namespace counterfoil::loyalty {
namespace {

constexpr std::int64_t kMostPoints = std::numeric_limits<std::int64_t>::max();

base::Uuid lot_id(int number) {
    base::Uuid id;
    id.bytes[14] = static_cast<std::uint8_t>(number / 256);
    id.bytes[15] = static_cast<std::uint8_t>(number % 256);
    return id;
}

struct LotTimes {
    std::int64_t earned_ms = 0;
    std::int64_t pending_until_ms = 0;
    std::int64_t expires_ms = kNeverMs;
};

PointLot lot(int number, std::int64_t amount, LotTimes times = {}) {
    return {lot_id(number), times.earned_ms, times.pending_until_ms, times.expires_ms, amount};
}

PointAccount account_of(const std::vector<PointLot>& lots) {
    PointAccount account;
    for (const PointLot& one : lots) EXPECT_TRUE(account.earn(one).ok());
    return account;
}

std::int64_t left_in_all(const PointAccount& account) {
    std::int64_t left = 0;
    for (const PointLot& one : account.lots()) left += one.left;
    return left;
}

TEST(PointAccount, LetsPendingPointsBecomeAvailableWhenTheirTimeComes) {
    const PointAccount account = account_of({lot(1, 55, {10, 20, 30})});
    EXPECT_EQ(account.available(19), 0);
    EXPECT_EQ(account.pending(19), 55);
    EXPECT_EQ(account.available(20), 55);
    EXPECT_EQ(account.pending(20), 0);
    EXPECT_EQ(account.available(29), 55);
    EXPECT_EQ(account.available(30), 0);
}

TEST(PointAccount, SpendsTheNearestExpiryFirst) {
    PointAccount account = account_of(
        {lot(1, 10), lot(2, 20, {0, 0, 500}), lot(3, 30, {0, 0, 100}), lot(4, 40, {0, 0, 500})});
    const auto shares = account.spend(55, 50).value();
    EXPECT_EQ(shares, (std::vector<PointShare>{{lot_id(3), 30}, {lot_id(2), 20}, {lot_id(4), 5}}));
    EXPECT_EQ(account.available(50), 45);
    EXPECT_EQ(account.spend(45, 50).value(),
              (std::vector<PointShare>{{lot_id(4), 35}, {lot_id(1), 10}}));
}

TEST(PointAccount, SpendsTheEarlierEarnedOfTwoThatExpireTogether) {
    PointAccount account = account_of({lot(1, 5, {9, 9, 100}), lot(2, 5, {8, 9, 100})});
    EXPECT_EQ(account.spend(5, 50).value(), (std::vector<PointShare>{{lot_id(2), 5}}));
}

TEST(PointAccount, RefusesToSpendWhatIsNotFree) {
    PointAccount account =
        account_of({lot(1, 10), lot(2, 20, {0, 60, 500}), lot(3, 30, {0, 0, 40})});
    EXPECT_EQ(account.spend(11, 50).error(), Refusal::points_insufficient);
    EXPECT_EQ(account.spend(0, 50).error(), Refusal::points_not_positive);
    EXPECT_EQ(account.spend(-1, 50).error(), Refusal::points_not_positive);
    EXPECT_EQ(account.spend(kMostPoints, 50).error(), Refusal::points_insufficient);
    EXPECT_EQ(account.totals(), (PointTotals{60, 0, 0}));
    EXPECT_TRUE(account.spend(10, 50).ok());
    EXPECT_EQ(account.spend(1, 50).error(), Refusal::points_insufficient);
}

TEST(PointAccount, GivesASpendBackToItsLots) {
    PointAccount account = account_of({lot(1, 10), lot(2, 20, {0, 0, 500})});
    const PointAccount before = account;
    const auto shares = account.spend(25, 50).value();
    ASSERT_TRUE(account.give_back(shares).ok());
    EXPECT_EQ(account.lots(), before.lots());
    EXPECT_EQ(account.totals(), before.totals());
}

TEST(PointAccount, GivesBackInParts) {
    PointAccount account = account_of({lot(1, 10)});
    ASSERT_TRUE(account.spend(10, 0).ok());
    ASSERT_TRUE(account.give_back({{lot_id(1), 3}, {lot_id(1), 4}}).ok());
    EXPECT_EQ(account.available(0), 7);
    EXPECT_EQ(account.give_back({{lot_id(1), 4}}).error(), Refusal::give_back_exceeds_spend);
    EXPECT_TRUE(account.give_back({{lot_id(1), 3}}).ok());
    EXPECT_EQ(account.totals(), (PointTotals{10, 0, 0}));
}

TEST(PointAccount, ChangesNothingWhenAGiveBackIsRefused) {
    PointAccount account = account_of({lot(1, 10), lot(2, 10)});
    ASSERT_TRUE(account.spend(15, 0).ok());
    const std::vector<PointLot> before = account.lots();
    EXPECT_EQ(account.give_back({{lot_id(1), 10}, {lot_id(2), 6}}).error(),
              Refusal::give_back_exceeds_spend);
    EXPECT_EQ(account.give_back({{lot_id(1), 1}, {lot_id(3), 1}}).error(), Refusal::lot_unknown);
    EXPECT_EQ(account.give_back({{lot_id(1), 1}, {lot_id(2), 0}}).error(),
              Refusal::points_not_positive);
    EXPECT_EQ(account.lots(), before);
    EXPECT_EQ(account.totals(), (PointTotals{20, 15, 0}));
}

TEST(PointAccount, LetsGoOfPointsThatRunOut) {
    PointAccount account =
        account_of({lot(1, 10), lot(2, 20, {0, 0, 500}), lot(3, 30, {0, 0, 100})});
    EXPECT_TRUE(account.expire(99).empty());
    ASSERT_TRUE(account.spend(12, 50).ok());
    EXPECT_EQ(account.expire(100), (std::vector<PointShare>{{lot_id(3), 18}}));
    EXPECT_TRUE(account.expire(100).empty());
    EXPECT_EQ(account.expire(kNeverMs - 1), (std::vector<PointShare>{{lot_id(2), 20}}));
    EXPECT_EQ(account.totals(), (PointTotals{60, 12, 38}));
    EXPECT_EQ(account.available(1000), 10);
}

TEST(PointAccount, LetsPointsGivenBackToALotThatRanOutExpire) {
    PointAccount account = account_of({lot(1, 30, {0, 0, 100})});
    const auto shares = account.spend(12, 50).value();
    EXPECT_EQ(account.expire(100).front().points, 18);
    ASSERT_TRUE(account.give_back(shares).ok());
    EXPECT_EQ(account.available(100), 0);
    EXPECT_EQ(account.expire(100), (std::vector<PointShare>{{lot_id(1), 12}}));
    EXPECT_EQ(account.totals(), (PointTotals{30, 0, 30}));
}

TEST(PointAccount, RefusesALotThatMakesNoSense) {
    PointAccount account;
    EXPECT_EQ(account.earn(lot(1, 0)).error(), Refusal::points_not_positive);
    EXPECT_EQ(account.earn(lot(1, -5)).error(), Refusal::points_not_positive);
    EXPECT_EQ(account.earn(lot(1, 5, {10, 9, 20})).error(), Refusal::lot_times_wrong);
    EXPECT_EQ(account.earn(lot(1, 5, {10, 20, 20})).error(), Refusal::lot_times_wrong);
    EXPECT_TRUE(account.lots().empty());
}

TEST(PointAccount, CreditsAnEarningOnce) {
    PointAccount account = account_of({lot(1, 5)});
    EXPECT_EQ(account.earn(lot(1, 5)).error(), Refusal::lot_exists);
    EXPECT_EQ(account.totals().earned, 5);
}

TEST(PointAccount, RefusesPointsThatDoNotFit) {
    PointAccount account = account_of({lot(1, kMostPoints - 1)});
    EXPECT_EQ(account.earn(lot(2, 2)).error(), Refusal::points_too_many);
    EXPECT_TRUE(account.earn(lot(2, 1)).ok());
    EXPECT_EQ(account.available(0), kMostPoints);
    EXPECT_TRUE(account.spend(kMostPoints, 0).ok());
}

TEST(PointAccount, HoldsABoundedNumberOfLots) {
    PointAccount account;
    for (std::size_t i = 0; i < kMaxLots; ++i)
        ASSERT_TRUE(account.earn(lot(static_cast<int>(i), 1)).ok());
    EXPECT_EQ(account.earn(lot(static_cast<int>(kMaxLots), 1)).error(), Refusal::too_many_lots);
    EXPECT_EQ(account.available(0), static_cast<std::int64_t>(kMaxLots));
}

TEST(PointAccount, LooksAtNothingButTheAmountOfANewLot) {
    PointLot odd = lot(1, 5);
    odd.left = 77;
    odd.spent = -3;
    EXPECT_EQ(account_of({odd}).lots().front(), (PointLot{lot_id(1), 0, 0, kNeverMs, 5, 5, 0}));
}

// A history of random calls beside a ledger kept by hand.
struct History {
    PointAccount account;
    std::vector<std::vector<PointShare>> spends;
    std::int64_t earned = 0;
    std::int64_t spent = 0;
    std::int64_t expired = 0;
    std::int64_t now_ms = 0;
    int lots = 0;

    void earn() {
        const auto amount = test::draw<std::int64_t>(1, 1000);
        const auto wait_ms = test::draw<std::int64_t>(0, 20);
        const auto life_ms = test::draw<std::int64_t>(1, 100);
        const LotTimes times{now_ms, now_ms + wait_ms, now_ms + wait_ms + life_ms};
        RC_ASSERT(account.earn(lot(++lots, amount, times)).ok());
        earned += amount;
    }

    void spend() {
        const auto points = test::draw<std::int64_t>(1, 1500);
        const std::int64_t available = account.available(now_ms);
        const auto shares = account.spend(points, now_ms);
        RC_ASSERT(shares.ok() == (points <= available));
        if (!shares.ok()) return;
        std::int64_t sum = 0;
        for (const PointShare& share : shares.value()) sum += share.points;
        RC_ASSERT(sum == points);
        RC_ASSERT(account.available(now_ms) == available - points);
        spent += points;
        spends.push_back(shares.value());
    }

    void give_back() {
        if (spends.empty()) return;
        for (const PointShare& share : spends.back()) spent -= share.points;
        RC_ASSERT(account.give_back(spends.back()).ok());
        spends.pop_back();
    }

    void expire() {
        for (const PointShare& share : account.expire(now_ms)) expired += share.points;
        for (const PointLot& one : account.lots())
            RC_ASSERT(one.left == 0 || one.expires_ms > now_ms);
    }
};

TEST(PointHistory, LeavesInItsLotsWhatWasEarnedLessSpentLessExpired) {
    test::expect_always([] {
        History history;
        for (int steps = test::draw(0, 40); steps > 0; --steps) {
            const int step = test::draw(0, 5);
            if (step == 0 || step == 4) history.earn();
            if (step == 1) history.spend();
            if (step == 2) history.give_back();
            if (step == 3) history.expire();
            history.now_ms += test::draw<std::int64_t>(0, 30);
            RC_ASSERT(left_in_all(history.account) ==
                      history.earned - history.spent - history.expired);
            RC_ASSERT(history.account.totals() ==
                      (PointTotals{history.earned, history.spent, history.expired}));
            RC_ASSERT(history.account.available(history.now_ms) +
                          history.account.pending(history.now_ms) <=
                      left_in_all(history.account));
        }
    });
}

// No lot is touched while one that expires sooner has free points left.
TEST(PointHistory, NeverTouchesALaterLotBeforeASoonerOneIsEmpty) {
    test::expect_always([] {
        History history;
        const auto lots = test::draw(1, 12);
        for (int i = 0; i < lots; ++i) history.earn();
        history.now_ms += test::draw<std::int64_t>(0, 60);
        const std::int64_t available = history.account.available(history.now_ms);
        RC_PRE(available > 0);
        const auto points = test::draw<std::int64_t>(1, available + 1);
        const auto shares = history.account.spend(points, history.now_ms).value();
        std::map<base::Uuid, std::int64_t> expiry;
        for (const PointLot& one : history.account.lots()) expiry[one.id] = one.expires_ms;
        const std::int64_t last_touched = expiry[shares.back().lot];
        for (const PointLot& one : history.account.lots()) {
            const bool free =
                one.pending_until_ms <= history.now_ms && history.now_ms < one.expires_ms;
            RC_ASSERT(!free || one.expires_ms >= last_touched || one.left == 0);
        }
    });
}

}  // namespace
}  // namespace counterfoil::loyalty
