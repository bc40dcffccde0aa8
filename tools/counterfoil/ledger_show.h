#pragma once

#include <cstdint>
#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct ShowOptions {
    std::string file;
    std::int64_t seq = 0;  // 0: all events, a line each
};

ExitCode show_ledger(const ShowOptions& options);

}  // namespace counterfoil::tool
