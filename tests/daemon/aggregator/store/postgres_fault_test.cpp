#include <signal.h>

#include <chrono>
#include <thread>

#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;
using namespace std::chrono_literals;

constexpr const char* kInsertNumber = "INSERT INTO t VALUES ($1)";
// The same, but not of the form that takes many rows at a time.
constexpr const char* kInsertPipelined = "INSERT INTO t VALUES ($1 + 0)";

std::vector<Value> numbers(std::int64_t count) {
    std::vector<Value> values;
    for (std::int64_t number = 1; number <= count; ++number) values.emplace_back(number);
    return values;
}

class PostgresFault : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(store_->execute("CREATE TABLE t (i BIGINT PRIMARY KEY)").ok());
    }
    base::Status insert(std::int64_t number) { return store_->run(kInsertNumber, {number}); }
    std::int64_t backend() {
        return store_->query("SELECT pg_backend_pid()").value().integer(0, 0);
    }
    // What is kept, as somebody else sees it.
    std::int64_t count() {
        return test::connect(store_.dsn())->query("SELECT COUNT(*) FROM t").value().integer(0, 0);
    }
    void cut(std::int64_t process) {
        const auto killed =
            test::connect(store_.dsn())
                ->query("SELECT pg_terminate_backend(CAST($1 AS INTEGER), 5000)", {process});
        ASSERT_TRUE(killed.ok()) << killed.error().line();
        ASSERT_EQ(killed.value().integer(0, 0), 1);
    }
    // A backend that does nothing more, as if its machine or the network were gone.
    void freeze(std::int64_t process) { signal(process, SIGSTOP); }
    void thaw(std::int64_t process) { signal(process, SIGCONT); }
    void connect_with(const PostgresLimits& limits) {
        auto opened = PostgresDatabase::open(store_.dsn(), limits);
        ASSERT_TRUE(opened.ok());
        impatient_ = std::move(opened).value();
    }
    static void expect_lost(const base::Status& done) {
        ASSERT_FALSE(done.ok());
        EXPECT_EQ(done.error().code(), Code::io_failed);
        EXPECT_THAT(done.error().message(), testing::HasSubstr("lost"));
    }

    PostgresStore store_;
    std::unique_ptr<Database> impatient_;

  private:
    static void signal(std::int64_t process, int number) {
        ASSERT_EQ(::kill(static_cast<pid_t>(process), number), 0);
    }
};

TEST_F(PostgresFault, FailsToTheTransactionsEndWhenItsConnectionIsCut) {
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(1).ok());
    cut(backend());
    expect_lost(insert(2));
    expect_lost(insert(2));
    expect_lost(store_->execute("DELETE FROM t"));
    expect_lost(store_->run_each(kInsertNumber, 1, numbers(2)));
    expect_lost(store_->commit());
    EXPECT_EQ(count(), 0);
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(3).ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(count(), 1);
}

TEST_F(PostgresFault, BeginsAnewAfterARollbackOnALostConnection) {
    {
        const auto transaction = Transaction::begin(*store_);
        ASSERT_TRUE(insert(1).ok());
        cut(backend());
        expect_lost(insert(2));
    }
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(1).ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(count(), 1);
}

TEST_F(PostgresFault, BeginsOnANewConnectionWhereTheOldOneWasCutMeanwhile) {
    ASSERT_TRUE(insert(1).ok());
    cut(backend());
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(2).ok());
    ASSERT_TRUE(store_->commit().ok());
    test::PostgresServer::shared().stop();
    test::PostgresServer::shared().start();
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(3).ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(count(), 3);
}

TEST_F(PostgresFault, FailsOnceOutsideATransactionAndThenConnectsAnew) {
    cut(backend());
    expect_lost(insert(1));
    EXPECT_TRUE(insert(2).ok());
    EXPECT_EQ(count(), 1);
}

