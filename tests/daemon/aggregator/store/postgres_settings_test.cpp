#include <cstdlib>

#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::store {
namespace {

using base::Code;
using base::Error;

constexpr const char* kPassword = "sesame77";

class PostgresSettings : public testing::Test {
  protected:
    // A server's setting, for as long as the test lasts.
    void set_on_server(const std::string& name, const std::string& value) {
        const auto owner = test::connect(server_.dsn("postgres"));
        ASSERT_TRUE(owner->execute("ALTER SYSTEM SET " + name + " = " + value).ok());
        ASSERT_TRUE(owner->execute("SELECT pg_reload_conf()").ok());
        ASSERT_TRUE(owner->execute("SELECT pg_sleep(0.2)").ok());
    }
    void TearDown() override {
        reset_server();
        server_.drop_database(dsn_);
    }
    void reset_server() {
        if (!is_changed_) return;
        // A connection that was there before; a new one may be refused.
        ASSERT_TRUE(before_->execute("ALTER SYSTEM RESET ALL").ok());
        ASSERT_TRUE(before_->execute("SELECT pg_reload_conf(), pg_sleep(0.2)").ok());
    }
    void change(const std::string& name, const std::string& value) {
        before_ = test::connect(server_.dsn("postgres"));
        is_changed_ = true;
        set_on_server(name, value);
    }
    // A database's default.
    void set(const std::string& name, const std::string& value) {
        const std::string database = dsn_.substr(dsn_.find("dbname=") + 7);
        const auto done =
            test::connect(server_.dsn("postgres"))
                ->execute("ALTER DATABASE " + database + " SET " + name + " = " + value);
        ASSERT_TRUE(done.ok()) << done.error().line();
    }
    static std::string setting(Database& database, std::string_view name) {
        const auto rows = database.query("SELECT current_setting($1)", {name});
        EXPECT_TRUE(rows.ok()) << rows.error().line();
        return std::string(rows.value().text(0, 0));
    }
    static Error refusal(const std::string& dsn) {
        const auto opened = PostgresDatabase::open(dsn);
        EXPECT_FALSE(opened.ok());
        return opened.ok() ? Error(Code::corrupt, "") : opened.error();
    }

