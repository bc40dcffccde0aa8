#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "firmware/core/base/end_signals.h"
#include "firmware/till/program.h"

namespace {

using counterfoil::till::Program;
using counterfoil::till::ProgramOptions;

constexpr int kUsage = 2;
constexpr int kRefused = 3;

int run(const ProgramOptions& options) {
    counterfoil::base::EndSignals signals;
    const counterfoil::base::SystemClock clock;
    auto program = Program::start(options, clock);
    if (!program.ok()) {
        std::cerr << "counterfoil-till: " << program.error().line() << '\n';
        return kRefused;
    }
    std::cout << "listening: " << program.value()->url() << '\n' << std::flush;
    signals.run([&] { program.value()->run(); }, [&] { program.value()->stop(); });
    return 0;
}

}  // namespace

// The till on the counter: it hears scanners, prints, opens the drawer and answers the screens.
int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    try {
        CLI::App app("counterfoil-till: the till on the counter", "counterfoil-till");
        ProgramOptions options;
        app.add_option("--data", options.data, "the till's folder, made by \"till init\"")
            ->required();
        app.add_option("--board", options.board, "what hangs on it: boards/sim/board.json")
            ->required();
        app.add_option("--port", options.port, "in the place of the board's; 0 takes a free one");
        app.footer(
            "It prints where it listens, and works until SIGTERM or Ctrl-C.\n"
            "Example:\n  counterfoil-till --data till --board boards/sim/board.json\n"
            "Exit codes: 0 ended, 2 the command line is wrong, 3 refused: one line on standard "
            "error starts with the reason's code.");
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app.exit(error) == 0 ? 0 : kUsage;
        }
        return run(options);
    } catch (const std::exception& error) {
        std::cerr << "counterfoil-till: internal: " << error.what() << '\n';
        return kRefused;
    }
}
