#pragma once

#include "daemon/aggregator/backup/seal.h"
#include "daemon/aggregator/backup/tables.h"

namespace counterfoil::backup {

// Where a centre keeps its data: in that file or, where one is named, in a PostgreSQL database.
struct Place {
    std::filesystem::path database;
    std::string postgres;
};

// Writes what the store holds at one moment into a new file, sealed, while a centre may be at work
// on it in another process: neither waits for the other. The file has its name only when it is
// whole, on the disk and checked; until then it is "FILE.partial". Needs little memory. Keys are
// not in it. already_exists where there is such a file.
base::Result<Contents> back_up(const Place& place, const std::filesystem::path& file,
                               crypto::Signer& signer, const base::Clock& clock,
                               const Progress& progress);

// What a database holds; without the time.
base::Result<Contents> contents_of(store::Database& database);

// The file's log is put into it, and the others that SQLite has beside it are removed.
base::Status make_single_file(const std::filesystem::path& path);
// The file and all that SQLite has beside it; what cannot be removed shows when it is made anew.
void remove_database(const std::filesystem::path& path);

}  // namespace counterfoil::backup