TEST_F(PostgresFault, BeginsWithQuestionsOnAConnectionThatItOpensAnew) {
    const std::vector<Question> questions{{"SELECT COUNT(*) FROM t", {}}};
    ASSERT_TRUE(insert(1).ok());
    ASSERT_TRUE(store_->begin_with(questions).ok());
    ASSERT_TRUE(insert(2).ok());
    test::PostgresServer::shared().stop();
    expect_lost(store_->commit());
    EXPECT_EQ(store_->begin_with(questions).error().code(), Code::io_failed);
    test::PostgresServer::shared().start();
    EXPECT_EQ(store_->begin_with(questions).value().front().integer(0, 0), 1);
    ASSERT_TRUE(insert(3).ok());
    test::PostgresServer::shared().stop();
    test::PostgresServer::shared().start();
    expect_lost(store_->commit());
    EXPECT_EQ(store_->begin_with(questions).value().front().integer(0, 0), 1);
    ASSERT_TRUE(insert(4).ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(count(), 2);
}

TEST_F(PostgresFault, FailsWhileThereIsNoServer) {
    ASSERT_TRUE(insert(1).ok());
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(2).ok());
    test::PostgresServer::shared().stop();
    expect_lost(store_->commit());
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto begun = store_->begin();
        ASSERT_FALSE(begun.ok());
        EXPECT_EQ(begun.error().code(), Code::io_failed);
    }
    test::PostgresServer::shared().start();
    ASSERT_TRUE(store_->begin().ok());
    ASSERT_TRUE(insert(3).ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(count(), 2);
}

// As a pooler between us and the server may do.
TEST_F(PostgresFault, PreparesAnewWhatTheServerHasForgotten) {
    ASSERT_TRUE(insert(1).ok());
    ASSERT_TRUE(store_->execute("DEALLOCATE ALL").ok());
    const auto forgotten = insert(2);
    ASSERT_FALSE(forgotten.ok());
    EXPECT_EQ(forgotten.error().code(), Code::io_failed) << forgotten.error().line();
    EXPECT_TRUE(insert(2).ok());
    ASSERT_TRUE(store_->execute("DEALLOCATE ALL").ok());
    ASSERT_TRUE(store_->begin().ok());
    EXPECT_EQ(store_->run_each(kInsertNumber, 1, numbers(1)).error().code(), Code::io_failed);
    EXPECT_FALSE(insert(3).ok()) << "the transaction has failed";
    ASSERT_TRUE(store_->rollback().ok());
    ASSERT_TRUE(store_->begin().ok());
    EXPECT_TRUE(insert(3).ok());
    ASSERT_TRUE(store_->commit().ok());
    EXPECT_EQ(count(), 3);
}

TEST_F(PostgresFault, PreparesAnewWhereTheServerHasAnothersStatements) {
    ASSERT_TRUE(store_->execute("PREPARE s0 AS SELECT 'another'").ok());
    const auto there = insert(1);
    ASSERT_FALSE(there.ok());
    EXPECT_EQ(there.error().code(), Code::io_failed) << there.error().line();
    EXPECT_TRUE(insert(1).ok());
    EXPECT_EQ(count(), 1);
}

TEST_F(PostgresFault, OneAloneCanClaimTheDatabaseUntilItsConnectionEnds) {
    ASSERT_TRUE(store_->claim().ok());
    ASSERT_TRUE(store_->claim().ok());
    const auto other = test::connect(store_.dsn());
    EXPECT_EQ(other->claim().error().code(), Code::second_writer);
    EXPECT_TRUE(other->run("INSERT INTO t VALUES (9)").ok()) << "beside it others work";
    // Whose connection is lost claims it anew with the next one, unless somebody was faster.
    cut(backend());
    EXPECT_FALSE(insert(1).ok());
    EXPECT_TRUE(insert(1).ok());
    EXPECT_EQ(other->claim().error().code(), Code::second_writer);
    cut(backend());
    ASSERT_TRUE(other->claim().ok());
    EXPECT_FALSE(insert(2).ok());
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto begun = store_->begin();
        ASSERT_FALSE(begun.ok());
        EXPECT_EQ(begun.error().code(), Code::second_writer);
    }
    EXPECT_EQ(insert(2).error().code(), Code::second_writer);
}

