#include <CLI/CLI.hpp>

#include <iostream>

#include "daemon/aggregator/backup/restore.h"
#include "daemon/aggregator/program.h"
#include "daemon/aggregator/provision_by_hand.h"
#include "daemon/aggregator/rebuild_check.h"
#include "daemon/aggregator/slow_progress.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/base/end_signals.h"
#include "firmware/core/crypto/random.h"

namespace {

namespace base = counterfoil::base;
namespace crypto = counterfoil::crypto;
namespace link = counterfoil::link;
namespace backup = counterfoil::backup;
using counterfoil::aggregator::CentreFolder;
using counterfoil::aggregator::FrontOptions;
using counterfoil::aggregator::OpenCentre;
using counterfoil::aggregator::Program;
using counterfoil::aggregator::ProgramOptions;
using counterfoil::aggregator::SlowProgress;

constexpr int kDiffers = 1;
constexpr int kUsage = 2;
constexpr int kRefused = 3;

int refuse(const base::Error& error) {
    std::cerr << "counterfoil-aggregator: " << error.line() << '\n';
    return kRefused;
}

int run(const ProgramOptions& options) {
    base::EndSignals signals;
    const base::SystemClock clock;
    base::Log log(std::cerr, clock);
    auto program = Program::start(options, clock, log);
    if (!program.ok()) return refuse(program.error());
    if (const auto& admin = program.value()->first_admin())
        std::cout << "administrator: " << admin->loyalty_id << ", PIN " << admin->pin
                  << ", told only this once\n";
    const char* scheme = options.front.certificate.empty() ? "http" : "https";
    std::cout << "listening: " << scheme << "://" << options.listen << ":"
              << program.value()->port() << "/\n"
              << std::flush;
    signals.run([&] { program.value()->run(); }, [&] { program.value()->stop(); });
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
        const auto done = counterfoil::aggregator::provision_by_hand(
            *centre.value(), clock, random, chain.value().front(), options.store);
        if (!done.ok()) return refuse(done.error().within(path.string()));
        std::cout << "provisioned: " << chain.value().front().name() << ", store " << options.store
                  << ", epoch " << done.value() << '\n';
    }
    return 0;
}

int check_rebuild(const std::filesystem::path& data, const std::string& postgres) {
    const base::SystemClock clock;
    crypto::Random random;
    auto centre = OpenCentre::open(CentreFolder(data), postgres, clock, random);
    if (!centre.ok()) return refuse(centre.error());
    const auto differing =
        counterfoil::aggregator::differing_from_rebuilt(*centre.value(), data / "rebuilt.db");
    if (!differing.ok()) return refuse(differing.error());
    for (const std::string& table : differing.value()) std::cout << "differs: " << table << '\n';
    if (differing.value().empty()) std::cout << "ok: the tables are what the events amount to\n";
    return differing.value().empty() ? 0 : kDiffers;
}

struct BackupOptions {
    std::filesystem::path data;
    std::string postgres;
    std::filesystem::path file;
};

int tell(const base::Result<backup::Contents>& contents, std::string_view done,
         const std::filesystem::path& file) {
    if (!contents.ok()) return refuse(contents.error());
    const backup::Contents& held = contents.value();
    std::cout << done << ": " << file.string() << ", " << held.events << " events, "
              << held.terminals << " terminals, the centre's own ledger up to event "
              << held.centre.seq << " of epoch " << held.centre.epoch << ", head "
              << base::to_hex(held.centre.head) << '\n';
    return 0;
}

int back_up(const BackupOptions& options) {
    const base::SystemClock clock;
    crypto::Random random;
    const CentreFolder folder(options.data);
    auto key = folder.load_key(random);
    if (!key.ok()) return refuse(key.error());
    SlowProgress progress(std::cerr, clock);
    const int ended = tell(backup::back_up({folder.database(), options.postgres}, options.file,
                                           key.value().key, clock, progress.teller()),
                           "backed up", options.file);
    if (ended == 0)
        std::cout << "not in it: " << folder.key().string() << " and "
                  << folder.certificate().string() << "; keep a copy of them elsewhere\n";
    return ended;
}

int restore(const BackupOptions& options) {
    const base::SystemClock clock;
    crypto::Random random;
    const CentreFolder folder(options.data);
    auto key = folder.load_key(random);
    if (!key.ok()) return refuse(key.error());
    SlowProgress progress(std::cerr, clock);
    const backup::Restorer restorer{key.value().key, key.value().certificate, clock, random,
                                    folder.head()};
    return tell(backup::restore(options.file, {folder.database(), options.postgres}, restorer,
                                progress.teller()),
                "restored", options.file);
}

void add_store(CLI::App& app, std::string& postgres) {
    app.add_option("--postgres", postgres,
                   "keep it in that PostgreSQL database (\"host=/run/postgresql dbname=centre\") "
                   "and not in the folder");
}

