#pragma once

#include <CLI/CLI.hpp>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// counterfoil till init, sign-in, open, sell, refund, close and the rest.
void add_till_commands(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
