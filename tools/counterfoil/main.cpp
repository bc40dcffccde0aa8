#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "tools/counterfoil/admin_commands.h"
#include "tools/counterfoil/bundle_commands.h"
#include "tools/counterfoil/command_words.h"
#include "tools/counterfoil/keys_commands.h"
#include "tools/counterfoil/ledger_commands.h"
#include "tools/counterfoil/provision.h"
#include "tools/counterfoil/setup_server.h"
#include "tools/counterfoil/till_commands.h"
#include "tools/counterfoil/token_commands.h"

// The operator's command line. Each group of commands adds itself; this wires them and nothing
// more.
int main(int argc, char** argv) {
    using namespace counterfoil::tool;
    std::ios::sync_with_stdio(false);
    try {
        CLI::App app(
            "counterfoil: tills, their ledgers, the codes they scan, and the keys behind both",
            "counterfoil");
        app.require_subcommand(1);
        app.footer(
            "Exit codes:\n"
            "  0  done\n"
            "  1  the input was read and is not what it claims to be (verify)\n"
            "  2  the command line is wrong\n"
            "  3  refused: one line on standard error starts with the reason's code");
        ExitCode exit_code = kDone;
        add_ledger_commands(app, exit_code);
        add_keys_commands(app, exit_code);
        add_token_commands(app, exit_code);
        add_scan_command(app, exit_code);
        add_bundle_commands(app, exit_code);
        add_till_commands(app, exit_code);
        add_admin_commands(app, exit_code);
        add_provision_command(app, exit_code);
        add_setup_command(app, exit_code);
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            const auto unknown = error.get_exit_code() == 0 ? std::nullopt : unknown_command(app);
            if (unknown) {
                std::cerr << "counterfoil: " << *unknown << '\n';
                return kUsage;
            }
            return app.exit(error) == 0 ? kDone : kUsage;
        }
        return exit_code;
    } catch (const std::exception& error) {
        std::cerr << "counterfoil: internal: " << error.what() << '\n';
        return kRefused;
    }
}
