#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "daemon/aggregator/store/database.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/support/postgres_server.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::store {

// A new, empty database of one kind, and a connection to it.
class Store {
  public:
    virtual ~Store() = default;
    Database& operator*() { return *database_; }
    Database* operator->() { return database_.get(); }

    void open() { database_ = connect(); }
    void close() { database_.reset(); }
    // Everything that runs is gone at once, and starts again.
    virtual void crash() = 0;

  protected:
    virtual std::unique_ptr<Database> connect() = 0;

    std::unique_ptr<Database> database_;
};

// On a disk whose unsynced writes a crash loses.
class SqliteStore : public Store {
  public:
    SqliteStore() { open(); }
    ~SqliteStore() override { close(); }
    void crash() override {
        disk_.stop();
        close();
        disk_.restart(test::Survival::none, random_);
        open();
    }

  protected:
    std::unique_ptr<Database> connect() override {
        auto opened = SqliteDatabase::open("store.db", disk_.vfs());
        EXPECT_TRUE(opened.ok()) << opened.error().line();
        return std::move(opened).value();
    }

  private:
    test::SimulatedDisk disk_;
    std::mt19937_64 random_{1};
};

// Orders texts as people do, unless a column says otherwise.
inline constexpr const char* kPeoplesOrder =
    "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'hu'";

class PostgresStore : public Store {
  public:
    PostgresStore() { open(); }
    ~PostgresStore() override {
        close();
        if (!test::PostgresServer::shared().is_running()) test::PostgresServer::shared().start();
        test::PostgresServer::shared().drop_database(dsn_);
    }
    void crash() override {
        test::PostgresServer::shared().kill();
        test::PostgresServer::shared().start();
        open();
    }
    const std::string& dsn() const { return dsn_; }

  protected:
    std::unique_ptr<Database> connect() override { return test::connect(dsn_); }

  private:
    const std::string dsn_ = test::PostgresServer::shared().make_database(kPeoplesOrder);
};

inline std::unique_ptr<Store> make_store(Dialect dialect) {
    if (dialect == Dialect::sqlite) return std::make_unique<SqliteStore>();
    return std::make_unique<PostgresStore>();
}

// What every database must do alike.
class StoreTest : public testing::TestWithParam<Dialect> {
  protected:
    // A table, in the words of a migration.
    void make(const char* sql) {
        const Migration step{1, sql};
        const auto made = migrate(store(), {&step, 1});
        ASSERT_TRUE(made.ok()) << made.error().line();
    }
    Database& store() { return **store_; }
    std::int64_t integer(std::string_view sql) {
        const auto rows = store().query(sql);
        EXPECT_TRUE(rows.ok()) << rows.error().line();
        return rows.ok() ? rows.value().integer(0, 0) : -1;
    }
    // Null where it went well.
    static std::optional<base::Code> code_of(const base::Status& done) {
        if (done.ok()) return std::nullopt;
        return done.error().code();
    }

    const std::unique_ptr<Store> store_ = make_store(GetParam());
};

struct DialectName {
    template <class Info>
    std::string operator()(const Info& info) const {
        return info.param == Dialect::sqlite ? "Sqlite" : "Postgres";
    }
};

}  // namespace counterfoil::store
