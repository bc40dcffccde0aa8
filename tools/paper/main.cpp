#include <CLI/CLI.hpp>

#include <exception>
#include <filesystem>
#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/vision/picture.h"
#include "tools/paper/paper.h"

namespace counterfoil::tool {
namespace {

constexpr int kFontWidth = 12;
constexpr int kFontHeight = 24;

enum ExitCode : int { kDone = 0, kMalformed = 1, kUsage = 2, kRefused = 3 };

struct Options {
    std::filesystem::path input;
    std::filesystem::path picture;
    std::filesystem::path font = COUNTERFOIL_FONT;
    int columns = 42;
    int dots = 576;
};

base::Status draw(const Options& options) {
    CF_LET(Font font, Font::open(options.font, kFontWidth, kFontHeight));
    CF_LET(const std::string escpos, base::read_file(options.input, kMaxEscPosBytes));
    receipt::PrinterModel model;
    model.columns = options.columns;
    model.dots = options.dots;
    CF_LET(const Printed printed, print(base::as_bytes(escpos), model, font));
    std::cout << printed.text;
    if (options.picture.empty()) return {};
    const base::Bytes png = vision::write_png(printed.picture);
    return base::replace_file(options.picture, base::as_text(png), base::Readers::everyone);
}

void describe(CLI::App& app, Options& options) {
    app.add_option("INPUT", options.input, "ESC/POS as it is sent to a printer")->required();
    app.add_option("-o,--out", options.picture,
                   "A PNG of the paper, of a long roll the last sheets");
    app.add_option("--columns", options.columns, "Characters in a line")->capture_default_str();
    app.add_option("--dots", options.dots, "The head's width")->capture_default_str();
    app.add_option("--font", options.font, "A font of fixed width")->capture_default_str();
    app.footer(
        "Writes the paper's text on standard output.\n"
        "Exit codes:\n"
        "  0  done\n"
        "  1  the input is no ESC/POS that our receipts use\n"
        "  2  the command line is wrong\n"
        "  3  refused: one line on standard error starts with the reason's code");
}

int run(const Options& options) {
    const base::Status drawn = draw(options);
    if (drawn.ok()) return kDone;
    std::cerr << "counterfoil-paper: " << drawn.error().line() << '\n';
    return drawn.error().code() == base::Code::malformed ? kMalformed : kRefused;
}

}  // namespace
}  // namespace counterfoil::tool

int main(int argc, char** argv) {
    using namespace counterfoil::tool;
    try {
        Options options;
        CLI::App app("counterfoil-paper: look at what a receipt printer would print",
                     "counterfoil-paper");
        describe(app, options);
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app.exit(error) == 0 ? kDone : kUsage;
        }
        return run(options);
    } catch (const std::exception& error) {
        std::cerr << "counterfoil-paper: internal: " << error.what() << '\n';
        return kRefused;
    }
}
