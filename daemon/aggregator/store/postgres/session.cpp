#include "daemon/aggregator/store/postgres/session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "daemon/aggregator/store/postgres/parameters.h"
#include "daemon/aggregator/store/postgres/postgres_error.h"

namespace counterfoil::store {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr int kBinary = 1;
// Sent and not yet answered. The server is asked for its answers often enough that it need not fall
// silent before the bound is reached.
constexpr std::size_t kMostInFlight = 1024;
constexpr std::size_t kAskEach = 256;
// A machine that died with rows locked must not stop the others for longer.
constexpr int kIdleInTransactionMs = 60'000;
constexpr std::string_view kNoSuchStatement = "26000";
constexpr std::string_view kStatementThere = "42P05";

std::string_view field(const PGresult* reply, int code) {
    const char* text = PQresultErrorField(reply, code);
    return text == nullptr ? std::string_view() : std::string_view(text);
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

std::size_t size_of(const Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) return text->size();
    if (const auto* blob = std::get_if<base::ByteView>(&value)) return blob->size();
    return sizeof(std::int64_t);
}

// How many of the next rows are sent in one piece: at least one, then while they are few and small.
std::size_t rows_at_once(std::size_t width, std::span<const Value> values) {
    constexpr std::size_t kMostRows = 512;
    constexpr std::size_t kMostBytes = 256 << 10;
    std::size_t rows = 0;
    for (std::size_t bytes = 0; rows < kMostRows && !values.empty(); ++rows) {
        for (const Value& value : values.first(width)) bytes += size_of(value);
        if (rows > 0 && bytes > kMostBytes) break;
        values = values.subspan(width);
    }
    return rows;
}

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// libpq quotes what it cannot read, which may be a part of the password, and so it is with an
// unescaped @ or / in the password of a URI: what follows it is taken for a host or a port.
Status check_dsn(const std::string& dsn) {
    char* ignored = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> options(
        PQconninfoParse(dsn.c_str(), &ignored));
    PQfreemem(ignored);
    const Error unreadable(Code::invalid_argument,
                           "the DSN is not one that libpq reads (in a URI, @ : / and % of a "
                           "password are written as %40 %3A %2F %25)");
    if (options == nullptr) return unreadable;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        const std::string_view name(option->keyword);
        const std::string_view value(option->val == nullptr ? "" : option->val);
        if ((name == "host" || name == "dbname") && value.find('@') != std::string_view::npos)
            return unreadable;
        if (name == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos)
            return unreadable;
    }
    return {};
}

PGconn* open_connection(const std::string& dsn, const PostgresLimits& limits) {
    const std::string connect_s = std::to_string(limits.connect_s);
    const std::string silence_ms = std::to_string(limits.silence_ms);
    // What stands before the DSN is only where it says nothing itself.
    constexpr std::array keywords{"connect_timeout",      "tcp_user_timeout",
                                  "keepalives_idle",      "fallback_application_name",
                                  "target_session_attrs", "dbname",
                                  "client_encoding",      static_cast<const char*>(nullptr)};
    const std::array values{
        connect_s.c_str(), silence_ms.c_str(), "10",   "counterfoil",
        "read-write",      dsn.c_str(),        "UTF8", static_cast<const char*>(nullptr)};
    constexpr int kDsnInDbname = 1;
    return PQconnectdbParams(keywords.data(), values.data(), kDsnInDbname);
}

std::string settings_script(const PostgresLimits& limits) {
    // A cluster that waits for its standbys' replay as well keeps doing so.
    return "SELECT set_config('synchronous_commit', 'on', false)"
           " WHERE current_setting('synchronous_commit') <> 'remote_apply';"
           "SET standard_conforming_strings = on;"
           "SET default_transaction_isolation = 'read committed';"
           "SET idle_in_transaction_session_timeout = " +
           std::to_string(kIdleInTransactionMs) +
           // A machine that is gone must not keep what its connection has claimed.
           ";SET tcp_keepalives_idle = 10;SET tcp_keepalives_interval = 5"
           ";SET tcp_keepalives_count = 4;SET lock_timeout = " +
           std::to_string(limits.lock_ms) +
           ";SET statement_timeout = " + std::to_string(limits.statement_ms) +
           ";SELECT current_setting('fsync'), current_setting('full_page_writes'),"
           " current_setting('server_encoding')";
}

}  // namespace

