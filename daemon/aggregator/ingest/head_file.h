#pragma once

#include <filesystem>
#include <optional>

#include "daemon/aggregator/store/database.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::ingest {

// How far a store has come. Both only ever grow, but when it is put back.
struct StoreMark {
    wire::Cursor own;         // the centre's own ledger
    std::int64_t events = 0;  // of all ledgers together

    bool operator==(const StoreMark&) const = default;
};

// How far this one has.
base::Result<StoreMark> mark_of(store::Database& database);

// How far the store had come at some time, in a small file outside of the database, so that an
// older copy of the database is noticed. It is written now and then, and so says less than the
// store holds. Without a path it is nowhere, and all of it does nothing.
class HeadFile {
  public:
    explicit HeadFile(std::filesystem::path path) : path_(std::move(path)) {}

    // Nothing where there is no such file yet. corrupt where it is not one.
    base::Result<std::optional<StoreMark>> read() const;
    // Durable when it returns.
    base::Status write(const StoreMark& mark) const;
    // rolled_back where the database does not hold what the file says. A later epoch of the
    // centre's own ledger says itself what it follows. What came after the file was written is not
    // missed where it is gone, nor is a store that has as many events, but others.
    base::Status check(store::Database& database) const;

  private:
    std::filesystem::path path_;
};

}  // namespace counterfoil::ingest
