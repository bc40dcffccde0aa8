#pragma once

#include <gtest/gtest.h>

#include "daemon/aggregator/ingest/keeper.h"
#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/support/fleet.h"

namespace counterfoil::ingest {

// A database of the centre's in a folder of its own, and what is given to it.
class Centre {
  public:
    Centre() : database_(store::SqliteDatabase::open(folder_ / "centre.db").value()) {
        CF_CHECK(store::migrate(*database_, store::migrations()).ok());
    }
    explicit Centre(const test::Fleet& fleet) : Centre() {
        CF_CHECK(fleet.provision(*database_).ok());
        CF_CHECK(terminals_.load(*database_).ok());
    }

    store::Database& database() { return *database_; }
    Terminals& terminals() { return terminals_; }

    base::Result<Candidate, Refused> examine(std::string_view bytes, std::string_view from) {
        return ingest::examine(bytes, from, terminals_);
    }
    // The batch is fit to be kept; what became of it.
    Kept keep(const std::string& bytes, const std::string& from) {
        std::vector<Candidate> one;
        one.push_back(examine(bytes, from).value());
        return ingest::keep(*database_, one, test::kMorning).value().front();
    }
    std::int64_t held(const std::string& terminal) {
        return find_cursor(*database_, {terminal, 1}).value()->seq;
    }
    std::int64_t count(std::string_view sql) { return database_->query(sql).value().integer(0, 0); }

  private:
    test::TemporaryFolder folder_;
    std::unique_ptr<store::Database> database_;
    Terminals terminals_;
};

}  // namespace counterfoil::ingest
