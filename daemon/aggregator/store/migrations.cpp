#include "daemon/aggregator/store/migrations.h"

#include <string>

namespace counterfoil::store {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// Any number that nobody else in the database locks.
constexpr std::int64_t kMigrationLock = 0x43464341;  // "CFCA"

void replace(std::string& text, std::string_view word, std::string_view by) {
    for (std::size_t at = text.find(word); at != std::string::npos;
         at = text.find(word, at + by.size()))
        text.replace(at, word.size(), by);
}

// A trigger that refuses it. Another program's mistake, or our own, must not touch what is kept.
std::string guard(const std::string& table, const std::string& change, Dialect dialect) {
    const std::string head =
        "CREATE TRIGGER " + table + "_no_" + change + " BEFORE " + change + " ON " + table;
    if (dialect == Dialect::sqlite)
        return head + " BEGIN SELECT RAISE(ABORT, 'rows of " + table + " are kept'); END;";
    const std::string each = change == "truncate" ? "STATEMENT" : "ROW";
    return head + " FOR EACH " + each + " EXECUTE FUNCTION refuse_change();";
}

std::string guards(const std::string& table, bool is_unchanged, Dialect dialect) {
    std::string script;
    if (dialect == Dialect::postgres) {
        script =
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'rows of ' || "
            "TG_TABLE_NAME || ' are kept'; END $$;";
        script += guard(table, "truncate", dialect);
    }
    if (is_unchanged) script += guard(table, "update", dialect);
    return script + guard(table, "delete", dialect);
}

// Puts what `make` gives for each table in the place of "{word table};".
template <class Make>
void replace_each(std::string& text, const std::string& word, Make make) {
    const std::string beginning = "{" + word + " ";
    for (std::size_t at = text.find(beginning); at != std::string::npos;
         at = text.find(beginning)) {
        const std::size_t name = at + beginning.size();
        const std::size_t end = text.find("};", name);
        CF_CHECK(end != std::string::npos);
        text.replace(at, end + 2 - at, make(text.substr(name, end - name)));
    }
}

std::string in_dialect(std::string_view sql, Dialect dialect) {
    const bool is_sqlite = dialect == Dialect::sqlite;
    std::string text(sql);
    replace(text, "{integer}", is_sqlite ? "INTEGER" : "BIGINT");
    replace(text, "{blob}", is_sqlite ? "BLOB" : "BYTEA");
    replace(text, "{strict}", is_sqlite ? "STRICT" : "");
    replace(text, "{clustered}", is_sqlite ? "STRICT, WITHOUT ROWID" : "");
    if (!is_sqlite) replace(text, " TEXT", " TEXT COLLATE \"C\"");
    for (const bool is_unchanged : {true, false})
        replace_each(text, is_unchanged ? "unchanged" : "undeleted", [&](const std::string& table) {
            return guards(table, is_unchanged, dialect);
        });
    return text;
}

// Two programs may start at a time; the transaction's end lets the next one in.
Status wait_for_others(Database& database) {
    if (database.dialect() == Dialect::sqlite) return {};
    return database.execute("SELECT pg_advisory_xact_lock(" + std::to_string(kMigrationLock) + ")");
}

// Nothing where the database has been through it already.
Status take(Database& database, const Migration& step) {
    CF_LET(auto transaction, Transaction::begin(database));
    CF_TRY(wait_for_others(database));
    CF_LET(const std::int64_t version, schema_version(database));
    if (version >= step.version) return {};
    CF_CHECK(version + 1 == step.version);
    CF_TRY(database.execute(in_dialect(step.sql, database.dialect())));
    CF_TRY(database.run("DELETE FROM schema_version"));
    CF_TRY(database.run("INSERT INTO schema_version VALUES ($1)", {step.version}));
    return transaction.commit();
}

Status make_version_table(Database& database) {
    CF_LET(auto transaction, Transaction::begin(database));
    CF_TRY(wait_for_others(database));
    CF_TRY(database.execute(in_dialect(
        "CREATE TABLE IF NOT EXISTS schema_version (version {integer} NOT NULL) {strict}",
        database.dialect())));
    return transaction.commit();
}

}  // namespace

Result<std::int64_t> schema_version(Database& database) {
    CF_LET(const Rows rows, database.query("SELECT version FROM schema_version"));
    return rows.empty() ? 0 : rows.integer(0, 0);
}

Status migrate(Database& database, std::span<const Migration> steps) {
    CF_TRY(make_version_table(database));
    CF_LET(const std::int64_t version, schema_version(database));
    if (version > static_cast<std::int64_t>(steps.size()))
        return Error(Code::unsupported_version, "the store is of a newer program");
    for (const Migration& step : steps.subspan(static_cast<std::size_t>(version)))
        CF_TRY(take(database, step));
    return {};
}

}  // namespace counterfoil::store
