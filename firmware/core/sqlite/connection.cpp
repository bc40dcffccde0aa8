#include "firmware/core/sqlite/connection.h"

#include <sqlite3.h>
#include <unistd.h>

#include "firmware/core/sqlite/sqlite_error.h"

namespace counterfoil::sqlite {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// A reader may have to wait for the moment in which a writer resets the write-ahead log.
constexpr int kBusyTimeoutMs = 2000;
constexpr int kMaxValueBytes = 1 << 20;
constexpr int kSynchronousFull = 2;

Error last_error(sqlite3* database) {
    return sqlite_error(sqlite3_extended_errcode(database), sqlite3_errmsg(database));
}

int open_flags(Mode mode) {
    constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (mode) {
        case Mode::create:
            return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        case Mode::read_write:
            return kCommon | SQLITE_OPEN_READWRITE;
        case Mode::read_only:
            return kCommon | SQLITE_OPEN_READONLY;
    }
    CF_CHECK(false);
}

// "file:" form for a file that nobody writes, such as an auditor's copy on read-only media: there
// SQLite cannot make the shared-memory file that WAL mode wants, and needs none.
std::string immutable_uri(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (char c : std::filesystem::absolute(path).string()) {
        if (c == '?')
            uri += "%3f";
        else if (c == '#')
            uri += "%23";
        else if (c == '%')
            uri += "%25";
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

bool needs_immutable(const OpenOptions& options) {
    if (options.mode != Mode::read_only || options.vfs != nullptr) return false;
    std::filesystem::path folder = options.path.parent_path();
    if (folder.empty()) folder = ".";
    std::filesystem::path log = options.path;
    log += "-wal";
    std::error_code ignored;
    return ::access(folder.c_str(), W_OK) != 0 && !std::filesystem::exists(log, ignored);
}

// What SQLite makes for a moment is made beside a file, and not where a machine without much memory
// may have it in memory.
class CopyBeside {
  public:
    explicit CopyBeside(const std::filesystem::path& file) {
        const std::string folder = file.parent_path().string();
        if (!folder.empty()) sqlite3_temp_directory = sqlite3_mprintf("%s", folder.c_str());
    }
    CopyBeside(const CopyBeside&) = delete;
    CopyBeside& operator=(const CopyBeside&) = delete;
    ~CopyBeside() {
        sqlite3_free(sqlite3_temp_directory);
        sqlite3_temp_directory = nullptr;
    }
};

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement& Statement::bind(int index, std::int64_t value) {
    CF_CHECK(sqlite3_bind_int64(statement_.get(), index, value) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
    CF_CHECK(value.size() <= kMaxValueBytes);
    // An empty view may have no memory at all, which SQLite would take for NULL.
    CF_CHECK(sqlite3_bind_text(statement_.get(), index, value.empty() ? "" : value.data(),
                               static_cast<int>(value.size()), nullptr) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, base::ByteView value) {
    CF_CHECK(value.size() <= kMaxValueBytes);
    const void* data = value.empty() ? static_cast<const void*>("") : value.data();
    CF_CHECK(sqlite3_bind_blob(statement_.get(), index, data, static_cast<int>(value.size()),
                               nullptr) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_null(int index) {
    CF_CHECK(sqlite3_bind_null(statement_.get(), index) == SQLITE_OK);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        reset();
        return false;
    }
    const Error error = last_error(sqlite3_db_handle(statement_.get()));
    reset();
    return error;
}

Status Statement::run() {
    for (;;) {
        CF_LET(const bool row, step());
        if (!row) return {};
    }
}

// The code that reset repeats is the last step's, which was returned then.
void Statement::reset() {
    sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
    return base::as_text(blob(column));
}

base::ByteView Statement::blob(int column) const {
    const auto* data =
        static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

bool Statement::is_integer(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}

int Statement::columns() const {
    return sqlite3_column_count(statement_.get());
}

void Connection::Close::operator()(sqlite3* database) const {
    // Statements may outlive the connection object by a moment, in whatever order members go.
    sqlite3_close_v2(database);
}

Result<Connection> Connection::open(const OpenOptions& options) {
    const bool immutable = needs_immutable(options);
    const std::string name = immutable ? immutable_uri(options.path) : options.path.string();
    const int flags = open_flags(options.mode) | (immutable ? SQLITE_OPEN_URI : 0);
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &database, flags, options.vfs);
    CF_CHECK(database != nullptr);
    Connection connection(database);
    if (code != SQLITE_OK) return last_error(database).within(options.path.string());
    sqlite3_busy_timeout(database, kBusyTimeoutMs);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    // Until the file is known to be ours, closing must not touch it either.
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    Status ready = connection.execute(
        "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON;");
    if (ready.ok()) ready = connection.check_kind(options);
    if (ready.ok() && options.mode != Mode::read_only)
        ready = connection.prepare_for_writing(options);
    if (!ready.ok()) return ready.error().within(options.path.string());
    return connection;
}

Status Connection::check_kind(const OpenOptions& options) {
    CF_LET(const std::int64_t id, read_integer("PRAGMA application_id"));
    if (id == options.application_id) return {};
    CF_LET(const std::int64_t tables, read_integer("SELECT count(*) FROM sqlite_schema"));
    if (options.mode == Mode::create && id == 0 && tables == 0) return {};
    return Error(Code::foreign_file, "the file is a database, but not one of this kind");
}

Status Connection::prepare_for_writing(const OpenOptions& options) {
    if (sqlite3_db_readonly(database_.get(), "main") == 1)
        return Error(Code::read_only, "the file or its folder cannot be written");
    {
        CF_LET(Statement mode, prepare("PRAGMA journal_mode=WAL"));
        CF_LET(const bool row, mode.step());
        if (!row || mode.text(0) != "wal")
            return Error(Code::io_failed, "the disk cannot hold a write-ahead log");
    }
    CF_TRY(execute("PRAGMA synchronous=FULL"));
    CF_LET(const std::int64_t synchronous, read_integer("PRAGMA synchronous"));
    CF_LET(const std::int64_t foreign_keys, read_integer("PRAGMA foreign_keys"));
    CF_LET(const std::int64_t trusted, read_integer("PRAGMA trusted_schema"));
    CF_CHECK(synchronous == kSynchronousFull && foreign_keys == 1 && trusted == 0);
    CF_LET(const std::int64_t id, read_integer("PRAGMA application_id"));
    if (id != options.application_id)
        CF_TRY(execute("PRAGMA application_id=" + std::to_string(options.application_id)));
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return last_error(database_.get());
    return Statement(statement);
}

Status Connection::execute(const std::string& sql) {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return last_error(database_.get());
    return {};
}

Result<std::int64_t> Connection::read_integer(std::string_view sql) {
    CF_LET(Statement query, prepare(sql));
    CF_LET(const bool row, query.step());
    CF_CHECK(row);
    return query.integer(0);
}

Status Connection::settle() {
    // Every page is written into the main file and synced there.
    if (sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                  nullptr) != SQLITE_OK)
        return last_error(database_.get());
    // The log was emptied, but that is not synced: after a power cut an older, incomplete log could
    // come back and be replayed over newer pages. A commit puts a new log in its place.
    CF_LET(const std::int64_t version, read_integer("PRAGMA user_version"));
    return execute("PRAGMA user_version=" + std::to_string(version));
}

Result<Connection::Room> Connection::room() {
    CF_LET(const std::int64_t page, read_integer("PRAGMA page_size"));
    CF_LET(const std::int64_t pages, read_integer("PRAGMA page_count"));
    CF_LET(const std::int64_t unused, read_integer("PRAGMA freelist_count"));
    return Room{(pages - unused) * page, unused * page};
}

Status Connection::compact() {
    sqlite3* database = database_.get();
    {
        const CopyBeside beside(sqlite3_db_filename(database, "main"));
        // The copy is attached while it is made.
        sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 1);
        const Status done = execute("VACUUM");
        sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
        CF_TRY(done);
    }
    // All of it is in the log yet.
    return settle();
}

Status Connection::leave_log() {
    CF_LET(Statement mode, prepare("PRAGMA journal_mode=DELETE"));
    CF_LET(const bool row, mode.step());
    if (row && mode.text(0) == "delete") return {};
    return Error(Code::second_writer, "the file is in use, so that its log cannot be left");
}

Status Connection::check_structure() {
    CF_LET(Statement check, prepare("PRAGMA integrity_check(1)"));
    CF_LET(const bool row, check.step());
    CF_CHECK(row);
    if (check.text(0) == "ok") return {};
    return Error(Code::corrupt, "the file is damaged: " + std::string(check.text(0)));
}

Result<Transaction> Transaction::begin(Connection& connection) {
    CF_TRY(connection.execute("BEGIN IMMEDIATE"));
    return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
    if (connection_ == nullptr) return;
    // Where SQLite has rolled back by itself this fails, which is just as good.
    [[maybe_unused]] const Status undone = connection_->execute("ROLLBACK");
}

Status Transaction::commit() {
    CF_CHECK(connection_ != nullptr);
    CF_TRY(connection_->execute("COMMIT"));
    connection_ = nullptr;
    return {};
}

}  // namespace counterfoil::sqlite
