#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct ScanOptions {
    std::vector<std::string> files;
    std::int64_t budget_ms = 1000;
    bool json = false;
};

// Reads the codes in pictures, each in the confined decoder; what is no picture is refused, and the
// others are read all the same.
ExitCode scan_pictures(const ScanOptions& options);

}  // namespace counterfoil::tool
