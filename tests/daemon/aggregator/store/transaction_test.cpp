#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;

constexpr const char* kInsert = "INSERT INTO t VALUES ($1, $2)";
// PostgreSQL takes many rows of the one at a time, and each row of the other by itself.
constexpr std::array kInserts{kInsert, "INSERT INTO t VALUES ($1, LOWER($2))"};

class StoreTransaction : public StoreTest {
  protected:
    void SetUp() override {
        make("CREATE TABLE t (i {integer} PRIMARY KEY, s TEXT NOT NULL) {strict}");
    }
    base::Status insert(std::int64_t number) {
        return store().run(kInsert, {number, std::string_view("x")});
    }
    std::int64_t count() { return integer("SELECT COUNT(*) FROM t"); }
    // Rows of the numbers from 1 on.
    std::vector<Value> rows(std::int64_t count) {
        std::vector<Value> values;
        for (std::int64_t number = 1; number <= count; ++number) {
            values.emplace_back(number);
            values.emplace_back(std::string_view("some text"));
        }
        return values;
    }
};
INSTANTIATE_TEST_SUITE_P(On, StoreTransaction, testing::Values(Dialect::sqlite, Dialect::postgres),
                         DialectName());

TEST_P(StoreTransaction, RollsBackWhatIsNotCommitted) {
    {
        const auto transaction = Transaction::begin(store());
        ASSERT_TRUE(insert(1).ok());
        EXPECT_EQ(count(), 1);
    }
    EXPECT_EQ(count(), 0);
    auto transaction = Transaction::begin(store());
    ASSERT_TRUE(insert(2).ok());
    ASSERT_TRUE(transaction.value().commit().ok());
    EXPECT_EQ(integer("SELECT i FROM t"), 2);
}

TEST_P(StoreTransaction, KeepsThroughACrashWhatIsCommittedAndOnlyThat) {
    {
        auto transaction = Transaction::begin(store());
        ASSERT_TRUE(insert(1).ok());
        ASSERT_TRUE(transaction.value().commit().ok());
    }
    ASSERT_TRUE(insert(2).ok());
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(insert(3).ok());
    store_->crash();
    const auto kept = store().query("SELECT i FROM t ORDER BY i");
    ASSERT_EQ(kept.value().size(), 2U);
    EXPECT_EQ(kept.value().integer(0, 0), 1);
    EXPECT_EQ(kept.value().integer(1, 0), 2);
    EXPECT_TRUE(insert(3).ok());
}

TEST_P(StoreTransaction, IsRefusedByAConstraintAndGoesOnAfterARollback) {
    ASSERT_TRUE(insert(1).ok());
    EXPECT_EQ(code_of(insert(1)), Code::refused);
    EXPECT_EQ(code_of(store().run(kInsert, {std::int64_t{2}, {}})), Code::refused);
    ASSERT_TRUE(store().run("DELETE FROM t").ok());
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(insert(2).ok());
    EXPECT_EQ(code_of(insert(2)), Code::refused);
    ASSERT_TRUE(store().rollback().ok());
    EXPECT_EQ(count(), 0);
    EXPECT_TRUE(insert(2).ok());
}

TEST_P(StoreTransaction, DoesNothingAfterAnErrorButRollBack) {
    ASSERT_TRUE(insert(1).ok());
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(insert(2).ok());
    ASSERT_EQ(code_of(insert(1)), Code::refused);
    EXPECT_EQ(code_of(insert(3)), Code::invalid_argument);
    EXPECT_EQ(code_of(store().execute("DELETE FROM t")), Code::invalid_argument);
    EXPECT_EQ(code_of(store().run_each(kInsert, 2, rows(1))), Code::invalid_argument);
    EXPECT_EQ(code_of(store().commit()), Code::invalid_argument);
    EXPECT_EQ(count(), 1);
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(insert(2).ok());
    ASSERT_TRUE(store().commit().ok());
    EXPECT_EQ(count(), 2);
}

TEST_P(StoreTransaction, FailsWithAValueThatTheServerNeverSees) {
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(insert(1).ok());
    ASSERT_FALSE(store().run(kInsert, {std::string_view("x"), {}}).ok());
    EXPECT_EQ(code_of(store().commit()), Code::invalid_argument);
    EXPECT_EQ(count(), 0);
}

