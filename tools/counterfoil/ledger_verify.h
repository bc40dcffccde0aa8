#pragma once

#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct VerifyCommandOptions {
    std::string file;
    std::string head;
    std::string root;
    std::string centre;
    std::string receipt;
    bool sample = false;
};

ExitCode verify_ledger(const VerifyCommandOptions& options);

}  // namespace counterfoil::tool
