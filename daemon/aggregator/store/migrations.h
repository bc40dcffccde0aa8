#pragma once

#include <cstdint>
#include <span>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::store {

// One step of the schema, the same number on every database. In its text, {integer} and {blob} are
// the dialect's words for 64-bit integers and bytes, and {strict} ends a table's definition;
// {clustered} does so where its rows should lie in the order of the primary key. A TEXT is ordered
// by its bytes on every database, whatever the server's locale is or becomes. {unchanged t}; makes
// the database refuse to change or delete rows of the table t, {undeleted t}; to delete them.
struct Migration {
    std::int64_t version = 0;
    const char* sql = nullptr;
};

// The centre's schema, from 1 without a gap.
std::span<const Migration> migrations();

// Brings the database up to the last step; each step and its number are one transaction. Several
// programs may do so at a time.
// unsupported_version where a newer program has been at it.
base::Status migrate(Database& database, std::span<const Migration> steps);

// How many steps it has been through.
base::Result<std::int64_t> schema_version(Database& database);

}  // namespace counterfoil::store
