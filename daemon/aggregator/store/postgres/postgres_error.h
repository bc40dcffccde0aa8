#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/error.h"

namespace counterfoil::store {

// What a server's answer with this SQLSTATE means to us. Its sentence is the server's first one,
// and the constraint's name: the rest quotes values, which may be a customer's.
base::Error postgres_error(std::string_view sqlstate, std::string_view message,
                           std::string_view constraint);

}  // namespace counterfoil::store
