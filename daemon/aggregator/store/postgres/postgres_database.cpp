#include "daemon/aggregator/store/postgres/postgres_database.h"

#include <libpq-fe.h>

#include "daemon/aggregator/store/postgres/bulk_insert.h"
#include "daemon/aggregator/store/postgres/parameters.h"

namespace counterfoil::store {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// Fewer are not worth a second statement at the server.
constexpr std::size_t kWorthwhileRows = 8;
// Any number that nobody else in the database locks.
constexpr std::int64_t kClaimLock = 0x43464352;  // "CFCR"

Rows::Cell cell_at(const PGresult* reply, int row, int column) {
    if (PQgetisnull(reply, row, column) == 1) return std::monostate();
    const auto size = static_cast<std::size_t>(PQgetlength(reply, row, column));
    return cell_of(PQftype(reply, column), {PQgetvalue(reply, row, column), size});
}

Result<Rows> rows_of(const PGresult* reply) {
    const int columns = PQnfields(reply);
    for (int column = 0; column < columns; ++column)
        if (!is_spoken(PQftype(reply, column)))
            return Error(Code::invalid_argument,
                         std::string("the column ") + PQfname(reply, column) +
                             " is neither integer, text nor bytes: cast it");
    Rows rows(static_cast<std::size_t>(columns));
    for (int row = 0; row < PQntuples(reply); ++row)
        for (int column = 0; column < columns; ++column) rows.add(cell_at(reply, row, column));
    return rows;
}

}  // namespace

Result<std::unique_ptr<Database>> PostgresDatabase::open(const std::string& dsn,
                                                         const PostgresLimits& limits) {
    CF_LET(Session session, Session::connect(dsn, limits));
    return std::unique_ptr<Database>(new PostgresDatabase(dsn, limits, std::move(session)));
}

Status PostgresDatabase::ready() {
    if (session_.is_lost() && in_transaction_)
        return Error(Code::io_failed, "the connection was lost earlier in this transaction");
    if (session_.is_lost()) return connect_anew();
    if (in_transaction_ || !session_.is_confused()) return {};
    statements_.clear();
    return session_.forget_statements();
}

// What was claimed went with the old connection, and somebody else may have it now.
Status PostgresDatabase::connect_anew() {
    CF_LET(session_, Session::connect(dsn_, limits_));
    statements_.clear();
    if (!is_claimed_) return {};
    const Status claimed = take_claim();
    if (!claimed.ok()) session_.lose();
    return claimed;
}

Status PostgresDatabase::claim() {
    CF_TRY(usable());
    if (is_claimed_) return {};
    CF_TRY(take_claim());
    is_claimed_ = true;
    return {};
}

Status PostgresDatabase::take_claim() {
    CF_LET(const Reply reply,
           session_.execute("SELECT pg_try_advisory_lock(" + std::to_string(kClaimLock) + ")"));
    CF_CHECK(PQntuples(reply.get()) == 1);
    if (std::string_view(PQgetvalue(reply.get(), 0, 0)) == "t") return {};
    return Error(Code::second_writer, "another centre is at work on this PostgreSQL database");
}

Result<PostgresDatabase::Statement*> PostgresDatabase::prepared(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return &known->second;
    CF_CHECK(statements_.size() < kMaxStatements);
    CF_TRY(session_.settle());
    const std::string name = "s" + std::to_string(statements_.size());
    CF_LET(Prepared single, session_.prepare(name, sql));
    return &statements_.emplace(std::string(sql), Statement{std::move(single), {}}).first->second;
}

Status PostgresDatabase::execute_script(const std::string& script) {
    CF_TRY(session_.settle());
    const auto done = session_.execute(script);
    if (!done.ok()) return done.error();
    return {};
}

Result<Rows> PostgresDatabase::read(std::string_view sql, std::span<const Value> values) {
    CF_LET(const Statement* statement, prepared(sql));
    CF_TRY(session_.settle());
    CF_LET(const Reply reply, session_.run(statement->single, values));
    return rows_of(reply.get());
}