    test::PostgresServer& server_ = test::PostgresServer::shared();
    const std::string dsn_ = server_.make_database();
    std::unique_ptr<Database> before_;
    bool is_changed_ = false;
};

TEST_F(PostgresSettings, MakesEveryCommitDurableWhateverTheDefaultIs) {
    set("synchronous_commit", "off");
    EXPECT_EQ(setting(*test::connect(dsn_), "synchronous_commit"), "on");
    set("synchronous_commit", "remote_apply");
    EXPECT_EQ(setting(*test::connect(dsn_), "synchronous_commit"), "remote_apply");
}

TEST_F(PostgresSettings, BoundsEveryCallWhateverTheDefaultIs) {
    set("statement_timeout", "0");
    set("lock_timeout", "0");
    set("standard_conforming_strings", "off");
    set("default_transaction_isolation", "'serializable'");
    const auto database = test::connect(dsn_);
    EXPECT_EQ(setting(*database, "statement_timeout"), "30s");
    EXPECT_EQ(setting(*database, "lock_timeout"), "5s");
    EXPECT_EQ(setting(*database, "idle_in_transaction_session_timeout"), "1min");
    EXPECT_EQ(setting(*database, "standard_conforming_strings"), "on");
    EXPECT_EQ(setting(*database, "transaction_isolation"), "read committed");
    EXPECT_EQ(setting(*database, "client_encoding"), "UTF8");
}

TEST_F(PostgresSettings, RefusesAServerThatDoesNotSync) {
    change("fsync", "off");
    const Error error = refusal(dsn_);
    EXPECT_EQ(error.code(), Code::io_failed);
    EXPECT_THAT(error.message(), testing::HasSubstr("fsync is off"));
}

TEST_F(PostgresSettings, RefusesAServerWhosePagesCanBeTorn) {
    change("full_page_writes", "off");
    EXPECT_THAT(refusal(dsn_).message(), testing::HasSubstr("full_page_writes is off"));
}

TEST_F(PostgresSettings, RefusesADatabaseThatIsNotUtf8) {
    const std::string latin =
        server_.make_database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    EXPECT_THAT(refusal(latin).message(), testing::HasSubstr("server_encoding is LATIN1"));
    server_.drop_database(latin);
}

TEST_F(PostgresSettings, RefusesADatabaseThatCannotBeWritten) {
    set("default_transaction_read_only", "on");
    const Error error = refusal(dsn_);
    EXPECT_EQ(error.code(), Code::io_failed);
    EXPECT_THAT(error.message(), testing::HasSubstr("read-only"));
}

TEST_F(PostgresSettings, NeverTellsThePassword) {
    const std::string password(kPassword);
    const std::array dsns{
        "postgresql://anna:" + password + "@127.0.0.1:1/store",
        "postgresql://anna:x@" + password + "@127.0.0.1:1/store",
        "postgresql://anna:x/" + password + "@127.0.0.1:1/store",
        "postgresql://anna:1/" + password + "@127.0.0.1/store",
        "postgresql://anna:%zz" + password + "@127.0.0.1/store",
        "postgresql://anna:" + password + "@[127.0.0.1/store",
        "host=127.0.0.1 port=1 password=a " + password,
        "host=127.0.0.1 port=1 password='" + password,
        "host=127.0.0.1 port=1 password=" + password,
        password,
    };
    for (const std::string& dsn : dsns) {
        const Error error = refusal(dsn);
        EXPECT_THAT(error.message(), testing::Not(testing::HasSubstr(password))) << dsn;
        EXPECT_THAT(error.code(), testing::AnyOf(Code::io_failed, Code::invalid_argument)) << dsn;
    }
    EXPECT_THAT(refusal(dsns[0]).message(), testing::HasSubstr("127.0.0.1"));
}

TEST_F(PostgresSettings, TakesAPasswordWithSignsInIt) {
    const auto opened = PostgresDatabase::open(dsn_ + " password='a@b/c:d %'");
    EXPECT_TRUE(opened.ok()) << opened.error().line();
}

TEST_F(PostgresSettings, SaysInOurWordsWhatTheServerSays) {
    const auto database = test::connect(dsn_);
    const std::array<std::pair<const char*, Code>, 13> answers{{{"23505", Code::refused},
                                                                {"23514", Code::refused},
                                                                {"40001", Code::second_writer},
                                                                {"40P01", Code::second_writer},
                                                                {"55P03", Code::second_writer},
                                                                {"53100", Code::disk_full},
                                                                {"53200", Code::io_failed},
                                                                {"57014", Code::io_failed},
                                                                {"58030", Code::io_failed},
                                                                {"22003", Code::overflow},
                                                                {"42501", Code::permission_denied},
                                                                {"XX001", Code::corrupt},
                                                                {"25006", Code::read_only}}};
    for (const auto& [sqlstate, code] : answers) {
        const auto done = database->execute("DO $$ BEGIN RAISE EXCEPTION 'well' USING ERRCODE = '" +
                                            std::string(sqlstate) + "'; END $$");
        ASSERT_FALSE(done.ok());
        EXPECT_EQ(done.error().code(), code) << sqlstate;
        EXPECT_EQ(done.error().message(), "well [" + std::string(sqlstate) + "]");
    }
}

TEST_F(PostgresSettings, NamesTheConstraintButNotTheValue) {
    const auto database = test::connect(dsn_);
    ASSERT_TRUE(database->execute("CREATE TABLE t (phone TEXT CONSTRAINT one_each UNIQUE)").ok());
    ASSERT_TRUE(database->run("INSERT INTO t VALUES ($1)", {std::string_view("+3612345")}).ok());
    const auto again = database->run("INSERT INTO t VALUES ($1)", {std::string_view("+3612345")});
    EXPECT_THAT(again.error().message(), testing::HasSubstr("one_each"));
    EXPECT_THAT(again.error().message(), testing::Not(testing::HasSubstr("12345")));
}

TEST_F(PostgresSettings, AsksForACastWhereTheKindIsNotItsOwn) {
    const auto database = test::connect(dsn_);
    ASSERT_TRUE(database->execute("CREATE TABLE t (i BIGINT, n INTEGER, d DATE)").ok());
    const auto sum = database->query("SELECT SUM(i) AS all_of_it FROM t");
    ASSERT_FALSE(sum.ok());
    EXPECT_EQ(sum.error().code(), Code::invalid_argument);
    EXPECT_THAT(sum.error().message(), testing::HasSubstr("all_of_it"));
    EXPECT_EQ(database->run("SELECT 1 FROM t WHERE d = $1", {Value()}).error().code(),
              Code::invalid_argument);
    // A narrower integer is one, as long as the value fits.
    constexpr const char* kInsertNarrow = "INSERT INTO t (n) VALUES ($1)";
    EXPECT_TRUE(database->run(kInsertNarrow, {std::int64_t{-2'147'483'648}}).ok());
    EXPECT_EQ(database->run(kInsertNarrow, {std::int64_t{2'147'483'648}}).error().code(),
              Code::overflow);
    EXPECT_EQ(database->query("SELECT n FROM t").value().integer(0, 0), -2'147'483'648);
}

TEST_F(PostgresSettings, RefusesTextsThatAreNone) {
    const auto database = test::connect(dsn_);
    for (const std::string_view bad : {std::string_view("a\0b", 3), std::string_view("\xff")}) {
        const auto done = database->run("SELECT CAST($1 AS TEXT)", {bad});
        ASSERT_FALSE(done.ok());
        EXPECT_EQ(done.error().code(), Code::malformed);
    }
}

}  // namespace
}  // namespace counterfoil::store