void ClearReply::operator()(pg_result* reply) const {
    PQclear(reply);
}

void Session::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Result<Session> Session::connect(const std::string& dsn, const PostgresLimits& limits) {
    CF_TRY(check_dsn(dsn));
    Session session(open_connection(dsn, limits), limits);
    CF_CHECK(!session.is_lost());
    PGconn* connection = session.connection_.get();
    if (PQstatus(connection) != CONNECTION_OK)
        return Error(Code::io_failed, "the database cannot be reached: " +
                                          std::string(first_line(PQerrorMessage(connection))));
    if (PQsetnonblocking(connection, 1) != 0)
        return Error(Code::io_failed, "the connection cannot be made non-blocking");
    // What the server merely remarks is for nobody here, and libpq would print it.
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
    CF_TRY(session.settle_settings());
    return session;
}

Status Session::settle_settings() {
    CF_LET(const Reply reply, execute(settings_script(limits_)));
    CF_CHECK(PQnfields(reply.get()) == 3 && PQntuples(reply.get()) == 1);
    constexpr std::array<std::string_view, 3> kWanted{"on", "on", "UTF8"};
    for (int column = 0; column < 3; ++column) {
        const std::string value = PQgetvalue(reply.get(), 0, column);
        if (value != kWanted[static_cast<std::size_t>(column)])
            return Error(Code::io_failed, "the server cannot be trusted with this: its " +
                                              std::string(column == 2   ? "server_encoding"
                                                          : column == 1 ? "full_page_writes"
                                                                        : "fsync") +
                                              " is " + value);
    }
    return {};
}

Error Session::lost(const std::string& why) {
    lose();
    return {Code::io_failed, "the connection to the database is lost: " + why};
}

Status Session::wait(bool to_write, std::chrono::steady_clock::time_point until) {
    pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
    if (to_write) socket.events = POLLIN | POLLOUT;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return lost("no answer for " + std::to_string(limits_.silence_ms) + " ms");
        const int ready = ::poll(&socket, 1, static_cast<int>(left.count()) + 1);
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return lost("its socket cannot be waited for");
    }
}

Status Session::flush() {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(limits_.silence_ms);
    while (const int left = PQflush(connection_.get())) {
        // After this one the server's last words may be there to be read.
        if (left < 0) return {};
        CF_TRY(wait(true, until));
        if (PQconsumeInput(connection_.get()) == 0) return {};
    }
    return {};
}

Status Session::await() {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(limits_.silence_ms);
    for (;;) {
        const int unsent = PQflush(connection_.get());
        if (unsent < 0 || PQisBusy(connection_.get()) == 0) return {};
        CF_TRY(wait(unsent > 0, until));
        // Where this fails, the next result says why.
        if (PQconsumeInput(connection_.get()) == 0) return {};
    }
}

Status Session::fault_in(const pg_result* reply) {
    const ExecStatusType status = PQresultStatus(reply);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
        status == PGRES_PIPELINE_SYNC || status == PGRES_PIPELINE_ABORTED)
        return {};
    if (status != PGRES_FATAL_ERROR)
        return lost(std::string("it went into a state not asked for: ") + PQresStatus(status));
    const std::string_view severity = field(reply, PG_DIAG_SEVERITY_NONLOCALIZED);
    std::string_view message = field(reply, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = first_line(PQresultErrorMessage(reply));
    if (severity == "FATAL" || severity == "PANIC" || PQstatus(connection_.get()) != CONNECTION_OK)
        return lost(std::string(message));
    const std::string_view state = field(reply, PG_DIAG_SQLSTATE);
    if (state == kNoSuchStatement || state == kStatementThere) is_confused_ = true;
    return postgres_error(state, message, field(reply, PG_DIAG_CONSTRAINT_NAME));
}

