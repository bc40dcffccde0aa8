#include <thread>

#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;

constexpr std::array<Migration, 3> kSteps{
    {{1, "CREATE TABLE a (i {integer}, s TEXT NOT NULL) {strict}"},
     {2, "CREATE TABLE b (i {integer}) {strict}; INSERT INTO b VALUES (7)"},
     {3, "CREATE TABLE c (b {blob}) {strict}; INSERT INTO b VALUES (8)"}}};

class StoreMigrations : public StoreTest {
  protected:
    std::int64_t version() { return integer("SELECT version FROM schema_version"); }
};
INSTANTIATE_TEST_SUITE_P(On, StoreMigrations, testing::Values(Dialect::sqlite, Dialect::postgres),
                         DialectName());

TEST_P(StoreMigrations, GoStepByStepAndOnlyOnce) {
    const std::span<const Migration> steps(kSteps);
    ASSERT_TRUE(migrate(store(), steps.first(1)).ok());
    EXPECT_EQ(version(), 1);
    ASSERT_TRUE(migrate(store(), steps).ok());
    ASSERT_TRUE(migrate(store(), steps).ok());
    EXPECT_EQ(version(), 3);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM schema_version"), 1);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM b"), 2);
}

TEST_P(StoreMigrations, RefuseWhatANewerProgramHasMade) {
    ASSERT_TRUE(migrate(store(), kSteps).ok());
    const std::span<const Migration> steps(kSteps);
    EXPECT_EQ(code_of(migrate(store(), steps.first(2))), Code::unsupported_version);
    EXPECT_EQ(version(), 3);
}

TEST_P(StoreMigrations, LeaveAFailingStepUndoneAndTheEarlierOnesDone) {
    auto steps = kSteps;
    steps[2].sql = "CREATE TABLE c (i {integer}) {strict}; INSERT INTO nowhere VALUES (1)";
    EXPECT_FALSE(migrate(store(), steps).ok());
    EXPECT_EQ(version(), 2);
    EXPECT_EQ(integer("SELECT i FROM b"), 7);
    EXPECT_FALSE(store().run("SELECT * FROM c").ok());
    EXPECT_TRUE(migrate(store(), kSteps).ok());
    EXPECT_EQ(version(), 3);
}

TEST_P(StoreMigrations, SurviveACrashBetweenThem) {
    const std::span<const Migration> steps(kSteps);
    ASSERT_TRUE(migrate(store(), steps.first(2)).ok());
    store_->crash();
    ASSERT_TRUE(migrate(store(), steps).ok());
    EXPECT_EQ(version(), 3);
}

// With one row of each table.
TEST_P(StoreMigrations, KeepWhatCameAsItCame) {
    ASSERT_TRUE(migrate(store(), migrations()).ok());
    const Value none(base::as_bytes(""));
    const Value some(base::as_bytes("bytes"));
    for (const std::string table : {"batch", "fork"}) {
        const bool is_batch = table == "batch";
        ASSERT_TRUE(store()
                        .run("INSERT INTO " + table + " (terminal, epoch, " +
                                 (is_batch ? "to_seq, from_seq" : "seq") +
                                 ", head, at_ms, bytes) VALUES ('T1', 1, 5, " +
                                 (is_batch ? "1, " : "") + "$1, 0, $2)",
                             {none, some})
                        .ok());
        EXPECT_EQ(code_of(store().run("UPDATE " + table + " SET at_ms = 1")), Code::refused);
        EXPECT_EQ(code_of(store().run("DELETE FROM " + table)), Code::refused);
        EXPECT_EQ(integer("SELECT at_ms FROM " + table), 0);
    }
    ASSERT_TRUE(
        store()
            .run("INSERT INTO ledger (terminal, epoch, seq, head) VALUES ('T1', 1, 5, $1)", {none})
            .ok());
    EXPECT_EQ(code_of(store().run("UPDATE ledger SET frozen = 1")), std::nullopt);
    EXPECT_EQ(code_of(store().run("DELETE FROM ledger WHERE terminal = 'T1'")), Code::refused);
    EXPECT_EQ(integer("SELECT frozen FROM ledger"), 1);
}

