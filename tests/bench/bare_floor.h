#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <vector>

#include "firmware/core/crypto/signature.h"

namespace counterfoil::bench {

// The least that durable, signed records cost: a signature and a row in one table for each, and one
// commit for all, as the journal commits.
class BareFloor {
  public:
    BareFloor(const std::filesystem::path& path, crypto::Signer& signer) : signer_(signer) {
        CF_CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("CREATE TABLE row (id INTEGER PRIMARY KEY, bytes TEXT, signature BLOB)");
        CF_CHECK(sqlite3_prepare_v2(database_, "INSERT INTO row VALUES (NULL, ?, ?)", -1, &insert_,
                                    nullptr) == SQLITE_OK);
    }
    ~BareFloor() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }
    BareFloor(const BareFloor&) = delete;
    BareFloor& operator=(const BareFloor&) = delete;

    void record(const std::vector<std::string>& events) {
        run("BEGIN IMMEDIATE");
        for (const std::string& bytes : events) {
            const auto signature = signer_.sign({}).value();
            sqlite3_bind_text(insert_, 1, bytes.data(), static_cast<int>(bytes.size()), nullptr);
            sqlite3_bind_blob(insert_, 2, signature.data(), signature.size(), nullptr);
            CF_CHECK(sqlite3_step(insert_) == SQLITE_DONE);
            sqlite3_reset(insert_);
        }
        run("COMMIT");
    }

  private:
    void run(const char* sql) {
        CF_CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    crypto::Signer& signer_;
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

}  // namespace counterfoil::bench
