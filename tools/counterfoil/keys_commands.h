#pragma once

#include <CLI/CLI.hpp>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// Adds `keys root|issue|list|revoke`; the exit code must outlive the app.
void add_keys_commands(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
