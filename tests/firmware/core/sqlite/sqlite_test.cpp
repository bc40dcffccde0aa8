#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "firmware/core/sqlite/connection.h"
#include "firmware/core/sqlite/migration.h"
#include "firmware/core/sqlite/side_file.h"
#include "tests/support/test_till.h"

namespace counterfoil::sqlite {
namespace {

using base::Code;

class SqliteTest : public testing::Test {
  protected:
    Connection open(Mode mode) {
        auto opened = Connection::open({file_, mode, nullptr, 77});
        EXPECT_TRUE(opened.ok()) << opened.error().line();
        return std::move(opened).value();
    }
    Code open_error(Mode mode, std::int32_t application_id = 77) {
        const auto opened = Connection::open({file_, mode, nullptr, application_id});
        EXPECT_FALSE(opened.ok());
        return opened.ok() ? Code::refused : opened.error().code();
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path file_ = folder_ / "a b#c?.db";
};

TEST_F(SqliteTest, WritesInWalModeWithSyncedCommits) {
    Connection writer = open(Mode::create);
    EXPECT_EQ(writer.read_integer("PRAGMA synchronous").value(), 2);
    EXPECT_EQ(writer.read_integer("PRAGMA foreign_keys").value(), 1);
    EXPECT_EQ(writer.read_integer("PRAGMA trusted_schema").value(), 0);
    auto mode = writer.prepare("PRAGMA journal_mode");
    ASSERT_TRUE(mode.value().step().value());
    EXPECT_EQ(mode.value().text(0), "wal");
}

TEST_F(SqliteTest, BindsAndReadsEveryKindOfValue) {
    Connection writer = open(Mode::create);
    ASSERT_TRUE(
        writer.execute("CREATE TABLE t (i INTEGER, s TEXT, b BLOB, n TEXT, e TEXT NOT NULL)").ok());
    auto insert = writer.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
    const base::Bytes blob{0, 1, 255};
    insert.value()
        .bind(1, std::int64_t{-9})
        .bind(2, std::string_view("é"))
        .bind(3, base::ByteView(blob));
    insert.value().bind_null(4).bind(5, std::string_view());
    ASSERT_TRUE(insert.value().run().ok());
    auto row = writer.prepare("SELECT * FROM t");
    ASSERT_TRUE(row.value().step().value());
    EXPECT_EQ(row.value().integer(0), -9);
    EXPECT_EQ(row.value().text(1), "é");
    EXPECT_TRUE(std::ranges::equal(row.value().blob(2), blob));
    EXPECT_TRUE(row.value().is_null(3));
    EXPECT_FALSE(row.value().is_null(4));
    EXPECT_FALSE(row.value().step().value());
}

TEST_F(SqliteTest, RollsBackWhatIsNotCommitted) {
    Connection writer = open(Mode::create);
    ASSERT_TRUE(writer.execute("CREATE TABLE t (i INTEGER)").ok());
    {
        auto transaction = Transaction::begin(writer);
        ASSERT_TRUE(writer.execute("INSERT INTO t VALUES (1)").ok());
    }
    EXPECT_EQ(writer.read_integer("SELECT count(*) FROM t").value(), 0);
    auto transaction = Transaction::begin(writer);
    ASSERT_TRUE(writer.execute("INSERT INTO t VALUES (1)").ok());
    ASSERT_TRUE(transaction.value().commit().ok());
    EXPECT_EQ(writer.read_integer("SELECT count(*) FROM t").value(), 1);
}

TEST_F(SqliteTest, ReadsWhileAnotherWrites) {
    Connection writer = open(Mode::create);
    ASSERT_TRUE(writer.execute("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (5)").ok());
    Connection reader = open(Mode::read_only);
    EXPECT_EQ(reader.read_integer("SELECT i FROM t").value(), 5);
    const auto refused = reader.execute("INSERT INTO t VALUES (6)");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), Code::read_only);
}

TEST_F(SqliteTest, TellsForeignFilesApart) {
    { open(Mode::create); }
    EXPECT_EQ(open_error(Mode::read_only, 78), Code::foreign_file);
    EXPECT_EQ(open_error(Mode::read_write, 78), Code::foreign_file);
    EXPECT_EQ(open_error(Mode::create, 78), Code::foreign_file);
    std::ofstream(file_, std::ios::trunc) << std::string(4096, 'x');
    EXPECT_EQ(open_error(Mode::read_write), Code::foreign_file);
    std::filesystem::remove(file_);
    EXPECT_EQ(open_error(Mode::read_write), Code::not_found);
}

TEST_F(SqliteTest, ReportsADamagedFile) {
    {
        Connection writer = open(Mode::create);
        ASSERT_TRUE(
            writer.execute("CREATE TABLE t (i TEXT); INSERT INTO t VALUES (hex(randomblob(9000)))")
                .ok());
    }
    {
        std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        file << std::string(64, '\xee');
    }
    Connection reader = open(Mode::read_only);
    const auto checked = reader.check_structure();
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code(), Code::corrupt);
}

TEST_F(SqliteTest, MigratesStepByStepAndRefusesANewerFile) {
    const Migration steps[] = {{1, "CREATE TABLE a (i INTEGER)"},
                               {2, "CREATE TABLE b (i INTEGER)"}};
    const std::span<const Migration> all(steps);
    Connection writer = open(Mode::create);
    ASSERT_TRUE(migrate(writer, all.first(1)).ok());
    EXPECT_EQ(schema_version(writer).value(), 1);
    ASSERT_TRUE(migrate(writer, all).ok());
    ASSERT_TRUE(migrate(writer, all).ok());
    EXPECT_EQ(schema_version(writer).value(), 2);
    EXPECT_EQ(migrate(writer, all.first(1)).error().code(), Code::unsupported_version);
}

TEST_F(SqliteTest, LeavesAFailedMigrationUndone) {
    const Migration steps[] = {{1, "CREATE TABLE a (i INTEGER); CREATE TABLE a (i INTEGER)"}};
    Connection writer = open(Mode::create);
    EXPECT_FALSE(migrate(writer, steps).ok());
    EXPECT_EQ(schema_version(writer).value(), 0);
    EXPECT_EQ(writer.read_integer("SELECT count(*) FROM sqlite_schema").value(), 0);
}

TEST_F(SqliteTest, GivesTheRightToWriteToOneProcessOnly) {
    auto held = WriterClaim::take(file_, nullptr);
    ASSERT_TRUE(held.ok());
    const pid_t child = ::fork();
    if (child == 0) {
        const auto second = WriterClaim::take(file_, nullptr);
        const bool right = !second.ok() && second.error().code() == Code::second_writer;
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_FALSE(WriterClaim::take(file_, nullptr).ok());
    held = WriterClaim::take(folder_ / "other.db", nullptr);
    EXPECT_TRUE(WriterClaim::take(file_, nullptr).ok());
}

TEST_F(SqliteTest, ReadsAFileOnReadOnlyMedia) {
    {
        Connection writer = open(Mode::create);
        ASSERT_TRUE(writer.execute("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (5)").ok());
    }
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
    // The superuser may write there all the same, and then nothing needs to be proven.
    Connection reader = open(Mode::read_only);
    EXPECT_EQ(reader.read_integer("SELECT i FROM t").value(), 5);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
}

}  // namespace
}  // namespace counterfoil::sqlite
