#include "tests/bench/bare_store.h"

#include <libpq-fe.h>
#include <sqlite3.h>

#include "firmware/core/base/check.h"

namespace counterfoil::bench {

namespace {

constexpr std::int16_t kColumns = 6;
constexpr std::size_t kPiece = 64 << 10;

template <class Integer>
void put(std::string& out, Integer value) {
    for (std::size_t shift = 8 * sizeof value; shift > 0; shift -= 8)
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (shift - 8) & 0xff);
}

void put_field(std::string& out, std::string_view bytes) {
    put(out, static_cast<std::int32_t>(bytes.size()));
    out += bytes;
}

void put_field(std::string& out, std::int64_t value) {
    put(out, static_cast<std::int32_t>(sizeof value));
    put(out, value);
}

void put_row(std::string& out, const StoreRow& row) {
    put(out, kColumns);
    put_field(out, row.terminal);
    put_field(out, row.epoch);
    put_field(out, row.seq);
    put_field(out, row.kind);
    put_field(out, row.total_minor);
    put_field(out, base::as_text(row.bytes));
}

}  // namespace

void BareCopy::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

BareCopy::BareCopy(const std::string& dsn, const std::string& table)
    : connection_(PQconnectdb(dsn.c_str())), table_(table) {
    CF_CHECK(PQstatus(connection_.get()) == CONNECTION_OK);
}

void BareCopy::execute(const std::string& sql) {
    PGresult* done = PQexec(connection_.get(), sql.c_str());
    CF_CHECK(PQresultStatus(done) == PGRES_COMMAND_OK || PQresultStatus(done) == PGRES_COPY_IN);
    PQclear(done);
}

void BareCopy::write(const std::vector<StoreRow>& rows) {
    const auto send = [&](std::string& piece) {
        const auto size = static_cast<int>(piece.size());
        CF_CHECK(PQputCopyData(connection_.get(), piece.data(), size) == 1);
        piece.clear();
    };
    execute("COPY " + table_ + " FROM STDIN (FORMAT binary)");
    std::string piece("PGCOPY\n\377\r\n\0", 11);
    put(piece, std::int64_t{0});  // no flags, no extension
    for (const StoreRow& row : rows) {
        put_row(piece, row);
        if (piece.size() > kPiece) send(piece);
    }
    put(piece, std::int16_t{-1});
    send(piece);
    CF_CHECK(PQputCopyEnd(connection_.get(), nullptr) == 1);
    while (PGresult* done = PQgetResult(connection_.get())) {
        CF_CHECK(PQresultStatus(done) == PGRES_COMMAND_OK);
        PQclear(done);
    }
}

BareInserts::BareInserts(const std::filesystem::path& path, const std::string& definition) {
    CF_CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute("CREATE TABLE row" + definition);
    CF_CHECK(sqlite3_prepare_v2(database_, "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)", -1,
                                &insert_, nullptr) == SQLITE_OK);
}

BareInserts::~BareInserts() {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
}

void BareInserts::execute(const std::string& sql) {
    CF_CHECK(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

void BareInserts::write(const std::vector<StoreRow>& rows) {
    const auto bind_text = [&](int index, const std::string& text) {
        sqlite3_bind_text(insert_, index, text.data(), static_cast<int>(text.size()), nullptr);
    };
    execute("BEGIN IMMEDIATE");
    for (const StoreRow& row : rows) {
        bind_text(1, row.terminal);
        sqlite3_bind_int64(insert_, 2, row.epoch);
        sqlite3_bind_int64(insert_, 3, row.seq);
        bind_text(4, row.kind);
        sqlite3_bind_int64(insert_, 5, row.total_minor);
        sqlite3_bind_blob(insert_, 6, row.bytes.data(), static_cast<int>(row.bytes.size()),
                          nullptr);
        CF_CHECK(sqlite3_step(insert_) == SQLITE_DONE);
        sqlite3_reset(insert_);
    }
    execute("COMMIT");
}

}  // namespace counterfoil::bench
