#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace counterfoil::sqlite {

// create: a new file; read_write: one that is there; read_only: never changes a byte of it.
enum class Mode { create, read_write, read_only };

struct OpenOptions {
    std::filesystem::path path;
    Mode mode = Mode::read_only;
    // The SQLite VFS to go through; null is the operating system's files. Tests bring their own.
    const char* vfs = nullptr;
    // Stands in the file's header, so that a file of another kind is told apart: foreign_file.
    std::int32_t application_id = 0;
};

// One prepared statement. It belongs to its connection's thread and must not outlive it. Bound
// texts and blobs are not copied: they must live until the statement is reset or bound anew.
class Statement {
  public:
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view value);
    Statement& bind(int index, base::ByteView value);
    Statement& bind_null(int index);

    // The next row: true, or false at the end. After an error or the end the statement is reset.
    base::Result<bool> step();
    // Steps to the end, for statements whose rows do not matter.
    base::Status run();
    void reset();

    // A column of the current row, from 0. Views live until the next step or reset.
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    base::ByteView blob(int column) const;
    bool is_null(int column) const;
    bool is_integer(int column) const;
    int columns() const;

  private:
    friend class Connection;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// An open database, used by one thread. A writer runs in WAL mode with every commit synced to the
// disk; opening asserts that, and fails where the file cannot be held to it. The caller holds the
// WriterClaim of a file that it opens for writing.
class Connection {
  public:
    static base::Result<Connection> open(const OpenOptions& options);

    base::Result<Statement> prepare(std::string_view sql);
    // Runs one or more statements without parameters.
    base::Status execute(const std::string& sql);
    // The first column of the first row of a query without parameters.
    base::Result<std::int64_t> read_integer(std::string_view sql);

    // Makes all that this connection sees durable, whatever happened before it was opened: after a
    // sync that failed, Linux goes on to show pages that the disk never got.
    base::Status settle();

    // What of the file holds something, and what holds nothing any more.
    struct Room {
        std::int64_t used_bytes = 0;
        std::int64_t free_bytes = 0;
    };
    base::Result<Room> room();

    // Gives the disk back what holds nothing. Meanwhile that disk needs room for twice what holds
    // something: a copy of no name, and the log. Stopped at any moment, the file is whole and as it
    // was, or done. Others may read it; no statement may be under way, and no thread may open a
    // database meanwhile.
    base::Status compact();

    // Puts all that is in the write-ahead log into the file, durably, and goes on without one: the
    // file is then whole by itself. Nobody else may have it open.
    base::Status leave_log();

    // SQLite's own check of the whole file's structure; corrupt with its first complaint.
    base::Status check_structure();

  private:
    friend class Copy;
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Connection(sqlite3* database) : database_(database) {}
    base::Status check_kind(const OpenOptions& options);
    base::Status prepare_for_writing(const OpenOptions& options);

    std::unique_ptr<sqlite3, Close> database_;
};

// Begins at once with the right to write; rolls back unless committed.
class Transaction {
  public:
    static base::Result<Transaction> begin(Connection& connection);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    // When this returns success, what was written survives a power cut.
    base::Status commit();

  private:
    explicit Transaction(Connection& connection) : connection_(&connection) {}

    Connection* connection_;
};

}  // namespace counterfoil::sqlite
