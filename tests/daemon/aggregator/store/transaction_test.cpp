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

TEST_P(StoreTransaction, BeginsWithQuestions) {
    ASSERT_TRUE(insert(1).ok());
    const std::vector<Question> questions{{"SELECT COUNT(*) FROM t", {}},
                                          {"SELECT s FROM t WHERE i = $1", {std::int64_t{1}}}};
    {
        std::vector<Rows> answers;
        auto transaction = Transaction::begin_with(store(), questions, answers);
        ASSERT_TRUE(transaction.ok());
        ASSERT_EQ(answers.size(), 2U);
        EXPECT_EQ(answers[0].integer(0, 0), 1);
        EXPECT_EQ(answers[1].text(0, 0), "x");
        ASSERT_TRUE(insert(2).ok());
    }
    EXPECT_EQ(count(), 1) << "rolled back, so it had begun";
    ASSERT_TRUE(store().begin_with({}).ok());
    ASSERT_TRUE(insert(2).ok());
    ASSERT_TRUE(store().commit().ok());
    EXPECT_EQ(count(), 2);
}

TEST_P(StoreTransaction, HasNotBegunWhereAQuestionFails) {
    const std::vector<Question> wrong{{"SELECT COUNT(*) FROM t", {}},
                                      {"SELECT i / $1 FROM nothing", {std::int64_t{1}}}};
    std::vector<Rows> answers;
    EXPECT_FALSE(Transaction::begin_with(store(), wrong, answers).ok());
    ASSERT_TRUE(insert(1).ok());
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(store().rollback().ok());
    EXPECT_EQ(count(), 1);
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

TEST_P(StoreTransaction, InsertsOrUpdatesRowsThatAllDiffer) {
    constexpr const char* kUpsert =
        "INSERT INTO t VALUES ($1, $2) ON CONFLICT (i) DO UPDATE SET s = t.s || excluded.s";
    for (const std::int64_t size : {20, 3, 2000})
        ASSERT_TRUE(store().run_each(kUpsert, 2, rows(size), Keys::all_differ).ok());
    EXPECT_EQ(count(), 2000);
    EXPECT_EQ(integer("SELECT SUM(CASE WHEN s = 'some text' THEN 1 ELSE 0 END) FROM t"), 1980);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t WHERE s = 'some textsome textsome text'"), 3);
}

TEST_P(StoreTransaction, AnswersManyQuestionsInTheirOrder) {
    ASSERT_TRUE(store().query_all({}).value().empty());
    std::vector<Question> questions;
    std::vector<Value> values;
    constexpr std::int64_t kQuestions = 3000;  // more than are sent before an answer is read
    for (std::int64_t number = 1; number <= kQuestions; ++number) {
        if (number % 2 == 0) {
            values.emplace_back(number);
            values.emplace_back(std::string_view("x"));
        }
        if (number % 3 == 0)
            questions.push_back(
                {"SELECT i FROM t WHERE i = $1 AND s = $2", {number, std::string_view("x")}});
        else
            questions.push_back({"SELECT s, i FROM t WHERE i = $1", {number}});
    }
    ASSERT_TRUE(store().run_each(kInsert, 2, values).ok());
    const auto answers = store().query_all(questions);
    ASSERT_EQ(answers.value().size(), questions.size());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const Rows& rows = answers.value()[i];
        ASSERT_EQ(rows.size(), i % 2) << i;
        const std::size_t column = (i + 1) % 3 == 0 ? 0 : 1;
        if (!rows.empty()) {
            ASSERT_EQ(rows.integer(0, column), static_cast<std::int64_t>(i + 1));
        }
    }
}

// And its transaction, and nothing else.
TEST_P(StoreTransaction, AQuestionThatFailsFailsThoseBesideIt) {
    ASSERT_TRUE(insert(2).ok());
    const Question good{"SELECT s FROM t WHERE i = $1", {std::int64_t{2}}};
    const Question bad{"SELECT s FROM t WHERE i = ABS(CAST($1 AS BIGINT))",
                       {std::numeric_limits<std::int64_t>::min()}};
    const std::array<Question, 3> some{good, bad, good};
    ASSERT_TRUE(store().begin().ok());
    EXPECT_FALSE(store().query_all(some).ok());
    EXPECT_EQ(store().query_all({&good, 1}).error().code(), Code::invalid_argument);
    ASSERT_TRUE(store().rollback().ok());
    EXPECT_FALSE(store().query_all(some).ok());
    EXPECT_EQ(store().query_all({&good, 1}).value().front().text(0, 0), "x");
}

