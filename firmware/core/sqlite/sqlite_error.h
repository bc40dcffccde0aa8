#pragma once

#include <string>

#include "firmware/core/base/error.h"

namespace counterfoil::sqlite {

// What one of SQLite's result codes, extended or not, means to us.
base::Error sqlite_error(int result_code, const std::string& about);

}  // namespace counterfoil::sqlite
