#include <chrono>
#include <future>
#include <thread>

#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;
using namespace std::chrono_literals;

constexpr const char* kTake = "SELECT s FROM t WHERE i = $1 FOR UPDATE";

// Two connections to one database.
class PostgresTogether : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(store_
                        ->execute("CREATE TABLE t (i BIGINT PRIMARY KEY, s TEXT);"
                                  "INSERT INTO t VALUES (1, 'old'), (2, 'old')")
                        .ok());
    }
    std::unique_ptr<Database> other(const PostgresLimits& limits = {}) {
        auto opened = PostgresDatabase::open(store_.dsn(), limits);
        EXPECT_TRUE(opened.ok());
        return std::move(opened).value();
    }

    PostgresStore store_;
};

TEST_F(PostgresTogether, WaitForRowsTakenForAnUpdate) {
    EXPECT_EQ(std::string(kTake).substr(std::string(kTake).rfind(" FOR")), store_->for_update());
    const auto second = other();
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(store_->run(kTake, {std::int64_t{1}}).ok());
    auto seen = std::async(std::launch::async, [&] {
        EXPECT_TRUE(second->begin().ok());
        auto rows = second->query(kTake, {std::int64_t{1}});
        EXPECT_TRUE(second->commit().ok());
        return rows;
    });
    EXPECT_EQ(seen.wait_for(300ms), std::future_status::timeout);
    ASSERT_TRUE(store_->run("UPDATE t SET s = 'new' WHERE i = 1").ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(seen.get().value().text(0, 0), "new");
}

TEST_F(PostgresTogether, DoNotWaitForOtherRows) {
    const auto second = other();
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(store_->run(kTake, {std::int64_t{1}}).ok());
    ASSERT_TRUE(second->begin().ok());
    EXPECT_TRUE(second->run(kTake, {std::int64_t{2}}).ok());
    EXPECT_TRUE(second->commit().ok());
    EXPECT_TRUE(store_->commit().ok());
}

TEST_F(PostgresTogether, WaitNoLongerThanTheLimitAndMayTryAgain) {
    PostgresLimits limits;
    limits.lock_ms = 100;
    const auto second = other(limits);
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(store_->run(kTake, {std::int64_t{1}}).ok());
    ASSERT_TRUE(second->begin().ok());
    const auto late = second->run(kTake, {std::int64_t{1}});
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().code(), Code::second_writer);
    ASSERT_TRUE(second->rollback().ok());
    ASSERT_TRUE(store_->commit().ok());
    ASSERT_TRUE(second->begin().ok());
    EXPECT_TRUE(second->run(kTake, {std::int64_t{1}}).ok());
    EXPECT_TRUE(second->commit().ok());
}

TEST_F(PostgresTogether, EndADeadlockWithOneThatMayTryAgain) {
    const auto second = other();
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(second->begin().ok());
    ASSERT_TRUE(store_->run(kTake, {std::int64_t{1}}).ok());
    ASSERT_TRUE(second->run(kTake, {std::int64_t{2}}).ok());
    const auto cross = [](Database& database, std::int64_t row) {
        const auto done = database.run(kTake, {row});
        if (!done.ok()) {
            EXPECT_EQ(done.error().code(), Code::second_writer);
        }
        EXPECT_TRUE(database.rollback().ok());
        return done.ok();
    };
    auto one = std::async(std::launch::async, [&] { return cross(*second, 1); });
    const bool first_ok = cross(*store_, 2);
    EXPECT_NE(first_ok, one.get());
}

TEST_F(PostgresTogether, SeeNothingThatIsNotCommitted) {
    const auto second = other();
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(store_->run("UPDATE t SET s = 'new'").ok());
    EXPECT_EQ(second->query("SELECT s FROM t WHERE i = 1").value().text(0, 0), "old");
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(second->query("SELECT s FROM t WHERE i = 1").value().text(0, 0), "new");
}

}  // namespace
}  // namespace counterfoil::store
