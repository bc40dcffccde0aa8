#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <thread>

#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/program.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/crypto/random.h"

namespace {

namespace base = counterfoil::base;
namespace crypto = counterfoil::crypto;
namespace ingest = counterfoil::ingest;
namespace link = counterfoil::link;
namespace store = counterfoil::store;
using counterfoil::aggregator::CentreFolder;
using counterfoil::aggregator::OpenCentre;
using counterfoil::aggregator::Program;
using counterfoil::aggregator::ProgramOptions;

constexpr int kDiffers = 1;
constexpr int kUsage = 2;
constexpr int kRefused = 3;

int refuse(const base::Error& error) {
    std::cerr << "counterfoil-aggregator: " << error.line() << '\n';
    return kRefused;
}

int run(const ProgramOptions& options) {
    // Blocked before any thread is there, so that one of its own can wait for them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    const base::SystemClock clock;
    base::Log log(std::cerr, clock);
    auto program = Program::start(options, clock, log);
    if (!program.ok()) return refuse(program.error());
    std::cout << "listening: http://" << options.listen << ":" << program.value()->port() << "/\n"
              << std::flush;
    std::thread waiting([&] {
        int signal = 0;
        sigwait(&ends, &signal);
        program.value()->stop();
    });
    program.value()->run();
    waiting.join();
    return 0;
}

struct ProvisionOptions {
    std::filesystem::path data;
    std::string postgres;
    std::vector<std::filesystem::path> certificates;
    std::int64_t store = 0;
};

int provision(const ProvisionOptions& options) {
    const base::SystemClock clock;
    crypto::Random random;
    const CentreFolder folder(options.data);
    const auto made = folder.prepare(clock, random);
    if (!made.ok()) return refuse(made.error());
    auto centre = OpenCentre::open(folder, options.postgres, clock, random);
    if (!centre.ok()) return refuse(centre.error());
    for (const auto& path : options.certificates) {
        const auto chain = crypto::load_chain(path);
        if (!chain.ok()) return refuse(chain.error());
        const auto done =
            centre.value()->own().provision(chain.value().front(), options.store, "operator");
        if (!done.ok()) return refuse(done.error().within(path.string()));
        std::cout << "provisioned: " << chain.value().front().name() << ", store " << options.store
                  << '\n';
    }
    return 0;
}

// Made anew in a file of its own, so that what is served stays as it is.
int check_rebuild(const std::filesystem::path& data, const std::string& postgres) {
    const base::SystemClock clock;
    crypto::Random random;
    auto centre = OpenCentre::open(CentreFolder(data), postgres, clock, random);
    if (!centre.ok()) return refuse(centre.error());
    const std::filesystem::path beside = data / "rebuilt.db";
    const auto remove = [&] {
        std::error_code ignored;
        for (const char* end : {"", "-wal", "-shm"})
            std::filesystem::remove(beside.string() + end, ignored);
    };
    remove();
    auto fresh = store::SqliteDatabase::open(beside);
    if (!fresh.ok()) return refuse(fresh.error());
    auto done = store::migrate(*fresh.value(), store::migrations());
    if (done.ok()) done = ingest::project_all(centre.value()->database(), *fresh.value());
    if (!done.ok()) return refuse(done.error());
    const auto differing = ingest::differing_tables(centre.value()->database(), *fresh.value());
    fresh.value().reset();
    remove();
    if (!differing.ok()) return refuse(differing.error());
    for (const std::string& table : differing.value()) std::cout << "differs: " << table << '\n';
    if (differing.value().empty()) std::cout << "ok: the tables are what the events amount to\n";
    return differing.value().empty() ? 0 : kDiffers;
}

void add_store(CLI::App& app, std::string& postgres) {
    app.add_option("--postgres", postgres,
                   "keep it in that PostgreSQL database (\"host=/run/postgresql dbname=centre\") "
                   "and not in the folder");
}

void add_run(CLI::App& app, ProgramOptions& options, std::string& level) {
    app.add_option("--data", options.data, "the centre's folder; made where there is none")
        ->required();
    add_store(app, options.postgres);
    app.add_option("--broker", options.broker.broker, "the broker's host")->capture_default_str();
    app.add_option("--broker-port", options.broker.port, "its port")->capture_default_str();
    app.add_option("--authority", options.broker.authority, "PEM: who vouches for the broker")
        ->required();
    app.add_option("--certificate", options.broker.certificate, "PEM: ours for the broker")
        ->required();
    app.add_option("--key", options.broker.key, "PEM: its key")->required();
    app.add_option("--client", options.broker.client_id, "the name in that certificate")
        ->default_val("centre");
    app.add_option("--mqtt", level, "5 or 3.1.1, for brokers that speak nothing newer")
        ->check(CLI::IsMember({"5", "3.1.1"}))
        ->default_val("5");
    app.add_option("--tenant", options.tenant, "whose topics")->capture_default_str();
    app.add_option("--listen", options.listen, "for /health and /metrics")->capture_default_str();
    app.add_option("--port", options.port, "0 takes a free one")->capture_default_str();
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("counterfoil-aggregator: the centre, which keeps each event once",
                 "counterfoil-aggregator");
    app.require_subcommand(1);
    ProgramOptions options;
    std::string level;
    CLI::App* serve = app.add_subcommand("run", "take what terminals send, until SIGTERM");
    add_run(*serve, options, level);
    ProvisionOptions terminals;
    CLI::App* provisioning =
        app.add_subcommand("provision", "make terminals known, while the centre is stopped");
    provisioning->add_option("--data", terminals.data, "the centre's folder")->required();
    add_store(*provisioning, terminals.postgres);
    provisioning->add_option("--store", terminals.store, "where they stand, 1 to 65535")
        ->check(CLI::Range(1, 65535))
        ->required();
    provisioning->add_option("certificate", terminals.certificates, "their certificate.pem")
        ->required();
    CLI::App* rebuild = app.add_subcommand(
        "rebuild", "make the derived tables anew beside, and compare them, while it is stopped");
    std::filesystem::path data;
    rebuild->add_option("--data", data, "the centre's folder")->required();
    std::string postgres;
    add_store(*rebuild, postgres);
    bool check = false;
    rebuild->add_flag("--check", check, "compare only")->required();
    app.footer(
        "Exit codes: 0 done, 1 the tables differ, 2 the command line is wrong, 3 refused: one line "
        "on standard error starts with the reason's code.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    if (*provisioning) return provision(terminals);
    if (*rebuild) return check_rebuild(data, postgres);
    options.broker.protocol = level == "5" ? link::Protocol::mqtt5 : link::Protocol::mqtt311;
    return run(options);
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "counterfoil-aggregator: internal: " << error.what() << '\n';
        return kRefused;
    }
}
