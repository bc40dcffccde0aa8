#pragma once

#include <string>

#include "firmware/core/base/result.h"

namespace counterfoil::tool {

// A PIN: the first line of the file or, where none is named, of what is typed; a terminal does not
// show it.
base::Result<std::string> read_pin(const std::string& file);

}  // namespace counterfoil::tool
