#include "firmware/mirror/schema.h"

#include <array>

#include "firmware/core/sqlite/migration.h"

namespace counterfoil::mirror {

using base::Result;

namespace {

// All of it is a copy: a file that is lost or damaged is loaded again. No table refers to another,
// so that emptying one is a matter of pages and not of rows; the loader checks what refers to what.
constexpr std::array<sqlite::Migration, 2> kMigrations{{{1, R"sql(
    CREATE TABLE meta (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL,
        cursor INTEGER NOT NULL,
        loaded_at_ms INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL  -- JSON
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE book (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        min_basket_minor INTEGER NOT NULL,
        scope TEXT NOT NULL,  -- JSON: products and categories
        stackable INTEGER NOT NULL CHECK (stackable IN (0, 1)),
        per_customer_limit INTEGER,
        cap INTEGER
    ) STRICT;
    CREATE TABLE product (
        gtin INTEGER PRIMARY KEY,
        plu INTEGER UNIQUE,
        name TEXT NOT NULL,
        category TEXT NOT NULL,
        unit_price_minor INTEGER NOT NULL,
        vat_basis_points INTEGER NOT NULL,
        sold_by TEXT NOT NULL
    ) STRICT;
    CREATE INDEX product_category ON product (category, name);
    CREATE TABLE staff (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        pin_hash TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE member (
        id BLOB PRIMARY KEY CHECK (length(id) = 16),
        loyalty_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        phone_hash BLOB UNIQUE CHECK (phone_hash IS NULL OR length(phone_hash) = 32),
        tier INTEGER NOT NULL,
        points INTEGER NOT NULL,
        version INTEGER NOT NULL,
        lease_terminal TEXT,
        lease_epoch INTEGER,
        lease_quantity INTEGER,
        lease_expires_s INTEGER,
        CHECK ((lease_terminal IS NULL) = (lease_epoch IS NULL) AND
               (lease_terminal IS NULL) = (lease_quantity IS NULL) AND
               (lease_terminal IS NULL) = (lease_expires_s IS NULL))
    ) STRICT;
    CREATE TABLE coupon (
        serial BLOB PRIMARY KEY CHECK (length(serial) = 8),
        code TEXT UNIQUE,
        book INTEGER NOT NULL,
        kind TEXT NOT NULL,
        value INTEGER NOT NULL,
        not_before_s INTEGER NOT NULL,
        expires_s INTEGER NOT NULL,
        holder BLOB CHECK (holder IS NULL OR length(holder) = 16),
        stores TEXT NOT NULL,  -- JSON: numbers
        home INTEGER NOT NULL,
        uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
        state TEXT NOT NULL,
        lease_terminal TEXT,
        lease_epoch INTEGER,
        lease_quantity INTEGER,
        lease_expires_s INTEGER,
        CHECK ((lease_terminal IS NULL) = (lease_epoch IS NULL) AND
               (lease_terminal IS NULL) = (lease_quantity IS NULL) AND
               (lease_terminal IS NULL) = (lease_expires_s IS NULL))
    ) STRICT;
    INSERT INTO meta VALUES (1, 0, 0, 0, 0);
)sql"},
                                                        {2, R"sql(
    -- Up to which event of this till's ledger the row takes account of.
    ALTER TABLE member ADD COLUMN included_seq INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE coupon ADD COLUMN included_seq INTEGER NOT NULL DEFAULT 0;
    UPDATE member SET included_seq = (SELECT cursor FROM meta);
    UPDATE coupon SET included_seq = (SELECT cursor FROM meta);
    -- In which round over its class the row came: what did not come in the last one is gone.
    ALTER TABLE setting ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE book ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE product ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE staff ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE member ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE coupon ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    -- How far each class has come by deltas.
    CREATE TABLE class (
        name TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        round INTEGER NOT NULL,
        is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
        included_seq INTEGER NOT NULL,
        told_ms INTEGER NOT NULL  -- by the centre's clock
    ) STRICT, WITHOUT ROWID;
    -- Whose events are meant; nobody's before the first delta.
    CREATE TABLE source (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        terminal TEXT NOT NULL,
        epoch INTEGER NOT NULL
    ) STRICT;
)sql"}}};

}  // namespace

Result<sqlite::Connection> open_database(const std::filesystem::path& path, sqlite::Mode mode,
                                         const char* vfs) {
    return sqlite::open_ready({path, mode, vfs, kApplicationId}, kMigrations);
}

}  // namespace counterfoil::mirror
