#include "daemon/aggregator/store/sqlite/sqlite_database.h"

namespace counterfoil::store {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// The centre writes without a pause, all over its indexes: a page that many transactions change is
// copied into the file once for all of them, and found in memory. 40 MB of log, 32 MB of pages.
// Who was removed is not to be found in what the file has left over.
constexpr const char* kPatience =
    "PRAGMA wal_autocheckpoint=10000; PRAGMA cache_size=-32000; PRAGMA secure_delete=ON";

void bind(sqlite::Statement& statement, int index, const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        statement.bind(index, *integer);
    else if (const auto* text = std::get_if<std::string_view>(&value))
        statement.bind(index, *text);
    else if (const auto* blob = std::get_if<base::ByteView>(&value))
        statement.bind(index, *blob);
    else
        statement.bind_null(index);
}

void bind_all(sqlite::Statement& statement, std::span<const Value> values) {
    statement.reset();
    int index = 0;
    for (const Value& value : values) bind(statement, ++index, value);
}

Rows::Cell cell_of(const sqlite::Statement& row, int column) {
    if (row.is_null(column)) return std::monostate();
    if (row.is_integer(column)) return row.integer(column);
    return std::string(base::as_text(row.blob(column)));
}

}  // namespace

Result<std::unique_ptr<Database>> SqliteDatabase::open(const std::filesystem::path& path,
                                                       const char* vfs) {
    CF_LET(auto claim, sqlite::WriterClaim::take(path, vfs));
    std::error_code ignored;
    const bool is_there = std::filesystem::exists(path, ignored);
    const sqlite::Mode mode = is_there ? sqlite::Mode::read_write : sqlite::Mode::create;
    CF_LET(auto connection, sqlite::Connection::open({path, mode, vfs, kSqliteApplicationId}));
    CF_TRY(connection.execute(kPatience));
    // What is answered from here on, and built upon, must not vanish with the next power cut.
    CF_TRY(connection.settle());
    // What is refused to DELETE is refused to INSERT OR REPLACE, too.
    CF_TRY(connection.execute("PRAGMA recursive_triggers=ON"));
    return std::unique_ptr<Database>(new SqliteDatabase(std::move(claim), std::move(connection)));
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::read(const std::filesystem::path& path) {
    CF_LET(auto connection, sqlite::Connection::open(
                                {path, sqlite::Mode::read_only, nullptr, kSqliteApplicationId}));
    return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::nullopt, std::move(connection)));
}

Status SqliteDatabase::execute_script(const std::string& script) {
    return connection_.execute(script);
}

Result<sqlite::Statement*> SqliteDatabase::prepared(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return &known->second;
    CF_CHECK(statements_.size() < kMaxStatements);
    CF_LET(auto statement, connection_.prepare(sql));
    return &statements_.emplace(std::string(sql), std::move(statement)).first->second;
}

Result<Rows> SqliteDatabase::read(std::string_view sql, std::span<const Value> values) {
    CF_LET(sqlite::Statement * statement, prepared(sql));
    bind_all(*statement, values);
    const int columns = statement->columns();
    Rows rows(static_cast<std::size_t>(columns));
    for (;;) {
        CF_LET(const bool row, statement->step());
        if (!row) return rows;
        for (int column = 0; column < columns; ++column) rows.add(cell_of(*statement, column));
    }
}

Result<std::vector<Rows>> SqliteDatabase::read_all(std::span<const Question> questions) {
    std::vector<Rows> all;
    for (const Question& question : questions) {
        CF_LET(Rows rows, read(question.sql, question.values));
        all.push_back(std::move(rows));
    }
    return all;
}

Status SqliteDatabase::write_each(std::string_view sql, std::size_t width,
                                  std::span<const Value> values, Keys) {
    CF_LET(sqlite::Statement * statement, prepared(sql));
    for (; !values.empty(); values = values.subspan(width)) {
        bind_all(*statement, values.first(width));
        CF_TRY(statement->run());
    }
    return {};
}

Status SqliteDatabase::begin() {
    CF_CHECK(!transaction_);
    CF_LET(auto transaction, sqlite::Transaction::begin(connection_));
    transaction_.emplace(std::move(transaction));
    forget_failure();
    return {};
}

Status SqliteDatabase::commit() {
    CF_CHECK(transaction_.has_value());
    Status committed = usable();
    if (committed.ok()) committed = transaction_->commit();
    transaction_.reset();
    return committed;
}

Status SqliteDatabase::rollback() {
    transaction_.reset();
    return {};
}

}  // namespace counterfoil::store
