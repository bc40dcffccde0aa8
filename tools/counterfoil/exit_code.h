#pragma once

#include "firmware/core/base/result.h"

namespace counterfoil::tool {

// What every command ends with; printed by --help.
enum ExitCode : int {
    kDone = 0,
    kDoesNotVerify = 1,  // the input was read, and it is not what it claims to be
    kUsage = 2,          // the command line itself
    kRefused = 3,        // a file, a key, a disk or a clock: the code is on standard error
};

// Says the error in one line on standard error: "counterfoil: disk_full: ...".
ExitCode refuse(const base::Error& error);

}  // namespace counterfoil::tool