Result<std::vector<Rows>> PostgresDatabase::read_all(std::span<const Question> questions) {
    return ask_all(questions, false);
}

Result<std::vector<Rows>> PostgresDatabase::ask_all(std::span<const Question> questions,
                                                    bool to_begin) {
    std::vector<Session::Asked> asked;
    if (to_begin) {
        CF_LET(const Statement* statement, prepared("BEGIN"));
        asked.push_back({&statement->single, {}});
    }
    for (const Question& question : questions) {
        CF_LET(const Statement* statement, prepared(question.sql));
        asked.push_back({&statement->single, question.values});
    }
    CF_TRY(session_.settle());
    CF_LET(const std::vector<Reply> replies, session_.ask_all(asked));
    std::vector<Rows> all;
    for (const Reply& reply : std::span(replies).subspan(to_begin ? 1 : 0)) {
        CF_LET(Rows rows, rows_of(reply.get()));
        all.push_back(std::move(rows));
    }
    return all;
}

Result<const Prepared*> PostgresDatabase::for_rows(std::string_view sql, std::size_t rows,
                                                   Keys keys) {
    CF_LET(Statement * statement, prepared(sql));
    if (rows < kWorthwhileRows) return &statement->single;
    if (statement->bulk && keys == Keys::all_differ) return &*statement->bulk;
    const auto bulk = bulk_insert(sql, statement->single.types, keys);
    if (!bulk) return &statement->single;
    if (!statement->bulk) {
        CF_TRY(session_.settle());
        CF_LET(statement->bulk, session_.prepare_bulk(statement->single, *bulk));
    }
    return &*statement->bulk;
}

Status PostgresDatabase::write_each(std::string_view sql, std::size_t width,
                                    std::span<const Value> values, Keys keys) {
    CF_LET(const Prepared* statement, for_rows(sql, values.size() / width, keys));
    CF_TRY(session_.send_each(*statement, width, values));
    return is_together_ ? Status() : session_.settle();
}

Status PostgresDatabase::begin() {
    CF_CHECK(!in_transaction_);
    CF_TRY(usable());
    auto begun = session_.execute("BEGIN");
    if (!begun.ok() && session_.is_lost()) {
        CF_TRY(usable());
        begun = session_.execute("BEGIN");
    }
    if (!begun.ok()) return begun.error();
    in_transaction_ = true;
    forget_failure();
    return {};
}

Result<std::vector<Rows>> PostgresDatabase::begin_with(std::span<const Question> questions) {
    CF_CHECK(!in_transaction_);
    CF_TRY(usable());
    auto answers = ask_all(questions, true);
    if (!answers.ok() && session_.is_lost()) {
        CF_TRY(usable());
        answers = ask_all(questions, true);
    }
    in_transaction_ = true;
    forget_failure();
    if (!answers.ok()) CF_TRY(rollback());
    return answers;
}

Status PostgresDatabase::commit() {
    CF_CHECK(in_transaction_);
    const Status before = usable();
    if (!before.ok()) {
        CF_TRY(rollback());
        return before;
    }
    const auto ended = session_.commit();
    if (!ended.ok()) {
        // Whatever it was, the transaction must not go on.
        CF_TRY(rollback());
        return ended.error();
    }
    in_transaction_ = false;
    // Where a statement has failed, the server rolls back and calls that a success.
    if (std::string_view(PQcmdStatus(ended.value().get())) != "COMMIT") return failed_transaction();
    return {};
}

Status PostgresDatabase::rollback() {
    is_together_ = false;
    // What is still on its way is rolled back with the rest, whatever comes of it.
    if (!session_.is_lost()) [[maybe_unused]]
        const Status settled = session_.settle();
    const bool is_open = std::exchange(in_transaction_, false) && !session_.is_lost();
    // Where that fails, the server rolls back because the connection goes.
    if (is_open && !session_.execute("ROLLBACK").ok()) session_.lose();
    return {};
}

}  // namespace counterfoil::store
