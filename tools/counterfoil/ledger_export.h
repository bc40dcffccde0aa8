#pragma once

#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct ExportOptions {
    std::string journal;
    std::string output;
};

ExitCode export_ledger(const ExportOptions& options);

}  // namespace counterfoil::tool
