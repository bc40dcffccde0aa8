#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "firmware/core/base/bytes.h"

struct pg_conn;
struct sqlite3;
struct sqlite3_stmt;

namespace counterfoil::bench {

// A row as the centre keeps many of: whose, its place, some words and numbers, some bytes.
struct StoreRow {
    std::string terminal;
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
    std::string kind;
    std::int64_t total_minor = 0;
    base::Bytes bytes;
};

inline constexpr const char* kStoreTable =
    " (terminal TEXT NOT NULL, epoch {integer} NOT NULL, seq {integer} NOT NULL,"
    " kind TEXT NOT NULL, total_minor {integer} NOT NULL, bytes {blob} NOT NULL,"
    " PRIMARY KEY (terminal, epoch, seq)) {strict};";

// The least that durable rows cost in PostgreSQL: COPY, in binary, and one commit.
class BareCopy {
  public:
    // Into a table that is there.
    BareCopy(const std::string& dsn, const std::string& table);
    void write(const std::vector<StoreRow>& rows);

  private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    void execute(const std::string& sql);

    std::unique_ptr<pg_conn, Finish> connection_;
    std::string table_;
};

// The least that they cost in SQLite: one prepared statement, and one commit.
class BareInserts {
  public:
    BareInserts(const std::filesystem::path& path, const std::string& definition);
    ~BareInserts();
    BareInserts(const BareInserts&) = delete;
    BareInserts& operator=(const BareInserts&) = delete;
    void write(const std::vector<StoreRow>& rows);

  private:
    void execute(const std::string& sql);

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

}  // namespace counterfoil::bench
