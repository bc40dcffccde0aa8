#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/aggregator/store/database.h"

struct pg_conn;
struct pg_result;

namespace counterfoil::store {

class Parameters;

// How long each call may take at most.
struct PostgresLimits {
    int connect_s = 5;
    int lock_ms = 5'000;        // for what another transaction holds: second_writer
    int statement_ms = 30'000;  // for one statement at the server: io_failed
    int silence_ms = 40'000;    // of the server, after which the connection counts as lost
};

struct ClearReply {
    void operator()(pg_result* reply) const;
};
using Reply = std::unique_ptr<pg_result, ClearReply>;

// A statement that the server has prepared under this name.
struct Prepared {
    std::string name;
    std::vector<unsigned> types;  // of its parameters, as the server inferred them
    bool takes_arrays = false;    // of these types, so that one run of it is for many rows
};

// One libpq connection, never blocking for longer than its limits. Once it is lost, by the server,
// by the network or by silence, it stays lost and every call is io_failed.
class Session {
  public:
    static base::Result<Session> connect(const std::string& dsn, const PostgresLimits& limits);

    bool is_lost() const { return connection_ == nullptr; }
    void lose() {
        connection_.reset();
        is_pipelined_ = false;
    }
    // The server said that it has other prepared statements than it was given: somebody else has
    // had the connection, such as a pooler or a DISCARD ALL.
    bool is_confused() const { return is_confused_; }
    // It has none at all from then on.
    base::Status forget_statements();

    // Each gives the last statement's reply, or the first one's error.
    base::Result<Reply> execute(const std::string& script);
    base::Result<Reply> run(const Prepared& statement, std::span<const Value> values);
    // A parameter that is of none of our types is an error.
    base::Result<Prepared> prepare(const std::string& name, std::string_view sql);
    // The bulk form of a statement.
    base::Result<Prepared> prepare_bulk(const Prepared& single, const std::string& sql);
    // All at once: a reply for each, or the first error.
    struct Asked {
        const Prepared* statement;
        std::span<const Value> values;
    };
    base::Result<std::vector<Reply>> ask_all(std::span<const Asked> asked);
    // In order and pipelined: the server goes on while the next rows are sent. Within a
    // transaction. What comes of it is told by settle(), before which nothing else is asked.
    base::Status send_each(const Prepared& statement, std::size_t width,
                           std::span<const Value> values);
    // The first error of what was sent; the pipeline is left in any case. Nothing where there is
    // none.
    base::Status settle();
    // Ends the transaction in one go with what is in flight. Where any of that fails, the server
    // does not come to the end. The reply is the end's.
    base::Result<Reply> commit();

  private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    Session(pg_conn* connection, const PostgresLimits& limits)
        : connection_(connection), limits_(limits) {}

    base::Status settle_settings();
    base::Status begin_pipeline();
    base::Status send_asked(std::span<const Asked> asked);
    base::Status send_prepare(const std::string& name, const std::string& sql);
    base::Status send_rows(const Prepared& statement, std::size_t width,
                           std::span<const Value> values);
    base::Status send(const Prepared& statement, const Parameters& parameters);
    // Waits until libpq has everything sent.
    base::Status flush();
    // Waits until libpq can give a result without waiting.
    base::Status await();
    base::Status wait(bool to_write, std::chrono::steady_clock::time_point until);
    base::Result<Reply> collect();
    base::Status take_one();
    // What is still in flight; the pipeline is left in any case.
    base::Result<std::vector<Reply>> end_pipeline();
    base::Status fault_in(const pg_result* reply);
    base::Error lost(const std::string& why);

    std::unique_ptr<pg_conn, Finish> connection_;
    PostgresLimits limits_;
    bool is_confused_ = false;
    bool is_pipelined_ = false;
    std::size_t in_flight_ = 0;  // sent in the pipeline, and not yet answered
    std::size_t sent_ = 0;       // in all of it
};

}  // namespace counterfoil::store