Result<Reply> Session::collect() {
    Reply last;
    std::optional<Error> failure;
    for (;;) {
        CF_TRY(await());
        Reply reply(PQgetResult(connection_.get()));
        if (reply == nullptr) break;
        const Status judged = fault_in(reply.get());
        if (!judged.ok() && !failure) failure = judged.error();
        if (is_lost()) return *failure;
        last = std::move(reply);
    }
    if (failure) return *failure;
    if (last == nullptr) return lost("it gave no result");
    return last;
}

Result<Reply> Session::execute(const std::string& script) {
    if (PQsendQuery(connection_.get(), script.c_str()) == 0)
        return lost(std::string(first_line(PQerrorMessage(connection_.get()))));
    return collect();
}

Status Session::forget_statements() {
    const auto done = execute("DEALLOCATE ALL");
    if (!done.ok()) return done.error();
    is_confused_ = false;
    return {};
}

Status Session::send_prepare(const std::string& name, const std::string& sql) {
    constexpr int kInferAll = 0;
    if (PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), kInferAll, nullptr) == 0)
        return lost(std::string(first_line(PQerrorMessage(connection_.get()))));
    return {};
}

Result<Prepared> Session::prepare_bulk(const Prepared& single, const std::string& sql) {
    Prepared bulk{single.name + "_bulk", single.types, true};
    CF_TRY(send_prepare(bulk.name, sql));
    CF_LET(const Reply reply, collect());
    return bulk;
}

Result<Prepared> Session::prepare(const std::string& name, std::string_view sql) {
    CF_TRY(send_prepare(name, std::string(sql)));
    CF_LET(Reply reply, collect());
    if (PQsendDescribePrepared(connection_.get(), name.c_str()) == 0)
        return lost(std::string(first_line(PQerrorMessage(connection_.get()))));
    CF_LET(reply, collect());
    Prepared prepared{name, {}};
    for (int index = 0; index < PQnparams(reply.get()); ++index)
        prepared.types.push_back(PQparamtype(reply.get(), index));
    const auto foreign = std::ranges::find_if_not(prepared.types, is_spoken);
    if (foreign != prepared.types.end()) {
        CF_LET(reply, execute("DEALLOCATE " + prepared.name));
        return Error(Code::invalid_argument,
                     "$" + std::to_string(foreign - prepared.types.begin() + 1) +
                         " is neither integer, text nor bytes: cast it");
    }
    return prepared;
}

Status Session::send(const Prepared& statement, const Parameters& parameters) {
    if (PQsendQueryPrepared(connection_.get(), statement.name.c_str(), parameters.count(),
                            parameters.pointers(), parameters.lengths(), parameters.formats(),
                            kBinary) == 0)
        return lost(std::string(first_line(PQerrorMessage(connection_.get()))));
    return {};
}

Result<Reply> Session::run(const Prepared& statement, std::span<const Value> values) {
    Parameters parameters;
    CF_TRY(parameters.set(statement.types, values));
    CF_TRY(send(statement, parameters));
    return collect();
}

Status Session::begin_pipeline() {
    if (is_pipelined_) return {};
    if (PQenterPipelineMode(connection_.get()) == 0) return lost("it cannot be pipelined");
    is_pipelined_ = true;
    in_flight_ = 0;
    sent_ = 0;
    return {};
}

Result<std::vector<Reply>> Session::ask_all(std::span<const Asked> asked) {
    CF_CHECK(!is_pipelined_);
    std::vector<Reply> all;
    // Fewer than those whose answers are taken, and forgotten, while the rest are sent.
    constexpr std::size_t kTogether = kMostInFlight / 2;
    while (!asked.empty()) {
        const auto some = asked.first(std::min(asked.size(), kTogether));
        asked = asked.subspan(some.size());
        CF_TRY(begin_pipeline());
        const Status sent = send_asked(some);
        if (is_lost()) return sent.error();
        auto replies = end_pipeline();
        CF_TRY(sent);
        if (!replies.ok()) return replies.error();
        CF_CHECK(replies.value().size() == some.size());
        std::ranges::move(replies.value(), std::back_inserter(all));
    }
    return all;
}

