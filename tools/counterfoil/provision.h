#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>
#include <string>

#include "firmware/journal/unsynced.h"
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

// What setting a till up came to.
struct Provisioned {
    std::string terminal;  // empty: it was set up by this code before
    std::int64_t store = 0;
    std::int64_t epoch = 0;
    // Nothing was done: the till's ledger holds so much that is nowhere else.
    std::optional<journal::Unsynced> unsynced;
    std::filesystem::path aside;  // where an older till's files are; empty: there were none
    std::string exported;         // the file of an older ledger's events; empty: there is none
};
base::Result<Provisioned> provision_till(const ProvisionOptions& options);

// Sets a till up on the device itself: its keys are made here and never leave it.
ExitCode provision(const ProvisionOptions& options);

void add_provision_command(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
