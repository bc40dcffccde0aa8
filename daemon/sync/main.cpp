#include <malloc.h>
#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "daemon/sync/program.h"
#include "firmware/core/base/end_signals.h"
#include "firmware/core/base/file.h"

namespace {

namespace base = counterfoil::base;
namespace link = counterfoil::link;
using counterfoil::sync::Program;
using counterfoil::sync::ProgramOptions;
using counterfoil::sync::ServiceManager;
using counterfoil::sync::SyncFolder;
using counterfoil::sync::SyncSettings;

constexpr int kUsage = 2;
constexpr int kRefused = 3;

// What a batch is made in goes back to the system at once, and no thread has memory of its own.
void keep_little_memory() {
    constexpr int kLarge = 64 << 10;
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, kLarge);
    ::mallopt(M_TRIM_THRESHOLD, kLarge);
}

int refuse(const base::Error& error) {
    std::cerr << "counterfoil-sync: " << error.line() << '\n';
    return kRefused;
}

// What the command line says in the place of sync.json.
struct Given {
    std::string broker;
    std::optional<std::string> tenant;
    std::optional<std::uint16_t> shard;
};

base::Result<SyncSettings> settings_of(const Given& given, const SyncFolder& folder) {
    auto settings = read_settings(folder);
    const bool is_missing = !settings.ok() && settings.error().code() == base::Code::not_found;
    if (!settings.ok() && (!is_missing || given.broker.empty())) return settings.error();
    SyncSettings all = is_missing ? SyncSettings{} : settings.value();
    if (!given.broker.empty()) {
        const std::size_t colon = given.broker.rfind(':');
        const std::string port = colon == std::string::npos ? "" : given.broker.substr(colon + 1);
        all.broker = given.broker.substr(0, colon);
        if (!port.empty() && !CLI::detail::lexical_cast(port, all.port))
            return base::Error(base::Code::invalid_argument, "--broker is HOST or HOST:PORT");
    }
    all.tenant = given.tenant.value_or(all.tenant);
    all.shard = given.shard.value_or(all.shard);
    return all;
}

int run(ProgramOptions& options, const Given& given) {
    base::EndSignals signals;
    const base::SystemClock clock;
    base::Log log(std::cerr, clock);
    const SyncFolder folder{options.data};
    // Nobody sets the till up between what is read here and what the daemon works with.
    auto own = claim(folder);
    if (!own.ok()) return refuse(own.error());
    auto settings = settings_of(given, folder);
    if (!settings.ok()) return refuse(settings.error());
    options.settings = std::move(settings).value();
    auto program = Program::start(options, std::move(own).value(), ServiceManager::of_environment(),
                                  clock, log);
    if (!program.ok()) return refuse(program.error());
    signals.run([&] { program.value()->run(); }, [&] { program.value()->stop(); });
    return 0;
}

void add_options(CLI::App& app, ProgramOptions& options, Given& given, std::string& level) {
    app.add_option("--data", options.data, "the till's folder, with its journal")->required();
    app.add_option("--broker", given.broker, "HOST:PORT, in the place of sync.json's");
    app.add_option("--tenant", given.tenant, "whose topics");
    app.add_option("--shard", given.shard, "which part of the terminals this one belongs to")
        ->check(CLI::Range(0, counterfoil::wire::kShards - 1));
    app.add_option("--mqtt", level, "5 or 3.1.1, for brokers that speak nothing newer")
        ->check(CLI::IsMember({"5", "3.1.1"}))
        ->default_val("5");
    app.add_option("--network", options.network,
                   "in the place of /sys/class/net; then a network is needed even for a broker on "
                   "this machine");
    app.add_option("--heartbeat-ms", options.heartbeat_ms, "between two heartbeats")
        ->check(CLI::Range(100, 3'600'000))
        ->capture_default_str();
    app.add_option("--retry-ms", options.backoff.most_ms, "the longest wait for the broker")
        ->check(CLI::Range(1000, 3'600'000))
        ->capture_default_str();
    app.add_option("--refused-ms", options.drain.refused_ms,
                   "how long it waits when it was refused, at first")
        ->check(CLI::Range(100, 300'000))
        ->capture_default_str();
    app.footer(
        "It brings the till's events to the centre, until SIGTERM or Ctrl-C, and reports to "
        "systemd.\n"
        "In DIR/sync lie broker-authority.pem, certificate.pem, key.pem and centre.pem, sync.json "
        "and the last receipt.\n"
        "Example:\n  counterfoil-sync --data till --broker broker.example:8883\n"
        "Exit codes: 0 ended, 2 the command line is wrong, 3 refused: one line on standard error "
        "starts with the reason's code.");
}

}  // namespace

// The bridge between a till and the centre.
int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    keep_little_memory();
    try {
        CLI::App app("counterfoil-sync: brings a till's events to the centre", "counterfoil-sync");
        ProgramOptions options;
        options.drain.software = "counterfoil-sync " COUNTERFOIL_VERSION;
        options.drain.share_ms = 5;
        options.drain.most_batches = 64;
        Given given;
        std::string level;
        add_options(app, options, given, level);
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app.exit(error) == 0 ? 0 : kUsage;
        }
        options.protocol = level == "5" ? link::Protocol::mqtt5 : link::Protocol::mqtt311;
        return run(options, given);
    } catch (const std::exception& error) {
        std::cerr << "counterfoil-sync: internal: " << error.what() << '\n';
        return kRefused;
    }
}