// Cut at many moments: while rows are sent, while answers come, and before.
TEST_F(PostgresFault, KeepsNothingOfRowsAmongWhichItWasCut) {
    const auto values = numbers(200'000);
    for (const char* sql : {kInsertNumber, kInsertPipelined}) {
        for (const auto after : {0ms, 20ms, 100ms, 250ms}) {
            ASSERT_TRUE(store_->begin().ok());
            const std::int64_t process = backend();
            std::thread cutter([&] {
                std::this_thread::sleep_for(after);
                cut(process);
            });
            const auto done = store_->run_each(sql, 1, values);
            cutter.join();
            if (!done.ok()) expect_lost(done);
            expect_lost(store_->commit());
            EXPECT_EQ(count(), 0);
        }
    }
    ASSERT_TRUE(store_->run_each(kInsertNumber, 1, numbers(100)).ok());
    EXPECT_EQ(count(), 100);
}

// The process that serves us outlives its server until it has a moment, and may still commit.
TEST_F(PostgresFault, KeepsAllRowsOrNoneWhenTheServerIsKilled) {
    const auto values = numbers(200'000);
    for (const auto after : {5ms, 50ms, 150ms}) {
        ASSERT_TRUE(store_->begin().ok());
        ASSERT_TRUE(store_->run("DELETE FROM t").ok());
        ASSERT_TRUE(store_->commit().ok());
        ASSERT_TRUE(store_->begin().ok());
        std::thread killer([&] {
            std::this_thread::sleep_for(after);
            test::PostgresServer::shared().kill();
        });
        const auto done = store_->run_each(kInsertNumber, 1, values);
        const auto ended = store_->commit();
        killer.join();
        if (!done.ok()) expect_lost(done);
        if (!ended.ok()) expect_lost(ended);
        test::PostgresServer::shared().start();
        const std::int64_t kept = count();
        EXPECT_TRUE(kept == 200'000 || (kept == 0 && !ended.ok())) << kept;
    }
}

TEST_F(PostgresFault, EndsAStatementThatTakesTooLong) {
    PostgresLimits limits;
    limits.statement_ms = 100;
    connect_with(limits);
    const auto late = impatient_->execute("SELECT pg_sleep(20)");
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().code(), Code::io_failed);
    EXPECT_THAT(late.error().message(), testing::HasSubstr("timeout"));
    EXPECT_TRUE(impatient_->run("SELECT 1").ok());
}

TEST_F(PostgresFault, GivesUpAServerThatIsSilent) {
    PostgresLimits limits;
    limits.silence_ms = 200;
    connect_with(limits);
    const std::int64_t process = impatient_->query("SELECT pg_backend_pid()").value().integer(0, 0);
    ASSERT_TRUE(impatient_->begin().ok());
    freeze(process);
    const auto start = std::chrono::steady_clock::now();
    expect_lost(impatient_->run_each(kInsertPipelined, 1, numbers(200'000)));
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    expect_lost(impatient_->commit());
    EXPECT_TRUE(impatient_->run("SELECT 1").ok());
    thaw(process);
    EXPECT_EQ(count(), 0);
}

// Nobody knows whether it was done, until what is there has been read.
TEST_F(PostgresFault, MayHaveCommittedWhatItCouldNotConfirm) {
    PostgresLimits limits;
    limits.silence_ms = 200;
    connect_with(limits);
    const std::int64_t process = impatient_->query("SELECT pg_backend_pid()").value().integer(0, 0);
    ASSERT_TRUE(impatient_->begin().ok());
    ASSERT_TRUE(impatient_->run(kInsertNumber, {std::int64_t{1}}).ok());
    freeze(process);
    expect_lost(impatient_->commit());
    thaw(process);
    // Whoever writes the same row waits for the one whose end is open.
    constexpr const char* kOnce = "INSERT INTO t VALUES ($1) ON CONFLICT DO NOTHING RETURNING i";
    ASSERT_TRUE(impatient_->begin().ok());
    EXPECT_TRUE(impatient_->query(kOnce, {std::int64_t{1}}).value().empty());
    ASSERT_TRUE(impatient_->commit().ok());
    EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace counterfoil::store
