#pragma once

#include <span>

#include "firmware/core/sqlite/connection.h"

namespace counterfoil::sqlite {

// One step of a schema; steps are numbered from 1 and never change once they have been shipped.
struct Migration {
    int number;
    const char* sql;
};

// The number of the last migration that the file has been through.
base::Result<int> schema_version(Connection& connection);

// unsupported_version where the file is newer than the list.
base::Status check_version(Connection& connection, std::span<const Migration> migrations);

// Brings the file up to the last step; each step and its number are one transaction.
base::Status migrate(Connection& connection, std::span<const Migration> migrations);

// A file opened and known to be of a version that the list knows; a writer's is brought up to date.
base::Result<Connection> open_ready(const OpenOptions& options,
                                    std::span<const Migration> migrations);

}  // namespace counterfoil::sqlite