TEST_P(StoreTransaction, WhatIsWrittenTogetherIsReadInBetween) {
    auto transaction = Transaction::begin(store());
    ASSERT_TRUE(store()
                    .together([&]() -> base::Status {
                        CF_TRY(store().run_each(kInsert, 2, rows(3)));
                        EXPECT_EQ(count(), 3);
                        CF_TRY(store().run_each("DELETE FROM t WHERE i = $1", 1,
                                                std::vector<Value>{std::int64_t{2}}));
                        CF_TRY(store().run("UPDATE t SET s = $1", {std::string_view("new")}));
                        const std::vector<Value> again{std::int64_t{2}, std::string_view("again")};
                        return store().run_each(kInsert, 2, again);
                    })
                    .ok());
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t WHERE s = 'new'"), 2);
    ASSERT_TRUE(transaction.value().commit().ok());
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t WHERE s = 'again'"), 1);
}

TEST_P(StoreTransaction, WhatFailsOfWhatIsWrittenTogetherFailsAtTheNextReadAtTheLatest) {
    ASSERT_TRUE(insert(1).ok());
    for (const bool is_read_within : {false, true}) {
        ASSERT_TRUE(store().begin().ok());
        base::Status done = store().together([&]() -> base::Status {
            CF_TRY(store().run_each("DELETE FROM t WHERE i = $1", 1,
                                    std::vector<Value>{std::int64_t{5}}));
            CF_TRY(store().run_each(kInsert, 2, rows(1)));
            if (is_read_within) CF_TRY(store().run("DELETE FROM t"));
            return store().run_each(kInsert, 2, std::vector<Value>{});
        });
        if (done.ok()) done = store().run("DELETE FROM t");
        EXPECT_EQ(code_of(done), Code::refused);
        EXPECT_EQ(code_of(insert(3)), Code::invalid_argument);
        EXPECT_EQ(code_of(store().commit()), Code::invalid_argument);
        EXPECT_EQ(count(), 1);
        EXPECT_TRUE(store().run("DELETE FROM t WHERE i = $1", {std::int64_t{7}}).ok());
    }
}

// The end goes out with them, and is not reached.
TEST_P(StoreTransaction, WhatFailsOfWhatIsWrittenTogetherIsNotCommitted) {
    ASSERT_TRUE(insert(1).ok());
    for (const std::int64_t many : {1, 2000}) {
        ASSERT_TRUE(store().begin().ok());
        base::Status done = store().together([&]() -> base::Status {
            const std::vector<Value> other{std::int64_t{-1}, std::string_view("other")};
            CF_TRY(store().run_each(kInsert, 2, other));
            CF_TRY(store().run_each(kInsert, 2, rows(many)));
            return store().run_each("DELETE FROM t WHERE i = $1", 1,
                                    std::vector<Value>{std::int64_t{1}});
        });
        const base::Status ended = store().commit();
        if (done.ok()) done = ended;
        EXPECT_EQ(code_of(done), Code::refused);
        EXPECT_FALSE(ended.ok());
        EXPECT_EQ(count(), 1);
        ASSERT_TRUE(store().begin().ok());
        EXPECT_TRUE(insert(3).ok());
        EXPECT_TRUE(store().rollback().ok());
    }
}

TEST_P(StoreTransaction, WhatIsWrittenTogetherIsCommittedUnread) {
    ASSERT_TRUE(store().begin().ok());
    ASSERT_TRUE(store().together([&] { return store().run_each(kInsert, 2, rows(2000)); }).ok());
    ASSERT_TRUE(store().commit().ok());
    EXPECT_EQ(count(), 2000);
    EXPECT_TRUE(insert(3000).ok());
}

// Who gives up in the middle leaves nothing behind, and no connection that cannot be used.
TEST_P(StoreTransaction, WhatIsWrittenTogetherIsRolledBack) {
    {
        auto transaction = Transaction::begin(store());
        EXPECT_EQ(code_of(store().together([&]() -> base::Status {
                      CF_TRY(store().run_each(kInsert, 2, rows(2000)));
                      return base::Error(Code::corrupt, "enough");
                  })),
                  Code::corrupt);
    }
    EXPECT_EQ(count(), 0);
    EXPECT_TRUE(insert(1).ok());
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
