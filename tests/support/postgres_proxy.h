#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "firmware/core/base/descriptor.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::test {

// Where in a message of the client's the connection is cut: the server has heard nothing of it,
// half of it, or all of it; then it has also done it, but nobody hears that it has.
enum class CutMoment { before, halfway, after };

// Stands between one client and a PostgreSQL server, on a socket of its own, and passes everything
// on until a chosen message of the client's. One connection at a time; those after a cut are let
// through.
class PostgresProxy {
  public:
    // Of the server of that database.
    explicit PostgresProxy(const std::string& dsn);
    ~PostgresProxy();
    PostgresProxy(const PostgresProxy&) = delete;
    PostgresProxy& operator=(const PostgresProxy&) = delete;

    // The same database, by way of this.
    std::string through(const std::string& dsn) const;

    struct Cut {
        std::int64_t message = 0;  // the n-th from now; 0: none
        CutMoment moment = CutMoment::before;
        // Of those that say COMMIT alone; where more belongs to it, all that has been done is its
        // last message.
        bool commits_only = false;
        std::function<void()> also;  // done at that moment, on the proxy's own thread
    };
    void set(Cut cut);
    bool was_cut() const;
    // How often the server was asked to answer.
    std::int64_t trips() const { return trips_; }

  private:
    void work();
    void serve(const base::Descriptor& client, const base::Descriptor& server);
    // False where the connection has come to its end.
    bool pass_on(std::string& heard, bool& is_begun, int server);
    bool is_chosen(std::string_view message);
    bool is_counted(std::string_view message);
    void cut(std::string_view message, int server);

    TemporaryFolder folder_;
    std::string server_socket_;
    base::Descriptor listening_;
    std::atomic<bool> ending_ = false;
    std::atomic<std::int64_t> trips_ = 0;
    mutable std::mutex mutex_;  // of those below
    Cut cut_;
    bool was_cut_ = false;
    bool is_ending_ = false;  // the last message of a COMMIT is awaited
    std::thread thread_;
};

}  // namespace counterfoil::test
