#pragma once

#include <CLI/CLI.hpp>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// Adds `ledger make|export|verify|show`; the one that was asked for leaves its end in `exit_code`,
// which must outlive the app.
void add_ledger_commands(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
