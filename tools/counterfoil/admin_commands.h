#pragma once

#include <CLI/CLI.hpp>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// Adds "admin sign-in", "sign-out", and what an administrator does at a centre.
void add_admin_commands(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
