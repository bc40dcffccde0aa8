#include "daemon/aggregator/store/postgres/bulk_insert.h"
#include "daemon/aggregator/store/postgres/parameters.h"
#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;

constexpr std::array<unsigned, 2> kTypes{kInteger8, kBytes};

TEST(BulkInsert, TakesAnArrayForEachColumn) {
    EXPECT_EQ(bulk_insert("INSERT INTO t VALUES ($1, $2)", kTypes, Keys::may_repeat),
              "INSERT INTO t SELECT * FROM unnest($1::int8[], $2::bytea[])");
    EXPECT_EQ(bulk_insert("\n  INSERT INTO t (a, b)\n  VALUES ($1,\n$2 ) ON CONFLICT (a, b) "
                          "DO NOTHING",
                          kTypes, Keys::may_repeat),
              "\n  INSERT INTO t (a, b)\n  SELECT * FROM unnest($1::int8[], $2::bytea[]) "
              "ON CONFLICT (a, b) DO NOTHING");
}

TEST(BulkInsert, LeavesEveryOtherStatementAsItIs) {
    for (const std::string_view sql :
         {"INSERT INTO t VALUES ($2, $1)", "INSERT INTO t VALUES ($1, $2, 0)",
          "INSERT INTO t VALUES ($1, $1, $2)", "INSERT INTO t VALUES ($1, $2), ($1, $2)",
          "INSERT INTO t VALUES ($1, $2 + 1)", "INSERT INTO t VALUES ($1, CAST($2 AS BYTEA))",
          "INSERT INTO t VALUES ($1, $2) ON CONFLICT DO UPDATE SET a = 1",
          "INSERT INTO t VALUES ($1, $2) RETURNING $1", "INSERT INTO t SELECT $1, $2",
          "WITH x AS (SELECT 1) INSERT INTO t VALUES ($1, $2)", "UPDATE t SET a = $1, b = $2",
          "VALUES ($1, $2)", "INSERT INTO t VALUES ($1)", "INSERT INTO t VALUES ($1, $22)"})
        EXPECT_EQ(bulk_insert(sql, kTypes, Keys::may_repeat), std::nullopt) << sql;
    EXPECT_EQ(bulk_insert("INSERT INTO t DEFAULT VALUES", {}, Keys::may_repeat), std::nullopt);
}

TEST(BulkInsert, UpdatesRowsOfWhichNoTwoAreTheSame) {
    EXPECT_EQ(bulk_insert("INSERT INTO t VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = "
                          "excluded.b",
                          kTypes, Keys::all_differ),
              "INSERT INTO t SELECT * FROM unnest($1::int8[], $2::bytea[]) ON CONFLICT (a) DO "
              "UPDATE SET b = excluded.b");
}

class PostgresBulk : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(store_
                        ->execute("CREATE TABLE t (i BIGINT, n INTEGER, m SMALLINT, o BOOLEAN,"
                                  " s TEXT, v VARCHAR(5), b BYTEA)")
                        .ok());
    }
    bool is_used() {
        const auto rows =
            store_->query("SELECT COUNT(*) FROM pg_prepared_statements WHERE name LIKE '%bulk'");
        return rows.value().integer(0, 0) > 0;
    }
    base::Status insert(const std::vector<Value>& values) {
        return store_->run_each("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7)", 7, values);
    }

    PostgresStore store_;
};

TEST_F(PostgresBulk, KeepsValuesOfAllKinds) {
    base::Bytes all(256);
    for (std::size_t at = 0; at < all.size(); ++at) all[at] = static_cast<std::uint8_t>(at);
    const std::string odd = "{\"a\",NULL,\\}";
    const auto limits = [](auto one) {
        return std::pair{std::numeric_limits<decltype(one)>::min(),
                         std::numeric_limits<decltype(one)>::max()};
    };
    const std::vector<Value> low{limits(std::int64_t{}).first,
                                 std::int64_t{-2'147'483'648},
                                 std::int64_t{-32'768},
                                 std::int64_t{0},
                                 std::string_view(),
                                 std::string_view("NULL"),
                                 base::ByteView()};
    const std::vector<Value> high{limits(std::int64_t{}).second,
                                  std::int64_t{2'147'483'647},
                                  std::int64_t{32'767},
                                  std::int64_t{1},
                                  std::string_view(odd),
                                  std::string_view("árvíz"),
                                  base::ByteView(all)};
    std::vector<Value> values;
    for (int times = 0; times < 700; ++times) {
        values.insert(values.end(), low.begin(), low.end());
        values.insert(values.end(), high.begin(), high.end());
        values.resize(values.size() + 7);
    }
    ASSERT_TRUE(insert(values).ok());
    EXPECT_TRUE(is_used());
    const auto rows = store_->query("SELECT * FROM t").value();
    ASSERT_EQ(rows.size(), 2100U);
    for (std::size_t row = 0; row < rows.size(); row += 3) {
        for (std::size_t column = 0; column < 4; ++column) {
            ASSERT_EQ(rows.integer(row, column), std::get<std::int64_t>(low[column]));
            ASSERT_EQ(rows.integer(row + 1, column), std::get<std::int64_t>(high[column]));
        }
        ASSERT_EQ(rows.text(row, 4), "");
        ASSERT_EQ(rows.text(row, 5), "NULL");
        ASSERT_EQ(rows.text(row, 6), "");
        ASSERT_EQ(rows.text(row + 1, 4), odd);
        ASSERT_EQ(rows.text(row + 1, 5), "árvíz");
        ASSERT_TRUE(std::ranges::equal(rows.blob(row + 1, 6), all));
        for (std::size_t column = 0; column < 7; ++column)
            ASSERT_TRUE(rows.is_null(row + 2, column));
    }
}

TEST_F(PostgresBulk, RefusesWhatASingleRowWouldBeRefusedFor) {
    std::vector<Value> values(70);
    EXPECT_TRUE(insert(values).ok());
    values[36] = std::int64_t{2'147'483'648};
    EXPECT_EQ(insert(values).error().code(), Code::overflow);
    values[36] = std::string_view("x");
    EXPECT_EQ(insert(values).error().code(), Code::invalid_argument);
    values[36] = {};
    values[39] = std::string_view("\xff");
    EXPECT_EQ(insert(values).error().code(), Code::malformed);
    values[39] = {};
    values[40] = std::string_view("too long");
    EXPECT_FALSE(insert(values).ok());
    values[40] = {};
    EXPECT_TRUE(insert(values).ok());
    EXPECT_EQ(store_->query("SELECT COUNT(*) FROM t").value().integer(0, 0), 20);
}

TEST_F(PostgresBulk, IsNotForAFewRows) {
    ASSERT_TRUE(insert(std::vector<Value>(14)).ok());
    EXPECT_FALSE(is_used());
}

}  // namespace
}  // namespace counterfoil::store
