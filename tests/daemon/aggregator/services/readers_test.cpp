#include "daemon/aggregator/services/readers.h"

#include <latch>

#include "tests/daemon/aggregator/services/book_shop.h"

namespace counterfoil::services {
namespace {

constexpr int kAccounts = 50;

std::string id_of(int number) {
    return "account-" + std::to_string(number);
}

// What is answered to many at once, on threads that only read.
class ReadersTest : public testing::TestWithParam<store::Dialect> {
  protected:
    void SetUp() override {
        const auto writer = connect();
        ASSERT_TRUE(store::migrate(*writer, store::migrations()).ok());
        for (int number = 1; number <= kAccounts; ++number) {
            const std::string id = id_of(number);
            ASSERT_TRUE(writer
                            ->run("INSERT INTO account (id, number, business, role, tier, "
                                  "generation, removed, created_ms, updated_ms) "
                                  "VALUES ($1, $2, 1, 'customer', 'normal', 1, 0, 0, 0)",
                                  {std::string_view(id), std::int64_t{number}})
                            .ok());
            ASSERT_TRUE(writer
                            ->run("INSERT INTO profile (account, name, email, email_key, phone, "
                                  "pin_hash, password_hash) VALUES ($1, '', '', '', '', '', '')",
                                  {std::string_view(id)})
                            .ok());
        }
    }
    std::unique_ptr<store::Database> connect() {
        if (GetParam() == store::Dialect::postgres) return test::connect(dsn_);
        return store::SqliteDatabase::open(folder_ / "store.db").value();
    }
    // As many threads as there are connections.
    std::vector<std::unique_ptr<store::Database>> connections(std::size_t count) {
        std::vector<std::unique_ptr<store::Database>> all;
        while (all.size() < count)
            if (GetParam() == store::Dialect::postgres)
                all.push_back(test::connect(dsn_));
            else
                all.push_back(store::SqliteDatabase::read(folder_ / "store.db").value());
        return all;
    }
    // The answers about these accounts, as far as they wait while all threads are busy.
    std::vector<std::string> ask(const std::vector<std::string>& ids) {
        std::vector<std::string> answers(ids.size());
        std::latch all_wait(1);
        std::latch answered(static_cast<std::ptrdiff_t>(ids.size()));
        Readers readers(connections(1));
        CF_CHECK(readers.ask({[&](store::Database&, const Slate&) -> Readers::Answer {
                                  all_wait.wait();
                                  return std::string();
                              },
                              [](const Readers::Answer&) {}}));
        for (std::size_t i = 0; i < ids.size(); ++i)
            CF_CHECK(readers.ask({[&, i](store::Database&, const Slate& slate) -> Readers::Answer {
                                      CF_LET(const Account account, slate.find_account(ids[i]));
                                      return account.id;
                                  },
                                  [&, i](const Readers::Answer& answer) {
                                      answers[i] =
                                          answer.ok() ? answer.value() : answer.error().code;
                                      answered.count_down();
                                  },
                                  [&, i] {
                                      return Wanted{{}, {ids[i]}, {}};
                                  }}));
        all_wait.count_down();
        answered.wait();
        return answers;
    }

    test::TemporaryFolder folder_;
    const std::string dsn_ = GetParam() == store::Dialect::postgres
                                 ? test::PostgresServer::shared().make_database()
                                 : std::string();
};
INSTANTIATE_TEST_SUITE_P(Stores, ReadersTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(ReadersTest, EachOfManyGetsItsOwnAnswer) {
    std::vector<std::string> ids;
    for (int number = 1; number <= kAccounts; ++number) ids.push_back(id_of(number));
    EXPECT_EQ(ask(ids), ids);
    ids[7] = "nobody";
    ids[20] = ids[3];
    auto expected = ids;
    expected[7] = "CUSTOMER_NOT_FOUND";
    EXPECT_EQ(ask(ids), expected);
}

TEST_P(ReadersTest, MoreBytesThanThereIsRoomForAreNotTaken) {
    constexpr std::size_t kAll = Waiting<Readers::Question>::kRoomBytes;
    std::latch is_busy(1);
    std::latch all_wait(1);
    std::latch answered(2);
    Readers readers(connections(1));
    ASSERT_TRUE(readers.ask({[&](store::Database&, const Slate&) -> Readers::Answer {
                                 is_busy.count_down();
                                 all_wait.wait();
                                 return std::string();
                             },
                             [](const Readers::Answer&) {}}));
    is_busy.wait();
    const auto ask = [&](std::size_t bytes) {
        return readers.ask({[](store::Database&, const Slate&) { return std::string(); },
                            [&](const Readers::Answer&) { answered.count_down(); },
                            {},
                            bytes});
    };
    EXPECT_TRUE(ask(kAll));
    EXPECT_FALSE(ask(1));
    EXPECT_TRUE(ask(0));
    all_wait.count_down();
    answered.wait();
}

TEST_P(ReadersTest, WhatTheStoreDoesNotTakeFailsForNobodyElse) {
    const auto answers = ask({id_of(1), "\xff", id_of(2)});
    EXPECT_EQ(answers[0], id_of(1));
    EXPECT_NE(answers[1], "");
    EXPECT_EQ(answers[2], id_of(2));
}

}  // namespace
}  // namespace counterfoil::services
