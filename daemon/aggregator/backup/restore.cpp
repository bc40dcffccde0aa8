#include "daemon/aggregator/backup/restore.h"

#include <algorithm>

#include "daemon/aggregator/backup/replay.h"
#include "daemon/aggregator/ingest/own_ledger.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/base/file.h"

namespace counterfoil::backup {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using store::Database;
using store::SqliteDatabase;

namespace {

// An old log beside a new database would be taken for its own.
Status check_no_file(const std::filesystem::path& database) {
    for (const char* end : {"", "-wal", "-journal"}) {
        const std::filesystem::path path = database.string() + end;
        std::error_code ignored;
        if (std::filesystem::exists(path, ignored))
            return Error(Code::already_exists,
                         path.string() +
                             " is there: move it away, a backup is restored into a "
                             "folder without a database");
    }
    return {};
}

// A restoration that did not come to its end leaves the schema alone behind.
Status check_empty(Database& postgres) {
    CF_LET(const store::Rows tables,
           postgres.query("SELECT COUNT(*), COUNT(*) FILTER (WHERE table_name = 'terminal') FROM "
                          "information_schema.tables WHERE table_schema = current_schema()"));
    if (tables.integer(0, 0) == 0) return {};
    const Error not_empty(Code::already_exists,
                          "the PostgreSQL database is not empty: name one that is");
    if (tables.integer(0, 1) == 0) return not_empty;
    CF_LET(const store::Rows terminals, postgres.query("SELECT COUNT(*) FROM terminal"));
    if (terminals.integer(0, 0) > 0) return not_empty;
    return {};
}

Result<std::unique_ptr<SqliteDatabase>> open_backup(const std::filesystem::path& file) {
    CF_LET(auto backup, SqliteDatabase::read(file));
    CF_TRY(backup->check_structure());
    CF_LET(const std::int64_t version, store::schema_version(*backup));
    if (version > static_cast<std::int64_t>(store::migrations().size()))
        return Error(Code::unsupported_version, "the backup is of a newer program");
    return backup;
}

Result<std::int64_t> next_epoch(Database& database, const Restorer& restorer) {
    constexpr std::int64_t kSecondMs = 1000;
    CF_LET(const std::int64_t held, ingest::own_epoch(database));
    CF_LET(const auto told, ingest::HeadFile(restorer.head_file).read());
    const std::int64_t last = std::max(held, told ? told->own.epoch : 0);
    return std::max(last + 1, restorer.clock.now().unix_ms / kSecondMs);
}

// All of it, or none.
Result<Contents> fill(Database& to, Database& backup, const Contents& sealed,
                      const Restorer& restorer, const Progress& progress) {
    CF_TRY(store::migrate(to, store::migrations()));
    CF_LET(auto transaction, store::Transaction::begin(to));
    CF_TRY(replay(backup, to, restorer.certificate, progress));
    CF_LET(const std::int64_t epoch, next_epoch(to, restorer));
    CF_TRY(ingest::OwnLedger::begin_epoch(
        {to, restorer.key, restorer.certificate, restorer.clock, restorer.entropy}, epoch,
        "restored"));
    CF_LET(const Contents contents, contents_of(to));
    if (contents.events != sealed.events || contents.terminals != sealed.terminals)
        return Error(Code::corrupt, "the backup does not hold what its seal says");
    CF_TRY(transaction.commit());
    return contents;
}

Result<Contents> fill_file(const std::filesystem::path& path, Database& backup,
                           const Contents& sealed, const Restorer& restorer,
                           const Progress& progress) {
    const std::filesystem::path partial = path.string() + ".partial";
    remove_database(partial);
    CF_LET(auto database, SqliteDatabase::open(partial));
    auto contents = fill(*database, backup, sealed, restorer, progress);
    database.reset();
    Status done = contents.ok() ? make_single_file(partial) : Status(contents.error());
    if (done.ok()) done = base::name_file(partial, path);
    remove_database(partial);
    if (!done.ok()) return done.error();
    return contents;
}

}  // namespace

Result<Contents> restore(const std::filesystem::path& file, const Place& place,
                         const Restorer& restorer, const Progress& progress) {
    CF_LET(const auto key, crypto::Verifier::create(restorer.key.public_key()));
    std::unique_ptr<Database> postgres;
    if (place.postgres.empty()) {
        CF_TRY(check_no_file(place.database));
    } else {
        CF_LET(postgres, store::PostgresDatabase::open(place.postgres));
        CF_TRY(check_empty(*postgres));
    }
    progress("checking", 0, 0);
    CF_LET(const Contents sealed, check_seal(file, key));
    CF_LET(const auto backup, open_backup(file));
    CF_LET(const Contents contents,
           postgres == nullptr ? fill_file(place.database, *backup, sealed, restorer, progress)
                               : fill(*postgres, *backup, sealed, restorer, progress));
    CF_TRY(ingest::HeadFile(restorer.head_file).write({contents.centre, contents.events}));
    return contents;
}

}  // namespace counterfoil::backup
