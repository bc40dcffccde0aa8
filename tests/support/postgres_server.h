#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/aggregator/store/database.h"
#include "tests/support/test_till.h"

namespace counterfoil::test {

// A PostgreSQL server of the test's own, from Debian's package: its cluster is made in a temporary
// folder, it listens on a socket there and nowhere else, it syncs as it does by default, and it
// ends with the test program, however that ends. Since it refuses to run as root, root runs it as
// another user. One thread uses it.
class PostgresServer {
  public:
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // The one of this test program, made when it is first asked for, because that takes a while.
    static PostgresServer& shared();

    // The DSN of a new, empty database. What is in `options` ends its CREATE DATABASE.
    std::string make_database(const std::string& options = {});
    std::string dsn(const std::string& database) const;
    // Takes all rows out of its tables but the schema's version; faster than another database,
    // whose end makes the server sync all that it has.
    static void make_empty(const std::string& dsn);
    // Cuts whoever uses it. What is dropped need not be synced by a checkpoint any more.
    void drop_database(const std::string& dsn);

    // Ends it in order, cutting all connections.
    void stop();
    // SIGKILL: what was not synced, only the operating system knows.
    void kill();
    // Returns when connections are taken again.
    void start();
    bool is_running() const { return process_ > 0; }

  private:
    struct Account {
        uid_t user = 0;
        gid_t group = 0;
    };
    pid_t spawn(const std::string& program, const std::vector<std::string>& words) const;
    // Whether connections are taken before the process ends, or long enough has passed.
    bool becomes_ready();
    void wait_for_end();

    TemporaryFolder folder_;
    Account account_;
    pid_t process_ = 0;
    int databases_ = 0;
};

// A connection to it; it must be running.
std::unique_ptr<store::Database> connect(const std::string& dsn);

}  // namespace counterfoil::test
