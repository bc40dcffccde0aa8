#pragma once

#include <cstdint>
#include <filesystem>

#include "firmware/core/ledger/chain.h"
#include "firmware/core/sqlite/connection.h"

namespace counterfoil::journal {

// "CFjr": stands in the header of every journal.
inline constexpr std::int32_t kApplicationId = 0x43466a72;

// A journal opened and known to be one of a version that this program reads. A writer's is brought
// up to date; the caller holds its claim.
base::Result<sqlite::Connection> open_database(const std::filesystem::path& path, sqlite::Mode mode,
                                               const char* vfs);

// Where the file's events begin.
base::Result<ledger::Base> load_base(sqlite::Connection& connection);
// It only rises. Within a transaction of the caller's, with what makes it true.
base::Status store_base(sqlite::Connection& connection, const ledger::Base& base);

}  // namespace counterfoil::journal
