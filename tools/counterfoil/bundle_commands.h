#pragma once

#include <CLI/CLI.hpp>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// Adds `bundle` with `make` and `load`.
void add_bundle_commands(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
