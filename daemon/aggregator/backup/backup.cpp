#include "daemon/aggregator/backup/backup.h"

#include <chrono>
#include <thread>

#include "daemon/aggregator/ingest/own_ledger.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/base/file.h"
#include "firmware/core/sqlite/copy.h"

namespace counterfoil::backup {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using store::Database;
using store::SqliteDatabase;

namespace {

constexpr int kPagesAtOnce = 256;
constexpr int kMostBeginnings = 10;
// Longer than a centre that starts waits for its log to be free.
constexpr std::chrono::seconds kPause(3);

std::filesystem::path with(const std::filesystem::path& path, std::string_view end) {
    return path.string() + std::string(end);
}

// When a process last claimed the right to write the database.
std::filesystem::file_time_type claimed_at(const std::filesystem::path& database) {
    std::error_code ignored;
    return std::filesystem::last_write_time(with(database, "-claim"), ignored);
}

Result<sqlite::Connection> open(const std::filesystem::path& path, sqlite::Mode mode) {
    return sqlite::Connection::open({path, mode, nullptr, store::kSqliteApplicationId});
}

// What is sold, and to whom, is nobody else's business.
Status protect(const std::filesystem::path& path) {
    std::error_code problem;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, problem);
    if (problem) return Error(Code::io_failed, path.string() + ": " + problem.message());
    return {};
}

// False where a centre has started meanwhile: it waits for the log to be free, but not for long.
Result<bool> copy_pages(const std::filesystem::path& from, const std::filesystem::path& to,
                        const Progress& progress) {
    remove_database(to);
    const auto claimed = claimed_at(from);
    CF_LET(auto source, open(from, sqlite::Mode::read_only));
    CF_LET(auto target, open(to, sqlite::Mode::create));
    CF_TRY(protect(to));
    CF_LET(auto copy, sqlite::Copy::begin(source, target));
    for (;;) {
        CF_LET(const bool more, copy.step(kPagesAtOnce));
        if (!more) return true;
        if (claimed_at(from) != claimed) return false;
        progress("copying pages", copy.pages() - copy.pages_left(), copy.pages());
    }
}

Status copy_sqlite(const std::filesystem::path& from, const std::filesystem::path& to,
                   const Progress& progress) {
    for (int beginning = 0; beginning < kMostBeginnings; ++beginning) {
        CF_LET(const bool done, copy_pages(from, to, progress));
        if (done) return {};
        std::this_thread::sleep_for(kPause);
    }
    return Error(Code::second_writer, "the centre is being started again and again");
}

// One snapshot of all tables.
Status begin_reading(Database& database) {
    CF_TRY(database.begin());
    return database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
}

Status copy_postgres(Database& from, const std::filesystem::path& to, const Progress& progress) {
    remove_database(to);
    CF_TRY(begin_reading(from));
    CF_LET(const std::int64_t version, store::schema_version(from));
    const auto steps = store::migrations();
    if (version > static_cast<std::int64_t>(steps.size()))
        return Error(Code::unsupported_version, "the store is of a newer program");
    CF_LET(auto target, SqliteDatabase::open(to));
    CF_TRY(protect(to));
    CF_TRY(protect(with(to, "-wal")));
    // A power cut leaves nothing that could be taken for a backup; what counts is synced at its
    // end.
    CF_TRY(target->execute("PRAGMA synchronous=OFF"));
    CF_TRY(store::migrate(*target, steps.first(static_cast<std::size_t>(version))));
    CF_LET(const auto tables, tables_of(*target));
    std::int64_t done = 0;
    for (const Table& table : tables) {
        progress("copying " + table.name, done++, static_cast<std::int64_t>(tables.size()));
        CF_TRY(copy_rows(from, *target, table));
    }
    CF_TRY(from.rollback());
    target.reset();
    return make_single_file(to);
}

Status copy(const Place& place, const std::filesystem::path& to, const Progress& progress) {
    if (place.postgres.empty()) return copy_sqlite(place.database, to, progress);
    CF_LET(const auto from, store::PostgresDatabase::open(place.postgres));
    return copy_postgres(*from, to, progress);
}

// What is on the disk, and not what was to be written.
Result<Contents> check(const std::filesystem::path& path) {
    CF_LET(const auto written, SqliteDatabase::read(path));
    CF_TRY(written->check_structure());
    CF_LET(const std::int64_t version, store::schema_version(*written));
    if (version > static_cast<std::int64_t>(store::migrations().size()))
        return Error(Code::unsupported_version, "the store is of a newer program");
    return contents_of(*written);
}

Result<Contents> write(const Place& place, const std::filesystem::path& partial,
                       crypto::Signer& signer, const base::Clock& clock, const Progress& progress) {
    CF_TRY(copy(place, partial, progress));
    progress("checking", 0, 0);
    CF_LET(Contents contents, check(partial));
    contents.made_at = clock.now();
    CF_TRY(seal(partial, contents, signer));
    return contents;
}

}  // namespace

void remove_database(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal", "-claim"})
        std::filesystem::remove(with(path, end), ignored);
}

Status make_single_file(const std::filesystem::path& path) {
    {
        CF_LET(auto connection, open(path, sqlite::Mode::read_write));
        CF_TRY(connection.leave_log());
    }
    std::error_code ignored;
    std::filesystem::remove(with(path, "-claim"), ignored);
    return {};
}

Result<Contents> contents_of(Database& database) {
    CF_LET(const store::Rows ledgers,
           database.query("SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM ledger "
                          "WHERE terminal <> $1",
                          {ingest::kCentre}));
    CF_LET(const store::Rows terminals,
           database.query("SELECT count(*) FROM terminal WHERE name <> $1", {ingest::kCentre}));
    CF_LET(const std::int64_t epoch, ingest::own_epoch(database));
    CF_LET(const auto centre, ingest::find_cursor(database, {std::string(ingest::kCentre), epoch}));
    if (!centre) return Error(Code::foreign_file, "this is no store in which a centre has begun");
    return Contents{ledgers.integer(0, 0), terminals.integer(0, 0), *centre, {}};
}

Result<Contents> back_up(const Place& place, const std::filesystem::path& file,
                         crypto::Signer& signer, const base::Clock& clock,
                         const Progress& progress) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return Error(Code::already_exists, file.string() + " is there and is not overwritten");
    const std::filesystem::path partial = with(file, ".partial");
    CF_LET(const auto claim, sqlite::WriterClaim::take(file, nullptr));
    auto contents = write(place, partial, signer, clock, progress);
    Status named = contents.ok() ? base::name_file(partial, file) : Status(contents.error());
    remove_database(partial);
    std::filesystem::remove(with(file, "-claim"), ignored);
    if (!named.ok()) return named.error();
    return contents;
}

}  // namespace counterfoil::backup
