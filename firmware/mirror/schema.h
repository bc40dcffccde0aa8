#pragma once

#include <cstdint>
#include <filesystem>

#include "firmware/core/sqlite/connection.h"

namespace counterfoil::mirror {

// "CFmi": stands in the header of every mirror.
inline constexpr std::int32_t kApplicationId = 0x43466d69;

// A mirror opened and known to be one of a version that this program reads. A writer's is brought
// up to date; the caller holds its claim.
base::Result<sqlite::Connection> open_database(const std::filesystem::path& path, sqlite::Mode mode,
                                               const char* vfs);

}  // namespace counterfoil::mirror
