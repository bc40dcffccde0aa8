#include <CLI/CLI.hpp>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "firmware/core/base/bytes.h"
#include "tools/hardset/code_writer.h"
#include "tools/hardset/hardset.h"

namespace counterfoil::tool {

namespace {

constexpr int kMostPictures = 1'000'000;

enum ExitCode : int { kDone = 0, kUsage = 2, kRefused = 3 };

struct Options {
    std::uint64_t seed = 1;
    int count = 2000;
    std::filesystem::path folder;
};

bool write_pgm(const vision::GreyImage& image, const std::filesystem::path& path) {
    std::ofstream file(path, std::ios::binary);
    file << "P5\n"
         << image.width << ' ' << image.height << "\n255\n"
         << base::as_text(image.pixels);
    file.close();
    return !file.fail();
}

int refuse(const std::filesystem::path& path) {
    std::cerr << "counterfoil-hardset: io_failed: cannot write " << path.string() << '\n';
    return kRefused;
}

int write_set(const Options& options) {
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error) return refuse(options.folder);
    const std::filesystem::path index_path = options.folder / "index.tsv";
    std::ofstream index(index_path, std::ios::binary);
    index << "file\tformat\tdistortion\ttext\n";
    const HardSet set(options.seed, write_code);
    for (int i = 0; i < options.count; ++i) {
        const HardPicture picture = set.make(i);
        std::ostringstream name;
        name << std::setw(6) << std::setfill('0') << i << ".pgm";
        if (!write_pgm(picture.image, options.folder / name.str()))
            return refuse(options.folder / name.str());
        index << name.str() << '\t' << picture.format << '\t' << distortion_name(picture.distortion)
              << '\t' << picture.text << '\n';
    }
    index.close();
    return index.fail() ? refuse(index_path) : kDone;
}

void describe(CLI::App& app, Options& options) {
    app.add_option("--seed", options.seed, "The same seed gives the same pictures")
        ->capture_default_str();
    app.add_option("--count", options.count, "How many pictures; 96 hold each kind once")
        ->check(CLI::Range(1, kMostPictures))
        ->capture_default_str();
    app.add_option("--out", options.folder, "The folder, made where there is none")->required();
    app.footer(
        "Writes 000000.pgm and so on, and index.tsv with a line for each: file, format,\n"
        "distortion, text. Files of these names are replaced.\n"
        "Exit codes:\n"
        "  0  done\n"
        "  2  the command line is wrong\n"
        "  3  refused: one line on standard error starts with the reason's code");
}

}  // namespace

}  // namespace counterfoil::tool

int main(int argc, char** argv) {
    using namespace counterfoil::tool;
    try {
        Options options;
        CLI::App app("counterfoil-hardset: make hard pictures of codes from a seed",
                     "counterfoil-hardset");
        describe(app, options);
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app.exit(error) == 0 ? kDone : kUsage;
        }
        return write_set(options);
    } catch (const std::exception& error) {
        std::cerr << "counterfoil-hardset: internal: " << error.what() << '\n';
        return kRefused;
    }
}
