#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct ProvisionOptions {
    std::string code;
    std::string url;
    std::string data = "till";
    std::string authority;  // PEM; empty: the system's
    std::string export_to;
    std::string language;
};

// Sets a till up on the device itself: its keys are made here and never leave it.
ExitCode provision(const ProvisionOptions& options);

void add_provision_command(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