TEST_P(StoreTransaction, RunsAStatementForEachOfManyRows) {
    for (const char* sql : kInserts) {
        const auto transaction = Transaction::begin(store());
        ASSERT_TRUE(store().run_each(sql, 2, rows(10'000)).ok());
        EXPECT_EQ(count(), 10'000);
        EXPECT_EQ(integer("SELECT CAST(SUM(i) AS BIGINT) FROM t WHERE s = 'some text'"),
                  50'005'000);
        EXPECT_TRUE(store().run_each(sql, 2, {}).ok());
        const std::vector<Value> two{std::int64_t{1}, std::int64_t{10'000}};
        EXPECT_TRUE(store().run_each("DELETE FROM t WHERE i = $1", 1, two).ok());
        EXPECT_EQ(count(), 9'998);
    }
}

TEST_P(StoreTransaction, RunsRowsInTheirOrder) {
    ASSERT_TRUE(insert(1).ok());
    std::vector<std::string> texts;
    for (int number = 0; number < 3000; ++number) texts.push_back(std::to_string(number));
    std::vector<Value> values;
    for (const std::string& text : texts) values.emplace_back(std::string_view(text));
    ASSERT_TRUE(store().run_each("UPDATE t SET s = $1 WHERE i = 1", 1, values).ok());
    EXPECT_EQ(store().query("SELECT s FROM t").value().text(0, 0), "2999");
}

// More than any socket's buffers hold, in both directions at a time.
TEST_P(StoreTransaction, RunsRowsThatAreLargeAndAnswered) {
    const std::string large(100'000, 'x');
    std::vector<Value> values;
    for (std::int64_t number = 0; number < 300; ++number) {
        values.emplace_back(number);
        values.emplace_back(std::string_view(large));
    }
    for (const char* sql : kInserts) {
        const std::string answered = std::string(sql) + " RETURNING s || s || s || s";
        ASSERT_TRUE(store().run_each(answered, 2, values).ok());
        EXPECT_EQ(integer("SELECT CAST(SUM(LENGTH(s)) AS BIGINT) FROM t"), 30'000'000);
        ASSERT_TRUE(store().run("DELETE FROM t").ok());
    }
}

TEST_P(StoreTransaction, LeavesNothingOfRowsAmongWhichOneFails) {
    ASSERT_TRUE(insert(-1).ok());
    for (const char* sql : kInserts) {
        for (const std::size_t bad : {0U, 1U, 4'999U, 9'999U}) {
            auto values = rows(10'000);
            values[bad * 2] = std::int64_t{-1};
            ASSERT_TRUE(store().begin().ok());
            EXPECT_EQ(code_of(store().run_each(sql, 2, values)), Code::refused);
            ASSERT_TRUE(store().rollback().ok());
            EXPECT_EQ(count(), 1);
            // And the same as a transaction of its own.
            EXPECT_EQ(code_of(store().run_each(sql, 2, values)), Code::refused);
            EXPECT_EQ(count(), 1);
            // One that fails before it is sent.
            values[bad * 2] = std::string_view("no number");
            EXPECT_FALSE(store().run_each(sql, 2, values).ok());
            EXPECT_EQ(count(), 1);
        }
    }
    EXPECT_TRUE(store().run_each(kInsert, 2, rows(100)).ok());
}

TEST_P(StoreTransaction, InsertsOrUpdates) {
    constexpr const char* kUpsert =
        "INSERT INTO t VALUES ($1, $2) ON CONFLICT (i) DO UPDATE SET s = t.s || excluded.s";
    std::vector<Value> values;
    for (const std::int64_t number : {1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2}) {
        values.emplace_back(number);
        values.emplace_back(std::string_view(number == 1 ? "a" : "b"));
    }
    ASSERT_TRUE(store().run_each(kUpsert, 2, values).ok());
    const auto kept = store().query("SELECT s FROM t ORDER BY i");
    ASSERT_EQ(kept.value().size(), 2U);
    EXPECT_EQ(kept.value().text(0, 0), "aaaaaaaaa");
    EXPECT_EQ(kept.value().text(1, 0), "bbb");
}

TEST_P(StoreTransaction, InsertsOrLeavesWhatIsThere) {
    constexpr const char* kOnce = "INSERT INTO t VALUES ($1, $2) ON CONFLICT DO NOTHING";
    ASSERT_TRUE(store().run(kOnce, {std::int64_t{5}, std::string_view("first")}).ok());
    auto values = rows(2000);
    const auto again = rows(2000);
    values.insert(values.end(), again.begin(), again.end());
    ASSERT_TRUE(store().run_each(kOnce, 2, values).ok());
    EXPECT_EQ(count(), 2000);
    EXPECT_EQ(store().query("SELECT s FROM t WHERE i = 5").value().text(0, 0), "first");
}

}  // namespace
}  // namespace counterfoil::store
