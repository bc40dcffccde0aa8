#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;

class StoreValues : public StoreTest {
  protected:
    void SetUp() override {
        make("CREATE TABLE t (id {integer} PRIMARY KEY, i {integer}, s TEXT, b {blob}) {strict}");
    }
    // The row that was written, as it is read.
    Rows back(Value integer, Value text, Value blob) {
        const auto written = store().run(
            "INSERT INTO t VALUES (1, $1, $2, $3) ON CONFLICT (id) "
            "DO UPDATE SET i = $1, s = $2, b = $3",
            {integer, text, blob});
        EXPECT_TRUE(written.ok()) << written.error().line();
        auto rows = store().query("SELECT i, s, b FROM t");
        EXPECT_TRUE(rows.ok()) << rows.error().line();
        return std::move(rows).value();
    }
};
INSTANTIATE_TEST_SUITE_P(On, StoreValues, testing::Values(Dialect::sqlite, Dialect::postgres),
                         DialectName());

TEST_P(StoreValues, KeepsIntegersToTheirLimits) {
    for (const std::int64_t value :
         {std::numeric_limits<std::int64_t>::min(), std::int64_t{-256}, std::int64_t{-1},
          std::int64_t{0}, std::int64_t{9'007'199'254'740'993},
          std::numeric_limits<std::int64_t>::max()})
        EXPECT_EQ(back(value, std::string_view("x"), {}).integer(0, 0), value);
}

TEST_P(StoreValues, TellsEmptyFromNull) {
    const Rows empty = back({}, std::string_view(), base::ByteView());
    EXPECT_TRUE(empty.is_null(0, 0));
    EXPECT_FALSE(empty.is_null(0, 1));
    EXPECT_EQ(empty.text(0, 1), "");
    EXPECT_FALSE(empty.is_null(0, 2));
    EXPECT_EQ(empty.blob(0, 2).size(), 0U);
    const Rows null = back({}, {}, {});
    EXPECT_TRUE(null.is_null(0, 1) && null.is_null(0, 2));
}

TEST_P(StoreValues, KeepsTextsOfAllScripts) {
    for (const std::string_view text :
         {"árvíztűrő", "a'b\"c\\d$1%s;--", "\x01\x7f", "日本", "👩‍🍳", "\xf4\x8f\xbf\xbf"})
        EXPECT_EQ(back({}, text, {}).text(0, 1), text);
}

TEST_P(StoreValues, KeepsLargeBlobsOfAllBytes) {
    base::Bytes blob(300'000);
    for (std::size_t at = 0; at < blob.size(); ++at)
        blob[at] = static_cast<std::uint8_t>(at + at / 256);
    const std::string text(200'000, 'y');
    const Rows rows = back({}, text, base::ByteView(blob));
    EXPECT_TRUE(std::ranges::equal(rows.blob(0, 2), blob));
    EXPECT_EQ(rows.text(0, 1), text);
}

TEST_P(StoreValues, UsesAParameterTwice) {
    const auto rows = store().query(
        "SELECT CAST($1 AS BIGINT) + CAST($2 AS BIGINT), CAST($1 AS BIGINT), CAST($3 AS TEXT)",
        {std::int64_t{5}, std::int64_t{-7}, std::string_view("x")});
    ASSERT_TRUE(rows.ok()) << rows.error().line();
    EXPECT_EQ(rows.value().integer(0, 0), -2);
    EXPECT_EQ(rows.value().integer(0, 1), 5);
    EXPECT_EQ(rows.value().text(0, 2), "x");
}

TEST_P(StoreValues, ReadsTruthsCountsAndSums) {
    ASSERT_TRUE(store().run("INSERT INTO t VALUES (1, 40, '', NULL), (2, 2, '', NULL)").ok());
    const auto rows = store().query(
        "SELECT COUNT(*), CAST(SUM(i) AS BIGINT), MAX(i), 1 = 1, 1 = 2, SUM(i) = 42 FROM t");
    ASSERT_TRUE(rows.ok()) << rows.error().line();
    const std::array<std::int64_t, 6> expected{2, 42, 40, 1, 0, 1};
    for (std::size_t column = 0; column < expected.size(); ++column)
        EXPECT_EQ(rows.value().integer(0, column), expected[column]);
}

TEST_P(StoreValues, GivesNoRowsWhereThereAreNone) {
    const auto rows = store().query("SELECT i, s FROM t WHERE id = $1", {std::int64_t{9}});
    ASSERT_TRUE(rows.ok());
    EXPECT_TRUE(rows.value().empty());
    EXPECT_EQ(rows.value().size(), 0U);
}

TEST_P(StoreValues, OrdersTextsByTheirBytes) {
    const std::array<std::string_view, 6> ordered{"B", "Z", "a", "b", "c", "á"};
    for (std::size_t place : {3U, 5U, 0U, 4U, 2U, 1U})
        ASSERT_TRUE(store()
                        .run("INSERT INTO t VALUES ($1, NULL, $2, NULL)",
                             {static_cast<std::int64_t>(place), ordered[place]})
                        .ok());
    const auto rows = store().query("SELECT s FROM t ORDER BY s");
    ASSERT_EQ(rows.value().size(), ordered.size());
    for (std::size_t row = 0; row < ordered.size(); ++row)
        EXPECT_EQ(rows.value().text(row, 0), ordered[row]);
}

TEST_P(StoreValues, RefusesAValueOfAnotherKind) {
    const base::Bytes blob{1};
    const auto row = [&](Value integer, Value text, Value bytes) {
        return store().run("INSERT INTO t VALUES (1, $1, $2, $3)", {integer, text, bytes});
    };
    EXPECT_FALSE(row(std::string_view("x"), {}, {}).ok());
    EXPECT_FALSE(row(base::ByteView(blob), {}, {}).ok());
    EXPECT_FALSE(row({}, base::ByteView(blob), {}).ok());
    EXPECT_FALSE(row({}, {}, std::string_view("x")).ok());
    EXPECT_FALSE(row({}, {}, std::int64_t{1}).ok());
    EXPECT_TRUE(row(std::int64_t{1}, std::string_view("x"), base::ByteView(blob)).ok());
}

TEST_P(StoreValues, KeepsManyStatementsApart) {
    for (int round = 0; round < 2; ++round) {
        for (std::int64_t number = 0; number < 400; ++number) {
            const std::string sql =
                "SELECT CAST($1 AS BIGINT) + " + std::to_string(number) + ", 'x'";
            const auto rows = store().query(sql, {std::int64_t{1000}});
            ASSERT_TRUE(rows.ok()) << rows.error().line();
            ASSERT_EQ(rows.value().integer(0, 0), 1000 + number);
        }
    }
}

TEST_P(StoreValues, LivesOnAfterAStatementThatIsNone) {
    EXPECT_FALSE(store().run("SELECT nothing FROM nowhere").ok());
    EXPECT_FALSE(store().execute("CREATE TABEL x (i INTEGER)").ok());
    EXPECT_TRUE(store().run("SELECT 1").ok());
}

}  // namespace
}  // namespace counterfoil::store
