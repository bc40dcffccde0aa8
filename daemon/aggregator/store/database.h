#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/result.h"

// The centre's database, behind one face: SQLite on one small box, PostgreSQL when it grows. What
// is stored, and why, is written once, in SQL that both understand.
namespace counterfoil::store {

enum class Dialect { sqlite, postgres };

// Of rows that are written by one call: whether two of them can be the same row of the table.
enum class Keys { may_repeat, all_differ };

// A text or blob has at most so many bytes, and a connection at most so many prepared statements.
inline constexpr std::size_t kMaxValueBytes = 1 << 20;
inline constexpr std::size_t kMaxStatements = 500;

// What a statement is given. Texts and blobs are not copied: they must live for the call.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, base::ByteView>;

// What a query gives, all of it. Rows and columns count from 0.
class Rows {
  public:
    using Cell = std::variant<std::monostate, std::int64_t, std::string>;

    explicit Rows(std::size_t columns) : columns_(columns) {}
    void add(Cell cell) { cells_.push_back(std::move(cell)); }

    std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
    bool empty() const { return cells_.empty(); }

    // The column is of this kind and not null.
    std::int64_t integer(std::size_t row, std::size_t column) const {
        return std::get<std::int64_t>(cell(row, column));
    }
    std::string_view text(std::size_t row, std::size_t column) const {
        return std::get<std::string>(cell(row, column));
    }
    base::ByteView blob(std::size_t row, std::size_t column) const {
        return base::as_bytes(text(row, column));
    }
    bool is_null(std::size_t row, std::size_t column) const {
        return std::holds_alternative<std::monostate>(cell(row, column));
    }

    bool operator==(const Rows&) const = default;

  private:
    const Cell& cell(std::size_t row, std::size_t column) const {
        CF_CHECK(column < columns_ && row < size());
        return cells_[row * columns_ + column];
    }

    std::size_t columns_;
    std::vector<Cell> cells_;
};

struct Question {
    std::string_view sql;
    std::vector<Value> values;
};

// One connection, used by one thread. A statement's parameters are $1, $2 and so on, first used in
// that order; a text is prepared once and kept, so that it is one of a bounded number, and never
// made out of what a stranger sent. Integers are 64 bits wide, texts UTF-8 without NUL.
//
// A value is of its column's kind. Where PostgreSQL has no column to go by ("SELECT $1"), the
// statement casts; and it casts what would be of another kind than integer (or truth), text or
// bytes: there, the SUM or AVG of a BIGINT is a NUMERIC, and CAST(SUM(x) AS BIGINT) is a BIGINT.
//
// Errors: refused where a constraint says no; second_writer where another transaction was in the
// way for too long, and this one may be done again from its beginning; io_failed where the database
// cannot be reached or its disk fails; disk_full. The last three are the store's own. Behind an
// error in a transaction nothing but rollback() is of use: all else fails, and so does commit().
class Database {
  public:
    virtual ~Database() = default;

    virtual Dialect dialect() const = 0;

    // Statements without parameters, whose rows do not matter. Several are one whole only within a
    // transaction.
    virtual base::Status execute(const std::string& script) = 0;
    virtual base::Result<Rows> query(std::string_view sql, std::span<const Value> values) = 0;
    // Several questions, answered in their order: a server is asked them all at once.
    virtual base::Result<std::vector<Rows>> query_all(std::span<const Question> questions) = 0;
    // The same statement once for each `width` values, in order, and as fast as can be. Outside a
    // transaction it is one by itself: all or none.
    virtual base::Status run_each(std::string_view sql, std::size_t width,
                                  std::span<const Value> values, Keys keys) = 0;
    base::Status run_each(std::string_view sql, std::size_t width, std::span<const Value> values) {
        return run_each(sql, width, values, Keys::may_repeat);
    }

    // Does what is given. Within a transaction, what run_each() writes meanwhile is not waited for:
    // its error may come with a later call, at the latest with commit().
    virtual base::Status together(const std::function<base::Status()>& writes) = 0;

    // A writer's transaction. What commit() has confirmed survives a power cut. After an error of
    // the store's own nobody knows whether it was done, until it is read; after others it was not.
    virtual base::Status begin() = 0;
    // begin() and query_all() in one: a server is asked them all at once. Where a question fails
    // nothing has begun.
    virtual base::Result<std::vector<Rows>> begin_with(std::span<const Question> questions);
    virtual base::Status commit() = 0;
    virtual base::Status rollback() = 0;

    // Who serves the database alone, beside whom others may come and go, says so: second_writer
    // where another one has, until that one's connection ends. Not within a transaction.
    virtual base::Status claim() = 0;

    // Behind a SELECT: nobody else changes these rows until this transaction has ended. Empty where
    // a transaction is alone anyway.
    virtual std::string_view for_update() const = 0;

    base::Result<Rows> query(std::string_view sql, std::initializer_list<Value> values = {}) {
        return query(sql, std::span<const Value>(values.begin(), values.size()));
    }
    base::Status run(std::string_view sql, std::initializer_list<Value> values = {}) {
        const auto done = query(sql, std::span<const Value>(values.begin(), values.size()));
        if (!done.ok()) return done.error();
        return {};
    }
};

// Rolls back unless it was committed. The database must outlive it.
class Transaction {
  public:
    static base::Result<Transaction> begin(Database& database);
    // The answers stand in `answers`.
    static base::Result<Transaction> begin_with(Database& database,
                                                std::span<const Question> questions,
                                                std::vector<Rows>& answers);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    base::Status commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}

    Database* database_;
};

}  // namespace counterfoil::store