Status Session::send_asked(std::span<const Asked> asked) {
    Parameters parameters;
    for (const auto& [statement, values] : asked) {
        CF_TRY(parameters.set(statement->types, values));
        CF_TRY(send(*statement, parameters));
    }
    return flush();
}

Status Session::send_each(const Prepared& statement, std::size_t width,
                          std::span<const Value> values) {
    CF_TRY(begin_pipeline());
    const Status sent = send_rows(statement, width, values);
    if (sent.ok() || is_lost()) return sent;
    [[maybe_unused]] const Status ended = settle();
    return sent;
}

Status Session::settle() {
    if (!is_pipelined_) return {};
    const auto ended = end_pipeline();
    if (!ended.ok()) return ended.error();
    return {};
}

// Behind a statement that has failed, the server passes over all that is in the pipeline.
Result<Reply> Session::commit() {
    const char* const kCommit = "COMMIT";
    if (!is_pipelined_) return execute(kCommit);
    if (PQsendQueryParams(connection_.get(), kCommit, 0, nullptr, nullptr, nullptr, nullptr,
                          kBinary) == 0)
        return lost(std::string(first_line(PQerrorMessage(connection_.get()))));
    CF_LET(std::vector<Reply> replies, end_pipeline());
    CF_CHECK(!replies.empty());
    return std::move(replies.back());
}

Status Session::send_rows(const Prepared& statement, std::size_t width,
                          std::span<const Value> values) {
    Parameters parameters;
    while (!values.empty()) {
        const std::size_t rows = statement.takes_arrays ? rows_at_once(width, values) : 1;
        const auto taken = values.first(rows * width);
        values = values.subspan(taken.size());
        CF_TRY(statement.takes_arrays ? parameters.set_arrays(statement.types, taken)
                                      : parameters.set(statement.types, taken));
        CF_TRY(send(statement, parameters));
        CF_TRY(flush());
        if (++sent_ % kAskEach == 0 && PQsendFlushRequest(connection_.get()) == 0)
            return lost("it cannot be asked for its answers");
        if (++in_flight_ < kMostInFlight) continue;
        for (; in_flight_ > kMostInFlight / 2; --in_flight_) CF_TRY(take_one());
    }
    return {};
}

// One statement's results, up to the nothing that ends them.
Status Session::take_one() {
    for (;;) {
        CF_TRY(await());
        const Reply reply(PQgetResult(connection_.get()));
        if (reply != nullptr) CF_TRY(fault_in(reply.get()));
        if (PQstatus(connection_.get()) != CONNECTION_OK) return lost("it ended in a pipeline");
        if (reply == nullptr) return {};
    }
}

Result<std::vector<Reply>> Session::end_pipeline() {
    std::vector<Reply> replies;
    Status first;
    is_pipelined_ = false;
    if (PQpipelineSync(connection_.get()) == 0) return lost("its pipeline cannot be ended");
    for (;;) {
        CF_TRY(await());
        Reply reply(PQgetResult(connection_.get()));
        const Status judged = reply == nullptr ? Status() : fault_in(reply.get());
        if (first.ok()) first = judged;
        if (is_lost()) return first.error();
        if (PQstatus(connection_.get()) != CONNECTION_OK) return lost("it ended in a pipeline");
        if (reply == nullptr) continue;
        if (PQresultStatus(reply.get()) == PGRES_PIPELINE_SYNC) break;
        replies.push_back(std::move(reply));
    }
    if (PQexitPipelineMode(connection_.get()) == 0) return lost("its pipeline goes on");
    CF_TRY(first);
    return replies;
}

}  // namespace counterfoil::store
