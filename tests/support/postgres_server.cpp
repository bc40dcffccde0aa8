#include "tests/support/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "firmware/core/base/descriptor.h"

namespace counterfoil::test {

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;
constexpr auto kPause = 20ms;
constexpr const char* kOwner = "counterfoil";

// In the child, between fork and exec: nothing that allocates or locks.
[[noreturn]] void become(char* const* words, const char* folder, int log, uid_t user, gid_t group) {
    const bool is_changed = ::geteuid() != 0 || (::setgroups(0, nullptr) == 0 &&
                                                 ::setgid(group) == 0 && ::setuid(user) == 0);
    // The end of the test's process is the server's; it stops at once. Asked for after the change
    // of user, which would make it forgotten.
    const bool is_bound = ::prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0;
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (is_changed && is_bound && ::chdir(folder) == 0 && ::dup2(nothing, 0) == 0 &&
        ::dup2(log, 1) == 1 && ::dup2(log, 2) == 2)
        ::execv(words[0], words);
    ::_exit(127);
}

}  // namespace

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() : account_{::geteuid(), ::getegid()} {
    if (account_.user == 0) {
        const passwd* entry = ::getpwnam("postgres");
        if (entry == nullptr) entry = ::getpwnam("nobody");
        CF_CHECK(entry != nullptr);
        account_ = {entry->pw_uid, entry->pw_gid};
        CF_CHECK(::chown(folder_.path().c_str(), account_.user, account_.group) == 0);
    }
    // Its files are synced later, by whoever needs that.
    const pid_t maker = spawn("initdb", {"-D", folder_ / "data", "-U", kOwner, "-A", "trust", "-E",
                                         "UTF8", "--locale=C", "--no-sync", "--no-instructions"});
    int status = 0;
    CF_CHECK(::waitpid(maker, &status, 0) == maker && status == 0);
    start();
}

PostgresServer::~PostgresServer() {
    if (!is_running()) return;
    // Its files go with the folder, so that it need not write what it has in memory.
    constexpr int kImmediateShutdown = SIGQUIT;
    CF_CHECK(::kill(process_, kImmediateShutdown) == 0);
    wait_for_end();
}

pid_t PostgresServer::spawn(const std::string& program,
                            const std::vector<std::string>& words) const {
    std::vector<std::string> copies{std::string(COUNTERFOIL_POSTGRES_BIN "/") + program};
    copies.insert(copies.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (std::string& copy : copies) pointers.push_back(copy.data());
    pointers.push_back(nullptr);
    const auto log =
        base::Descriptor::open(folder_ / "log", O_WRONLY | O_APPEND | O_CREAT, S_IRUSR | S_IWUSR);
    CF_CHECK(log.ok());
    const pid_t child = ::fork();
    CF_CHECK(child >= 0);
    if (child == 0)
        become(pointers.data(), folder_.path().c_str(), log.number(), account_.user,
               account_.group);
    return child;
}

void PostgresServer::start() {
    CF_CHECK(!is_running());
    const std::string socket = "unix_socket_directories=" + folder_.path().string();
    const auto until = std::chrono::steady_clock::now() + kPatience;
    // After a kill, what the old server's processes still hold keeps a new one from starting.
    while (std::chrono::steady_clock::now() < until) {
        // With syncfs it starts after a kill without opening each file of each database.
        process_ = spawn("postgres",
                         {"-D", folder_ / "data", "-c", "listen_addresses=", "-c", socket, "-c",
                          "max_connections=40", "-c", "recovery_init_sync_method=syncfs"});
        if (becomes_ready()) return;
        std::this_thread::sleep_for(kPause);
    }
    CF_CHECK(false);
}

bool PostgresServer::becomes_ready() {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
        if (store::PostgresDatabase::open(dsn("postgres")).ok()) return true;
        if (::waitpid(process_, nullptr, WNOHANG) == process_) {
            process_ = 0;
            return false;
        }
        std::this_thread::sleep_for(kPause);
    }
    kill();
    return false;
}

void PostgresServer::stop() {
    CF_CHECK(is_running());
    constexpr int kFastShutdown = SIGINT;
    CF_CHECK(::kill(process_, kFastShutdown) == 0);
    wait_for_end();
}

void PostgresServer::kill() {
    CF_CHECK(is_running());
    CF_CHECK(::kill(process_, SIGKILL) == 0);
    wait_for_end();
}

void PostgresServer::wait_for_end() {
    CF_CHECK(::waitpid(process_, nullptr, 0) == process_);
    process_ = 0;
}

std::string PostgresServer::dsn(const std::string& database) const {
    return "host=" + folder_.path().string() + " user=" + kOwner + " dbname=" + database;
}

std::string PostgresServer::make_database(const std::string& options) {
    const std::string name = "test" + std::to_string(++databases_);
    const auto made = connect(dsn("postgres"))->execute("CREATE DATABASE " + name + " " + options);
    CF_CHECK(made.ok());
    return dsn(name);
}

void PostgresServer::make_empty(const std::string& dsn) {
    const auto database = connect(dsn);
    const auto tables = database->query(
        "SELECT CAST(tablename AS TEXT) FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename <> 'schema_version'");
    CF_CHECK(tables.ok());
    std::string names;
    for (std::size_t row = 0; row < tables.value().size(); ++row)
        names += (row == 0 ? "" : ", ") + std::string(tables.value().text(row, 0));
    // For this connection alone: what is kept refuses to be taken away.
    CF_CHECK(database->execute("SET session_replication_role = replica").ok());
    if (!names.empty()) CF_CHECK(database->execute("TRUNCATE " + names).ok());
}

void PostgresServer::drop_database(const std::string& dsn) {
    const std::string name = dsn.substr(dsn.rfind('=') + 1);
    const auto done =
        connect(this->dsn("postgres"))->execute("DROP DATABASE " + name + " WITH (FORCE)");
    CF_CHECK(done.ok());
}

std::unique_ptr<store::Database> connect(const std::string& dsn) {
    auto opened = store::PostgresDatabase::open(dsn);
    CF_CHECK(opened.ok());
    return std::move(opened).value();
}

}  // namespace counterfoil::test
