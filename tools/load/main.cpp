#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "firmware/core/base/file.h"
#include "tools/load/report.h"

namespace counterfoil::load {
namespace {

enum ExitCode : int { kDone = 0, kDiffers = 1, kUsage = 2, kRefused = 3 };

std::atomic<bool> stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int) {
    stop = true;
}

struct CommandLine {
    Options options;
    std::string protocol = "5";
    bool signs_all = false;
    double flat = 0;
};

void describe(CLI::App& app, CommandLine& line) {
    Options& options = line.options;
    app.add_option("--terminals", options.terminals, "how many")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "how long")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    app.add_option("--events", options.events, "so many in all instead, for as long as that takes")
        ->check(CLI::Range(1LL, 1'000'000'000LL));
    app.add_option("--events-per-batch", options.batch_events, "how many travel together")
        ->check(CLI::Range(1, static_cast<int>(ledger::kMaxBatchEvents)))
        ->capture_default_str();
    app.add_option("--rate", options.rate,
                   "events a second of each terminal; else as fast as the centre's credit allows")
        ->check(CLI::Range(0.001, 1e6));
    app.add_option("--under-way", options.most_under_way,
                   "events of one terminal that may wait for a receipt, where the credit is more")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--outage", options.outage_s,
                   "with --rate: then the broker is away for so many seconds; how all come back")
        ->check(CLI::Range(1, 3600))
        ->needs("--rate");
    app.add_option("--postgres", options.postgres,
                   "keep it in that PostgreSQL database (\"host=... dbname=...\"), which must not "
                   "know these terminals yet");
    app.add_option("--mqtt", line.protocol, "5 or 3.1.1")
        ->check(CLI::IsMember({"5", "3.1.1"}))
        ->capture_default_str();
    app.add_option("--seed", options.seed, "what the terminals sell")->capture_default_str();
    app.add_flag(
        "--sign-all", line.signs_all,
        "sign every event, not only each batch's last, for the centre's audit; making them "
        "takes much longer");
    app.add_option("--flat", line.flat,
                   "with --events: the most that the centre's memory may grow after a twentieth of "
                   "them, as a ratio")
        ->check(CLI::Range(1.0, 100.0));
    app.add_option("--folder", options.folder,
                   "an empty or new one that is kept; else a temporary one");
    app.footer(
        "Starts a broker and a centre of its own, and loads them over mutual TLS with terminals "
        "that\n"
        "have keys, speak the whole protocol and verify each receipt. Batches are made before the\n"
        "clock starts. The table tells what was measured, and compares both sides' totals.\n"
        "\n"
        "examples:\n"
        "  counterfoil-load --terminals 200 --seconds 10           as fast as it goes\n"
        "  counterfoil-load --terminals 100 --rate 20 --events-per-batch 4    a busy afternoon\n"
        "  counterfoil-load --terminals 1000 --rate 1 --events-per-batch 1 --outage 60\n"
        "                                                          all come back at once\n"
        "  counterfoil-load --terminals 8 --events 10000000 --flat 1.1        is its memory flat?\n"
        "\n"
        "Exit codes:\n"
        "  0  done\n"
        "  1  something was lost or refused, the totals differ, or the memory grew\n"
        "  2  the command line is wrong\n"
        "  3  refused: one line on standard error starts with the reason's code");
}

// A folder that is removed at the end.
class TemporaryFolder {
  public:
    static base::Result<TemporaryFolder> create() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / ("counterfoil-load-" + std::string(6, 'X')))
                .string();
        if (::mkdtemp(pattern.data()) == nullptr)
            return base::Error(base::Code::io_failed, "no folder could be made: " + pattern);
        return TemporaryFolder(pattern);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
        other.path_.clear();
    }
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

void tell(const std::string& text) {
    std::cerr << text << '\n';
}

base::Status take_folder(const std::filesystem::path& folder) {
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    if (!fault && !std::filesystem::is_empty(folder, fault) && !fault)
        return base::Error(base::Code::already_exists, folder.string() + " is not empty");
    if (fault) return base::system_error(fault.value(), folder);
    return {};
}

Ledgers prepare_all(const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    Ledgers ledgers = make_ledgers(options);
    const std::int64_t events = events_to_prepare(options);
    auto told = start;
    prepare(ledgers, events, stop, [&](std::size_t done) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told < std::chrono::seconds(1)) return;
        told = now;
        tell("preparing: " + std::to_string(done) + " of " + std::to_string(ledgers.size()) +
             " terminals");
    });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    tell("prepared " + std::to_string(events) + " events of each terminal in " +
         decimal(took.count(), 1) + " s, " + decimal(own_usage().resident_mb, 0) + " MB");
    return ledgers;
}

base::Result<bool> load(const CommandLine& line) {
    Options options = line.options;
    std::optional<TemporaryFolder> temporary;
    if (options.folder.empty()) {
        CF_LET(auto made, TemporaryFolder::create());
        temporary.emplace(std::move(made));
        options.folder = temporary->path();
    }
    CF_TRY(take_folder(options.folder));
    options.folder = std::filesystem::absolute(options.folder);
    const Ledgers ledgers = prepare_all(options);
    if (stop) return base::Error(base::Code::refused, "it was stopped");
    CF_LET(const Report report, run(options, ledgers, {stop, tell}));
    print(std::cout, options, report);
    bool is_good = report.faults().empty();
    if (line.flat > 0 && report.centre.end.resident_mb > line.flat * report.early_resident_mb) {
        std::cout << "grew: the centre's memory is over " << decimal(line.flat, 2)
                  << " times what it was\n";
        is_good = false;
    }
    return is_good;
}

int run_tool(int argc, char** argv) {
    CommandLine line;
    CLI::App app("counterfoil-load: how much a centre takes, and how fast", "counterfoil-load");
    describe(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kUsage;
    }
    if (line.flat > 0 && line.options.events == 0) {
        std::cerr << "--flat needs --events\n";
        return kUsage;
    }
    if (line.protocol != "5") line.options.protocol = link::Protocol::mqtt311;
    if (line.signs_all) line.options.signatures = Signatures::all;
    struct sigaction ends {};
    ends.sa_handler = on_signal;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &ends, nullptr);
    const auto loaded = load(line);
    if (loaded.ok()) return loaded.value() ? kDone : kDiffers;
    std::cerr << "counterfoil-load: " << loaded.error().line() << '\n';
    return kRefused;
}

}  // namespace
}  // namespace counterfoil::load

int main(int argc, char** argv) {
    try {
        return counterfoil::load::run_tool(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "counterfoil-load: internal: " << error.what() << '\n';
        return counterfoil::load::kRefused;
    }
}
