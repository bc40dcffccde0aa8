#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// Shared by the caller, who binds them to arguments, and the callback that runs with them.
template <class Options>
using Shared = std::shared_ptr<Options>;

struct About {
    const char* name;
    const char* sentence;
    const char* example;
};

// A command below its parent, which runs with the options once they have been parsed.
template <class Options>
CLI::App* add_command(CLI::App& parent, const About& about, Shared<Options> options,
                      ExitCode (*run)(const Options&), ExitCode& exit_code) {
    CLI::App* command = parent.add_subcommand(about.name, about.sentence);
    command->footer(std::string("Example:\n  ") + about.example);
    command->callback([options, run, &exit_code] { exit_code = run(*options); });
    return command;
}

}  // namespace counterfoil::tool
