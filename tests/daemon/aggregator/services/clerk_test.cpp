#include "daemon/aggregator/services/clerk.h"

#include <gtest/gtest.h>

#include "daemon/aggregator/services/accounts.h"
#include "daemon/aggregator/services/purchases.h"
#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::services {
namespace {

class ClerkTest : public testing::Test {
  protected:
    // What became of the acts, in the order in which they were asked for.
    std::vector<std::string> done(std::vector<std::function<Clerk::Answer(Desk&)>> acts) {
        std::vector<std::string> answers;
        for (auto& act : acts)
            EXPECT_TRUE(clerk_.ask({"", std::move(act), [&](const Clerk::Answer& answer) {
                                        answers.push_back(answer.ok() ? answer.value()
                                                                      : answer.error().code);
                                    }}));
        while (clerk_.is_waiting()) clerk_.work();
        return answers;
    }

    static Clerk::Answer create(Desk& desk, const std::string& loyalty_id) {
        NewAccount fresh;
        fresh.tier = "normal";
        fresh.profile.loyalty_id = loyalty_id;
        CF_LET(const Account account, create_account(desk, Settings(), fresh));
        return account.id;
    }
    std::int64_t customers() { return list_customers(centre_.database(), 0, 1, {}).value().total; }

    ingest::Centre centre_;
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    base::UuidMaker ids_{clock_, key_.entropy};
    ingest::OwnLedger own_ =
        ingest::OwnLedger::open(
            {centre_.database(), key_.key, key_.certificates.front(), clock_, key_.entropy})
            .value();
    Clerk clerk_{{centre_.database(), own_, clock_, ids_, key_.entropy}, [] {}};
};

TEST_F(ClerkTest, WhatIsRefusedChangesNothingAndStopsNobody) {
    const auto answers = done({[](Desk& desk) { return create(desk, "A"); },
                               [](Desk& desk) { return create(desk, "A"); },
                               [](Desk& desk) { return create(desk, "B"); }});
    EXPECT_EQ(answers[1], "LOYALTY_ID_TAKEN");
    EXPECT_EQ(customers(), 2);
    EXPECT_EQ(own_.cursor().seq, 3);
}

TEST_F(ClerkTest, WhatFailsTakesNobodyElseWithIt) {
    const auto answers = done({[](Desk& desk) { return create(desk, "A"); },
                               [](Desk& desk) -> Clerk::Answer {
                                   CF_TRY(create(desk, "B"));
                                   return Fault(base::Error(base::Code::corrupt, "a damaged row"));
                               },
                               [](Desk& desk) { return create(desk, "C"); }});
    EXPECT_EQ(answers[1], "INTERNAL");
    EXPECT_EQ(customers(), 2);
    EXPECT_EQ(own_.cursor().seq, 3);
    EXPECT_EQ(done({[](Desk& desk) { return create(desk, "B"); }}).size(), 1U);
    EXPECT_EQ(customers(), 3);
}

TEST_F(ClerkTest, WhoeverRefusesAfterRecordingHasDoneNothing) {
    const auto answers = done({[](Desk& desk) -> Clerk::Answer {
        CF_TRY(create(desk, "A"));
        return Refusal::last_admin;
    }});
    EXPECT_EQ(answers.front(), "INTERNAL");
    EXPECT_EQ(customers(), 0);
    EXPECT_EQ(own_.cursor().seq, 1);
}

TEST_F(ClerkTest, MoreThanItHasRoomForIsNotTaken) {
    for (std::size_t i = 0; i < Waiting<Clerk::Act>::kRoom; ++i)
        EXPECT_TRUE(clerk_.ask({"", [](Desk&) { return std::string(); }, [](Clerk::Answer) {}}));
    EXPECT_FALSE(clerk_.ask({"", [](Desk&) { return std::string(); }, [](Clerk::Answer) {}}));
    clerk_.work();
    EXPECT_TRUE(clerk_.is_waiting()) << "others have a turn";
    while (clerk_.is_waiting()) clerk_.work();
}

TEST_F(ClerkTest, MoreBytesThanItHasRoomForAreNotTaken) {
    constexpr std::size_t kAll = Waiting<Clerk::Act>::kRoomBytes;
    const auto ask = [&](std::size_t bytes) {
        return clerk_.ask(
            {"", [](Desk&) { return std::string(); }, [](const Clerk::Answer&) {}, {}, bytes});
    };
    EXPECT_TRUE(ask(kAll - 10));
    EXPECT_FALSE(ask(11));
    EXPECT_TRUE(ask(10));
    EXPECT_FALSE(ask(1));
    EXPECT_TRUE(ask(0)) << "small things do not wait for room";
    clerk_.work();
    EXPECT_TRUE(ask(kAll + 1)) << "alone it may be as large as it is";
    EXPECT_FALSE(ask(1));
    clerk_.work();
    EXPECT_TRUE(ask(1));
    clerk_.work();
}

TEST_F(ClerkTest, WhereTheStoreFailsAllAreAnsweredAtOnceAndNothingIsTriedAgain) {
    for (const base::Code code :
         {base::Code::io_failed, base::Code::disk_full, base::Code::second_writer}) {
        int begun = 0;
        const auto works = [&](Desk& desk) {
            ++begun;
            return create(desk, "A" + std::to_string(begun));
        };
        const auto fails = [&](Desk&) -> Clerk::Answer {
            ++begun;
            return Fault(base::Error(code, "what every statement says now"));
        };
        EXPECT_EQ(done({works, fails, works, works}), std::vector<std::string>(4, "UNAVAILABLE"));
        EXPECT_EQ(begun, 2);
        EXPECT_EQ(customers(), 0);
        EXPECT_EQ(own_.cursor().seq, 1);
    }
    EXPECT_NE(done({[](Desk& desk) { return create(desk, "A"); }}).front(), "UNAVAILABLE");
    EXPECT_EQ(customers(), 1);
}

TEST_F(ClerkTest, APurchaseHasOneIdWhereverItIsAsked) {
    const std::string id = done({[](Desk& desk) { return create(desk, "A"); }}).front();
    const std::string made = done({[&](Desk& desk) -> Clerk::Answer {
                                 CF_LET(const MadePurchase purchase,
                                        record_purchase(desk, Settings(), {id, 5000, "R1"}));
                                 return purchase.purchase.id;
                             }}).front();
    const auto listed = list_purchases(centre_.database(), id, 0, 10).value();
    ASSERT_EQ(listed.purchases.size(), 1U);
    EXPECT_EQ(listed.purchases.front().id, made);
    EXPECT_EQ(listed.purchases.front().receipt_number, "R1");
    EXPECT_EQ(find_account(centre_.database(), id).value().points, 55);
}

}  // namespace
}  // namespace counterfoil::services
