#pragma once

#include <string>

namespace counterfoil::tool {

// Whether the file starts as an SQLite database does, and so may be a journal.
bool is_database(const std::string& path);

}  // namespace counterfoil::tool
