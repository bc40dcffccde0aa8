#pragma once

#include <filesystem>
#include <optional>

#include "daemon/aggregator/store/database.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::ingest {

// How far the centre's own ledger has come, in a small file outside of the database, so that an
// older copy of the database is noticed. The ledger grows rarely, and so is this written. Without a
// path it is nowhere, and all of it does nothing.
class HeadFile {
  public:
    explicit HeadFile(std::filesystem::path path) : path_(std::move(path)) {}

    // Nothing where there is no such file yet. corrupt where it is not one.
    base::Result<std::optional<wire::Cursor>> read() const;
    // Durable when it returns.
    base::Status write(const wire::Cursor& cursor) const;
    // rolled_back where the database does not hold what the file says. A later epoch of the ledger
    // says itself what it follows.
    base::Status check(store::Database& database) const;

  private:
    std::filesystem::path path_;
};

}  // namespace counterfoil::ingest