TEST(StoreSchema, KeepsWhatCameInTheWaysThatOneDatabaseAloneHas) {
    SqliteStore sqlite;
    ASSERT_TRUE(migrate(*sqlite, migrations()).ok());
    const char* insert = "INTO batch VALUES ('T1', 1, 5, 1, x'00', 0, x'00')";
    ASSERT_TRUE(sqlite->run("INSERT " + std::string(insert)).ok());
    EXPECT_FALSE(sqlite->run("INSERT OR REPLACE " + std::string(insert)).ok());
    PostgresStore postgres;
    ASSERT_TRUE(migrate(*postgres, migrations()).ok());
    for (const std::string table : {"batch", "fork", "ledger"})
        EXPECT_FALSE(postgres->run("TRUNCATE " + table).ok()) << table;
}

// Table and column of the centre's schema, in the order of their names.
std::string columns_of(Database& database) {
    const auto rows =
        database.dialect() == Dialect::sqlite
            ? database.query(
                  "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name)"
                  " c WHERE m.type = 'table' ORDER BY 1, 2")
            : database.query(
                  "SELECT CAST(table_name AS TEXT) COLLATE \"C\","
                  " CAST(column_name AS TEXT) COLLATE \"C\""
                  " FROM information_schema.columns WHERE table_schema = 'public'"
                  " ORDER BY 1, 2");
    EXPECT_TRUE(rows.ok()) << rows.error().line();
    std::string text;
    for (std::size_t row = 0; row < rows.value().size(); ++row)
        text += std::string(rows.value().text(row, 0)) + "." +
                std::string(rows.value().text(row, 1)) + "\n";
    return text;
}

TEST(StoreSchema, HasTheSameColumnsOnBoth) {
    SqliteStore sqlite;
    PostgresStore postgres;
    for (Database* database : {&*sqlite, &*postgres}) {
        const auto made = migrate(*database, migrations());
        ASSERT_TRUE(made.ok()) << made.error().line();
    }
    const std::string columns = columns_of(*sqlite);
    EXPECT_EQ(columns, columns_of(*postgres));
    EXPECT_THAT(columns, testing::HasSubstr("batch.bytes\n"));
}

TEST(StoreSchema, TakesOverWhatTheFirstOneHeld) {
    for (const Dialect dialect : {Dialect::sqlite, Dialect::postgres}) {
        const auto held = make_store(dialect);
        Database& database = **held;
        ASSERT_TRUE(migrate(database, migrations().first(1)).ok());
        const std::string head(32, 'h');
        ASSERT_TRUE(database
                        .run("INSERT INTO ledger (terminal, epoch, seq, head) "
                             "VALUES ('T1', 1, 7, $1)",
                             {base::as_bytes(head)})
                        .ok());
        ASSERT_TRUE(
            database.run("INSERT INTO audit_finding VALUES ('T1', 1, 3, 'signature_wrong')").ok());
        ASSERT_TRUE(migrate(database, migrations()).ok());
        EXPECT_EQ(database.query("SELECT unsigned_from FROM ledger").value().integer(0, 0), 0);
        EXPECT_EQ(database.query("SELECT events FROM audit_finding").value().integer(0, 0), 1);
    }
}

TEST(StoreSchema, IsMadeByTwoProgramsAtATime) {
    PostgresStore postgres;
    const auto make = [&] {
        const auto made = migrate(*test::connect(postgres.dsn()), migrations());
        EXPECT_TRUE(made.ok()) << made.error().line();
    };
    std::thread other(make);
    make();
    other.join();
    EXPECT_EQ(postgres->query("SELECT COUNT(*) FROM schema_version").value().integer(0, 0), 1);
}

}  // namespace
}  // namespace counterfoil::store
