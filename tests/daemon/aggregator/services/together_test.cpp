#include "daemon/aggregator/services/purchases.h"
#include "daemon/aggregator/services/sign_in.h"
#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "tests/daemon/aggregator/services/book_shop.h"
#include "tests/support/postgres_proxy.h"

namespace counterfoil::services {
namespace {

// Acts that share a transaction, and what they know of one another.
class TogetherTest : public BookTest {
  protected:
    using Act = std::function<Clerk::Answer(Desk&)>;

    // In one transaction. Where it is said what they want, it is read beforehand.
    std::vector<std::string> done(std::vector<Act> acts, const std::optional<Wanted>& wanted = {}) {
        std::vector<std::string> answers;
        Clerk clerk(shop_.world(), [] {});
        for (Act& act : acts) {
            Clerk::Act asked;
            asked.act = std::move(act);
            asked.done = [&](const Clerk::Answer& answer) {
                answers.push_back(answer.ok() ? answer.value() : answer.error().code);
            };
            if (wanted) asked.wanted = [wanted] { return *wanted; };
            CF_CHECK(clerk.ask(std::move(asked)));
        }
        clerk.work();
        CF_CHECK(answers.size() == acts.size());
        return answers;
    }
    // Answers with the points that the account has then.
    static Act purchase(const std::string& account, const std::string& reference = "",
                        std::int64_t amount_minor = 5000) {
        return [=](Desk& desk) -> Clerk::Answer {
            CF_LET(const MadePurchase made,
                   record_purchase(desk, Settings(), {account, amount_minor, reference}));
            return std::to_string(made.account.points);
        };
    }
    static Act coupon(const std::string& account) {
        return [=](Desk& desk) -> Clerk::Answer {
            CF_LET(const MadeCoupon made, buy_coupon(desk, Settings(), account));
            return std::to_string(made.account.points);
        };
    }
    static Act call(const std::string& account) {
        return [=](Desk& desk) -> Clerk::Answer {
            CF_LET(const Caller caller, desk.find_caller(account, 1));
            return caller.account;
        };
    }
    std::int64_t batches() {
        return shop_.database().query("SELECT COUNT(*) FROM batch").value().integer(0, 0);
    }
    std::int64_t points(const std::string& account) {
        return find_account(shop_.database(), account).value().points;
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, TogetherTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(TogetherTest, PurchasesAddUpAndShareABatch) {
    for (const std::optional<Wanted>& wanted :
         {std::optional<Wanted>(), std::optional(Wanted{{}, {alice_, bob_}, {"R1"}})}) {
        const std::int64_t before = batches();
        const std::int64_t had = points(alice_);
        EXPECT_EQ(
            done({purchase(alice_), purchase(bob_), purchase(alice_), purchase(alice_)}, wanted)[3],
            std::to_string(had + 165));
        EXPECT_EQ(points(alice_), had + 165);
        if (wanted) {
            EXPECT_EQ(batches(), before + 1);
        }
        EXPECT_EQ(find_account(shop_.database(), alice_).value().visits, wanted ? 6 : 3);
    }
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(TogetherTest, PointsAreSpentThatWereJustEarned) {
    const Wanted wanted{{}, {alice_}, {}};
    const auto answers = done({coupon(alice_), purchase(alice_, "", 10'000), coupon(alice_),
                               purchase(alice_), coupon(alice_)},
                              wanted);
    EXPECT_EQ(answers, (std::vector<std::string>{"POINTS_INSUFFICIENT", "110", "10", "65",
                                                 "POINTS_INSUFFICIENT"}));
    EXPECT_EQ(points(alice_), 65);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(TogetherTest, AReceiptIsTakenOnce) {
    for (const std::optional<Wanted>& wanted :
         {std::optional<Wanted>(), std::optional(Wanted{{}, {alice_}, {"A2"}})}) {
        const std::string name = wanted ? "A2" : "A1";
        const auto answers = done(
            {purchase(alice_, name), purchase(bob_, name), purchase(bob_, name + "b")}, wanted);
        EXPECT_EQ(answers[1], "RECEIPT_TAKEN");
        EXPECT_EQ(done({purchase(bob_, name)}, wanted)[0], "RECEIPT_TAKEN");
    }
    EXPECT_EQ(points(alice_), 110);
    EXPECT_EQ(points(bob_), 110);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(TogetherTest, WhoseSessionsHaveJustEndedIsNotBelieved) {
    const Wanted wanted{{alice_, bob_}, {alice_}, {}};
    const auto answers = done({call(alice_), purchase(alice_), call(alice_),
                               [&](Desk& desk) -> Clerk::Answer {
                                   CF_TRY(set_pin(desk, alice_, "hash"));
                                   return std::string("set");
                               },
                               call(alice_), call(bob_)},
                              wanted);
    EXPECT_EQ(answers[0], alice_);
    EXPECT_EQ(answers[2], alice_);
    EXPECT_EQ(answers[4], "TOKEN_INVALID");
    EXPECT_EQ(answers[5], bob_);
}

TEST_P(TogetherTest, WhoeverIsRemovedBuysNothingBehindThat) {
    const auto answers = done({purchase(alice_),
                               [&](Desk& desk) -> Clerk::Answer {
                                   CF_TRY(remove_account(desk, alice_));
                                   return std::string("removed");
                               },
                               purchase(alice_)},
                              Wanted{{}, {alice_}, {}});
    EXPECT_EQ(answers[2], "CUSTOMER_NOT_FOUND");
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(TogetherTest, WhatFailsTakesNoPurchaseWithIt) {
    const std::int64_t events = shop_.events();
    const auto answers = done({purchase(alice_),
                               [&](Desk& desk) -> Clerk::Answer {
                                   CF_TRY(record_purchase(desk, Settings(), {alice_, 5000, ""}));
                                   return Fault(base::Error(base::Code::corrupt, "a damaged row"));
                               },
                               purchase(alice_)},
                              Wanted{{}, {alice_}, {}});
    EXPECT_EQ(answers[1], "INTERNAL");
    EXPECT_EQ(answers[2], "110");
    EXPECT_EQ(points(alice_), 110);
    EXPECT_EQ(shop_.events(), events + 2);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

// The centre's own tables refuse what a purchase says, when it is written with the others.
TEST_P(TogetherTest, WhatTheStoreRefusesAtTheEndTakesNobodyWithIt) {
    const auto answers = done({purchase(alice_),
                               [&](Desk& desk) -> Clerk::Answer {
                                   ingest::RecordedPurchase purchase{bob_, "HUF", 5000, 55, "X1"};
                                   CF_TRY(desk.record(purchase));
                                   CF_TRY(desk.record(purchase));
                                   return std::string("recorded");
                               },
                               purchase(alice_)});
    EXPECT_EQ(answers[0], "55");
    EXPECT_EQ(answers[1], "INTERNAL");
    EXPECT_EQ(answers[2], "110");
    EXPECT_EQ(points(bob_), 0);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(TogetherTest, ManyBuyAtATimeAndEachForHimself) {
    constexpr std::size_t kUsers = 40;
    Wanted wanted;
    std::vector<Act> acts;
    for (std::size_t i = 0; i < kUsers; ++i) {
        const std::string id = i == 17 ? "00000000-0000-7000-8000-000000000000"
                                       : shop_.user("u" + std::to_string(i) + "@example.com");
        wanted.accounts.push_back(id);
        acts.push_back(purchase(id, "", static_cast<std::int64_t>(i + 1) * 1000));
    }
    const auto answers = done(acts, wanted);
    for (std::size_t i = 0; i < kUsers; ++i) {
        EXPECT_EQ(answers[i], i == 17 ? "CUSTOMER_NOT_FOUND" : std::to_string((i + 1) * 11));
        if (i != 17) {
            EXPECT_EQ(points(wanted.accounts[i]), static_cast<std::int64_t>(i + 1) * 11);
        }
    }
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

// Purchases of customers, in a centre behind a proxy.
class PurchasesOfPostgres : public testing::Test {
  protected:
    PurchasesOfPostgres() {
        CF_CHECK(store::migrate(*straight_, store::migrations()).ok());
        database_ = test::connect(proxy_.through(postgres_.dsn()));
        own_.emplace(ingest::OwnLedger::open({*database_, key_.key, key_.certificates.front(),
                                              key_.clock, key_.entropy})
                         .value());
        clerk_.emplace(Desk::World{*database_, *own_, key_.clock, ids_, key_.entropy}, [] {});
        for (int i = 0; i < kBuyers; ++i)
            CF_CHECK(own_->within([&]() -> base::Status {
                             Desk desk({*database_, *own_, key_.clock, ids_, key_.entropy}, "");
                             NewAccount fresh;
                             fresh.tier = "normal";
                             const auto made = create_account(desk, Settings(), fresh);
                             buyers_.push_back(made.value().id);
                             return {};
                         })
                         .ok());
    }
    // One purchase of each, in one transaction.
    void buy() {
        answers_.clear();
        for (const std::string& buyer : buyers_) {
            Clerk::Act act;
            act.act = [buyer](Desk& desk) -> Clerk::Answer {
                CF_LET(const auto made, record_purchase(desk, Settings(), {buyer, 5000, ""}));
                return std::to_string(made.account.points);
            };
            act.done = [this](const Clerk::Answer& answer) {
                answers_.push_back(answer.ok() ? answer.value() : answer.error().code);
            };
            act.wanted = [buyer] { return Wanted{{}, {buyer}, {}}; };
            CF_CHECK(clerk_->ask(std::move(act)));
        }
        clerk_->work();
    }
    std::int64_t purchases() {
        return straight_->query("SELECT COUNT(*) FROM purchase").value().integer(0, 0);
    }

    static constexpr int kBuyers = 10;
    store::PostgresStore postgres_;
    std::unique_ptr<store::Database> straight_ = test::connect(postgres_.dsn());
    test::PostgresProxy proxy_{postgres_.dsn()};
    test::TestTill key_{99, "centre"};
    base::UuidMaker ids_{key_.clock, key_.entropy};
    std::unique_ptr<store::Database> database_;
    std::optional<ingest::OwnLedger> own_;
    std::optional<Clerk> clerk_;
    std::vector<std::string> buyers_;
    std::vector<std::string> answers_;
};

TEST_F(PurchasesOfPostgres, AskTheServerTwiceForAllOfThem) {
    buy();  // what is to be prepared is
    const std::int64_t before = proxy_.trips();
    buy();
    EXPECT_EQ(proxy_.trips(), before + 2);
    EXPECT_EQ(answers_, std::vector<std::string>(kBuyers, "110"));
    EXPECT_EQ(purchases(), 2 * kBuyers);
}

// Nobody knows whether they were kept: nobody is told that they were, and none is there twice.
TEST_F(PurchasesOfPostgres, AreThereOnceOrNotAtAllWhereTheEndIsCut) {
    buy();
    std::int64_t kept = kBuyers;
    for (const auto moment :
         {test::CutMoment::before, test::CutMoment::halfway, test::CutMoment::after}) {
        proxy_.set({1, moment, true, {}});
        buy();
        ASSERT_TRUE(proxy_.was_cut());
        EXPECT_EQ(answers_, std::vector<std::string>(kBuyers, "UNAVAILABLE"));
        if (moment == test::CutMoment::after) kept += kBuyers;
        EXPECT_EQ(purchases(), kept);
        buy();
        kept += kBuyers;
        EXPECT_EQ(answers_, std::vector<std::string>(kBuyers, std::to_string(kept / kBuyers * 55)));
        EXPECT_EQ(purchases(), kept);
    }
}

// Somebody else holds the ledger for longer than anybody waits.
TEST(ClerkOfPostgres, WaitsOnceForAllThatCameTogether) {
    constexpr int kActs = 20;
    store::PostgresStore postgres;
    ASSERT_TRUE(store::migrate(*postgres, store::migrations()).ok());
    store::PostgresLimits limits;
    limits.lock_ms = 300;
    const auto database = store::PostgresDatabase::open(postgres.dsn(), limits).value();
    test::TestTill key{99, "centre"};
    base::UuidMaker ids(key.clock, key.entropy);
    auto own = ingest::OwnLedger::open(
                   {*database, key.key, key.certificates.front(), key.clock, key.entropy})
                   .value();
    Clerk clerk({*database, own, key.clock, ids, key.entropy}, [] {});
    ASSERT_TRUE(postgres->begin().ok());
    ASSERT_TRUE(postgres->execute("LOCK TABLE ledger").ok());
    int refused = 0;
    for (int i = 0; i < kActs; ++i)
        ASSERT_TRUE(clerk.ask({"", [](Desk&) { return std::string(); },
                               [&](const Clerk::Answer& answer) {
                                   refused += !answer.ok() && answer.error().status == 503;
                               }}));
    const base::SystemClock clock;
    const std::int64_t begun_ms = clock.steady_ms();
    clerk.work();
    EXPECT_LT(clock.steady_ms() - begun_ms, kActs * limits.lock_ms / 2);
    EXPECT_EQ(refused, kActs);
    ASSERT_TRUE(postgres->rollback().ok());
}

}  // namespace
}  // namespace counterfoil::services
