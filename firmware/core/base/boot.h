#pragma once

#include "firmware/core/base/id.h"

namespace counterfoil::base {

// The kernel's name for this start of the machine; it changes with every start.
Result<Uuid> read_boot_id();

}  // namespace counterfoil::base
