#pragma once

#include "firmware/core/sqlite/connection.h"
#include "firmware/mirror/rows.h"

namespace counterfoil::mirror {

// Puts rows into a mirror's tables. The connection must outlive it; one thread at a time.
class Tables {
  public:
    static base::Result<Tables> open(sqlite::Connection& connection);

    // Removes every row of every table but meta.
    base::Status clear();

    // False, and nothing done, where a row with one of its keys is there already.
    base::Result<bool> insert(const Row& row);

    base::Result<Meta> meta();
    base::Status set_meta(const Meta& meta);

  private:
    using Inserts = std::array<std::optional<sqlite::Statement>, kRowKinds>;
    Tables(sqlite::Connection& connection, Inserts inserts)
        : connection_(&connection), inserts_(std::move(inserts)) {}

    base::Result<bool> put(sqlite::Statement& insert, const Setting& row);
    base::Result<bool> put(sqlite::Statement& insert, const Book& row);
    base::Result<bool> put(sqlite::Statement& insert, const Product& row);
    base::Result<bool> put(sqlite::Statement& insert, const Staff& row);
    base::Result<bool> put(sqlite::Statement& insert, const Member& row);
    base::Result<bool> put(sqlite::Statement& insert, const Coupon& row);

    sqlite::Connection* connection_;
    Inserts inserts_;
};

base::Result<Meta> read_meta(sqlite::Connection& connection);

}  // namespace counterfoil::mirror