void add_interface(CLI::App& app, FrontOptions& front) {
    constexpr const char* kInterface = "interface";
    const CLI::Range positive(1, 1'000'000'000);
    const auto limit = [&](const char* name, std::int64_t& value, const char* help) {
        app.add_option(name, value, help)
            ->check(positive)
            ->capture_default_str()
            ->group(kInterface);
    };
    limit("--token-minutes", front.token_minutes, "how long an access token is good");
    limit("--sign-ins", front.limits.sign_ins_per_minute, "of one address in a minute");
    limit("--requests", front.limits.requests_per_minute, "of one account in a minute");
    limit("--connections", front.limits.connections_per_address,
          "of one address at once; those of --proxy are not counted");
    limit("--guesses", front.limits.guesses_per_hour,
          "wrong PINs of one card, or passwords of one address, in an hour");
    app.add_option("--log-requests", front.limits.log_lines_per_second,
                   "at most so many requests are logged in a second, one line each; 0: none")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str()
        ->group(kInterface);
    CLI::Option* certificate =
        app.add_option("--https-certificate", front.certificate,
                       "PEM: what this server proves itself with to browsers, with its chain")
            ->group(kInterface);
    CLI::Option* key = app.add_option("--https-key", front.key, "PEM: its key, only its owner's")
                           ->group(kInterface);
    certificate->needs(key);
    key->needs(certificate);
    app.add_option("--proxy", front.limits.proxy,
                   "the address of a server before this one, whose X-Forwarded-For is believed")
        ->group(kInterface);
    app.add_option("--origin", front.origins,
                   "whose pages may read the answers: https://shop.example; may be repeated")
        ->group(kInterface);
    app.add_flag("--allow-registration", front.allow_registration,
                 "whoever comes may make an account with an e-mail address and a password")
        ->group(kInterface);
    app.add_option("--token-secret", front.token_secret,
                   "a file with a secret of 32 characters or more, only its owner's: tokens are by "
                   "HS256 with it, and not by ES256 with a key of the centre's own")
        ->group(kInterface);
}

void add_devices(CLI::App& app, FrontOptions& front, std::string& broker) {
    constexpr const char* kDevices = "devices";
    app.add_option("--device-broker", broker,
                   "HOST:PORT at which terminals find the broker, where it is not the centre's")
        ->group(kDevices);
    app.add_option("--device-broker-authority", front.device_broker_authority,
                   "PEM: who vouches for it there; as --authority by itself")
        ->group(kDevices);
    app.add_option("--link-seconds", front.link_seconds,
                   "how long a terminal's certificate for the broker is good; it renews it in the "
                   "last third")
        ->check(CLI::Range(1LL, 20LL * 366 * 24 * 60 * 60))
        ->capture_default_str()
        ->group(kDevices);
    app.add_option(
           "--revocations-seconds", front.revocations_seconds,
           "how long brokers believe a list of who was revoked; it is renewed after a third")
        ->check(CLI::Range(3LL, 20LL * 366 * 24 * 60 * 60))
        ->capture_default_str()
        ->group(kDevices);
}

// False where the text is no address.
bool settle_devices(ProgramOptions& options, const std::string& broker) {
    FrontOptions& front = options.front;
    if (front.device_broker_authority.empty())
        front.device_broker_authority = options.broker.authority;
    if (broker.empty() && options.broker.authority.empty()) return true;
    front.device_broker = options.broker.broker;
    front.device_broker_port = options.broker.port;
    if (broker.empty()) return true;
    const std::size_t colon = broker.rfind(':');
    if (colon == std::string::npos || colon == 0) return false;
    front.device_broker = broker.substr(0, colon);
    return CLI::detail::lexical_cast(broker.substr(colon + 1), front.device_broker_port) &&
           front.device_broker_port != 0;
}

struct RunTexts {
    std::string level;
    std::string device_broker;
};

void add_run(CLI::App& app, ProgramOptions& options, RunTexts& texts) {
    app.add_option("--data", options.data, "the centre's folder; made where there is none")
        ->required();
    add_store(app, options.postgres);
    app.add_option("--broker", options.broker.broker, "the broker's host")->capture_default_str();
    app.add_option("--broker-port", options.broker.port, "its port")->capture_default_str();
    CLI::Option* authority =
        app.add_option("--authority", options.broker.authority,
                       "PEM: who vouches for the broker; without one, no terminal is heard");
    CLI::Option* certificate =
        app.add_option("--certificate", options.broker.certificate, "PEM: ours for the broker");
    CLI::Option* key = app.add_option("--key", options.broker.key, "PEM: its key");
    for (CLI::Option* option : {authority, certificate, key})
        for (CLI::Option* other : {authority, certificate, key})
            if (option != other) option->needs(other);
    app.add_option("--client", options.broker.client_id, "the name in that certificate")
        ->default_val("centre");
    app.add_option("--mqtt", texts.level, "5 or 3.1.1, for brokers that speak nothing newer")
        ->check(CLI::IsMember({"5", "3.1.1"}))
        ->default_val("5");
    app.add_option("--credit", options.credit_of_all,
                   "events that all terminals together may have under way, in even shares; each "
                   "may always have a full batch")
        ->check(CLI::Range(1LL, 1'000'000'000LL))
        ->capture_default_str();
    app.add_option("--tenant", options.tenant, "whose topics")->capture_default_str();
    app.add_option("--listen", options.listen, "for the interface, /health and /metrics")
        ->capture_default_str();
    app.add_option("--port", options.port, "0 takes a free one")->capture_default_str();
    add_interface(app, options.front);
    add_devices(app, options.front, texts.device_broker);
    app.footer(
        "example: counterfoil-aggregator run --data centre --authority b/ca.pem \\\n"
        "             --certificate b/clients/centre.pem --key b/clients/centre.key");
}

void add_backup(CLI::App& app, BackupOptions& options, const char* what) {
    app.add_option("file", options.file, what)->required();
    app.add_option("--data", options.data, "the centre's folder, with its keys")->required();
    add_store(app, options.postgres);
}

CLI::App* add_backup(CLI::App& app, BackupOptions& options) {
    CLI::App* command = app.add_subcommand(
        "backup", "what the store holds, in one new file, also while the centre is at work");
    add_backup(*command, options, "the new file; nothing is overwritten");
    command->footer(
        "The file is sealed by the centre's key. The keys are not in it: keep a copy of key.pem "
        "and certificate.pem elsewhere. It is the same of both stores, so that it is also the way "
        "from a file to PostgreSQL: stop, backup, restore --postgres.\n"
        "A centre that is started meanwhile makes it begin anew.\n\n"
        "example: counterfoil-aggregator backup /mnt/safe/monday.backup --data centre");
    return command;
}

CLI::App* add_restore(CLI::App& app, BackupOptions& options) {
    CLI::App* command = app.add_subcommand(
        "restore", "a backup, proven event by event, into a folder with keys and no database");
    add_backup(*command, options, "the backup");
    command->footer(
        "The centre's own ledger begins a new epoch, by which terminals know to send again what "
        "came after the backup; nothing counts twice.\n\n"
        "example: counterfoil-aggregator restore /mnt/safe/monday.backup --data centre");
    return command;
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("counterfoil-aggregator: the centre, which keeps each event once",
                 "counterfoil-aggregator");
    app.require_subcommand(1);
    ProgramOptions options;
    RunTexts texts;
    CLI::App* serve = app.add_subcommand("run", "take what terminals send, until SIGTERM");
    add_run(*serve, options, texts);
    ProvisionOptions terminals;
    CLI::App* provisioning =
        app.add_subcommand("provision", "make terminals known, or open another epoch of theirs");
    provisioning->add_option("--data", terminals.data, "the centre's folder")->required();
    add_store(*provisioning, terminals.postgres);
    provisioning->add_option("--store", terminals.store, "where they stand, 1 to 65535")
        ->check(CLI::Range(1, 65535))
        ->required();
    provisioning->add_option("certificate", terminals.certificates, "their certificate.pem")
        ->required();
    provisioning->footer(
        "While the centre is stopped or, where it keeps its data in PostgreSQL, also while it "
        "works: it knows them within a second.\n"
        "A terminal of which events are held begins anew, in the epoch that is printed.\n\n"
        "example: counterfoil-aggregator provision --data centre --store 1 till/certificate.pem");
    CLI::App* rebuild = app.add_subcommand(
        "rebuild", "make the derived tables anew beside, and compare them, while it is stopped");
    std::filesystem::path data;
    rebuild->add_option("--data", data, "the centre's folder")->required();
    std::string postgres;
    add_store(*rebuild, postgres);
    bool check = false;
    rebuild->add_flag("--check", check, "compare only")->required();
    rebuild->footer("example: counterfoil-aggregator rebuild --check --data centre");
    BackupOptions backing;
    const CLI::App* backup_command = add_backup(app, backing);
    BackupOptions restoring;
    const CLI::App* restore_command = add_restore(app, restoring);
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
    if (*backup_command) return back_up(backing);
    if (*restore_command) return restore(restoring);
    if (!settle_devices(options, texts.device_broker)) {
        std::cerr << "counterfoil-aggregator: --device-broker is HOST:PORT\n";
        return kUsage;
    }
    options.broker.protocol = texts.level == "5" ? link::Protocol::mqtt5 : link::Protocol::mqtt311;
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
