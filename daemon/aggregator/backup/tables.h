#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::backup {

// What is done, and how much of how much of it.
using Progress = std::function<void(std::string_view what, std::int64_t done, std::int64_t of)>;

// A table as a database in a file describes it.
struct Table {
    struct Column {
        std::string name;
        std::string type;  // INTEGER, TEXT or BLOB
    };
    std::string name;
    std::vector<Column> columns;
    std::vector<std::size_t> key;  // places of the primary key's columns, in its order
};

// All tables of the schema but the one of its version.
base::Result<std::vector<Table>> tables_of(store::Database& sqlite);

// Copies all rows in pages, in the order of their primary key, in few memory. Each page is written
// by itself where the caller has no transaction.
base::Status copy_rows(store::Database& from, store::Database& to, const Table& table);

}  // namespace counterfoil::backup
