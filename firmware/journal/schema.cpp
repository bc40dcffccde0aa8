#include "firmware/journal/schema.h"

#include <algorithm>
#include <array>

#include "firmware/core/sqlite/migration.h"

namespace counterfoil::journal {

using base::Result;

namespace {

// Events are facts and stay as they are: the triggers refuse to change one, or to remove one that
// the base has not passed. The other tables but `identity` and `base` are projections: they can be
// thrown away and derived again.
constexpr std::array<sqlite::Migration, 2> kMigrations{{{1, R"sql(
    CREATE TABLE identity (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        terminal TEXT NOT NULL,
        epoch INTEGER NOT NULL CHECK (epoch >= 1),
        incarnation TEXT NOT NULL,
        header TEXT NOT NULL  -- the export's first line: terminal, epoch, certificates
    ) STRICT;
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY CHECK (seq >= 1),
        bytes TEXT NOT NULL,
        signature BLOB CHECK (signature IS NULL OR length(signature) = 64)
    ) STRICT;
    CREATE TRIGGER event_stays BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'an event cannot be changed'); END;
    CREATE TRIGGER event_remains BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'an event cannot be removed'); END;
    CREATE TABLE total (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        applied_seq INTEGER NOT NULL,
        receipts INTEGER NOT NULL,
        sales INTEGER NOT NULL,
        turnover_minor INTEGER NOT NULL,
        refunds INTEGER NOT NULL,
        refunded_minor INTEGER NOT NULL,
        training_sales INTEGER NOT NULL,
        z_reports INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE shift (
        shift TEXT PRIMARY KEY,
        opened_seq INTEGER NOT NULL,
        closed_seq INTEGER,
        counted_minor INTEGER,  -- what was in the drawer when it was closed
        z_number INTEGER,       -- of its Z report
        currency TEXT NOT NULL DEFAULT '',  -- of its receipts, once there is one that says so
        float_minor INTEGER NOT NULL,
        sales INTEGER NOT NULL DEFAULT 0,
        sales_minor INTEGER NOT NULL DEFAULT 0,
        refunds INTEGER NOT NULL DEFAULT 0,  -- voids among them
        voids INTEGER NOT NULL DEFAULT 0,
        refunded_minor INTEGER NOT NULL DEFAULT 0,
        discount_minor INTEGER NOT NULL DEFAULT 0,
        rounding_minor INTEGER NOT NULL DEFAULT 0,
        first_receipt INTEGER NOT NULL DEFAULT 0,
        last_receipt INTEGER NOT NULL DEFAULT 0,
        cash_in_minor INTEGER NOT NULL DEFAULT 0,
        cash_out_minor INTEGER NOT NULL DEFAULT 0,
        cash_minor INTEGER NOT NULL,  -- what the drawer should hold
        drawer_openings INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tender_total (
        shift TEXT NOT NULL,
        kind TEXT NOT NULL,
        taken_minor INTEGER NOT NULL,
        given_back_minor INTEGER NOT NULL,
        PRIMARY KEY (shift, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tax_total (
        shift TEXT NOT NULL,
        basis_points INTEGER NOT NULL,
        gross_minor INTEGER NOT NULL,  -- of sales less what was given back
        tax_minor INTEGER NOT NULL,
        PRIMARY KEY (shift, basis_points)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE coupon_use (
        coupon TEXT PRIMARY KEY,
        uses INTEGER NOT NULL CHECK (uses >= 0),
        last_seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE book_use (
        book INTEGER NOT NULL,
        member TEXT NOT NULL,  -- empty: all together
        uses INTEGER NOT NULL CHECK (uses >= 0),
        PRIMARY KEY (book, member)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE exposure (
        seq INTEGER PRIMARY KEY,
        member TEXT NOT NULL,        -- empty: nobody known
        face_minor INTEGER NOT NULL  -- what may be lost
    ) STRICT;
    CREATE TABLE made_coupon (
        serial TEXT PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL,
        member TEXT NOT NULL,
        book INTEGER NOT NULL,
        value_minor INTEGER NOT NULL,
        not_before_s INTEGER NOT NULL,
        expires_s INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE receipt (
        receipt INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,         -- the event that it stands for
        total_minor INTEGER NOT NULL,
        original INTEGER,             -- of a refund: the receipt that it takes back
        back_minor INTEGER NOT NULL   -- how much of it was given back so far
    ) STRICT;
    CREATE TABLE back_line (
        receipt INTEGER NOT NULL,
        line INTEGER NOT NULL,
        quantity_milli INTEGER NOT NULL,
        amount_minor INTEGER NOT NULL,
        PRIMARY KEY (receipt, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE request (
        request TEXT PRIMARY KEY,
        seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE copy (
        receipt INTEGER PRIMARY KEY,
        copies INTEGER NOT NULL CHECK (copies >= 1)
    ) STRICT;
    INSERT INTO total VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);
)sql"},
                                                        {2, R"sql(
    CREATE TABLE base (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL CHECK (seq >= 0),  -- the last event that was pruned
        head BLOB NOT NULL CHECK (length(head) = 32)
    ) STRICT;
    INSERT INTO base VALUES (1, 0, zeroblob(32));
    CREATE TRIGGER base_rises BEFORE UPDATE ON base WHEN NEW.seq <= OLD.seq OR NEW.id <> OLD.id
        BEGIN SELECT RAISE(ABORT, 'the base only rises'); END;
    CREATE TRIGGER base_remains BEFORE DELETE ON base
        BEGIN SELECT RAISE(ABORT, 'the base cannot be removed'); END;
    DROP TRIGGER event_remains;
    CREATE TRIGGER event_remains BEFORE DELETE ON event
        WHEN OLD.seq > coalesce((SELECT seq FROM base), 0)
        BEGIN SELECT RAISE(ABORT, 'an event cannot be removed'); END;
)sql"}}};

}  // namespace

Result<sqlite::Connection> open_database(const std::filesystem::path& path, sqlite::Mode mode,
                                         const char* vfs) {
    return sqlite::open_ready({path, mode, vfs, kApplicationId}, kMigrations);
}

// Only a program that writes brings a file up to date; who reads it may be the newer one.
Result<ledger::Base> load_base(sqlite::Connection& connection) {
    constexpr int kFirstWithBase = 2;
    CF_LET(const int version, sqlite::schema_version(connection));
    if (version < kFirstWithBase) return ledger::Base{};
    CF_LET(sqlite::Statement select, connection.prepare("SELECT seq, head FROM base"));
    CF_LET(const bool row, select.step());
    const base::ByteView head = row ? select.blob(1) : base::ByteView();
    if (head.size() != sizeof(crypto::Digest))
        return base::Error(base::Code::corrupt, "what says where the events begin is damaged");
    ledger::Base base{select.integer(0), {}};
    std::ranges::copy(head, base.head.begin());
    return base;
}

base::Status store_base(sqlite::Connection& connection, const ledger::Base& base) {
    CF_LET(sqlite::Statement update, connection.prepare("UPDATE base SET seq = ?, head = ?"));
    return update.bind(1, base.seq).bind(2, base::ByteView(base.head)).run();
}

}  // namespace counterfoil::journal
