#pragma once

#include <CLI/CLI.hpp>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// Adds `token make|verify|show` and `scan`; the exit code must outlive the app.
void add_token_commands(CLI::App& app, ExitCode& exit_code);
void add_scan_command(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
