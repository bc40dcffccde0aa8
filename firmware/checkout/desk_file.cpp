#include "firmware/checkout/desk_file.h"

#include <algorithm>
#include <array>

#include "firmware/core/sqlite/migration.h"

namespace counterfoil::checkout {

using base::Result;
using base::Status;

namespace {

constexpr std::int32_t kApplicationId = 0x43464453;  // "CFDS"

constexpr std::int64_t kKeptEdits = 1000;

constexpr std::array<sqlite::Migration, 2> kMigrations{{{1, R"sql(
    CREATE TABLE parked (
        id TEXT PRIMARY KEY,
        label TEXT NOT NULL,
        staff TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        basket TEXT NOT NULL  -- JSON
    ) STRICT;
    CREATE TABLE open_basket (
        screen TEXT PRIMARY KEY,
        basket TEXT NOT NULL  -- JSON
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE signed_in (
        screen TEXT PRIMARY KEY,
        staff TEXT NOT NULL,
        last_active_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE trial (
        staff TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        last_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE shown (
        device BLOB PRIMARY KEY,
        shown_s INTEGER NOT NULL,
        counter INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE paper (
        seq INTEGER PRIMARY KEY,  -- of the event
        state INTEGER NOT NULL CHECK (state IN (1, 2))  -- begun, in doubt
    ) STRICT;
    CREATE TABLE paper_cursor (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        seq INTEGER NOT NULL
    ) STRICT;
)sql"},
                                                        {2, R"sql(
    ALTER TABLE open_basket ADD COLUMN id TEXT NOT NULL DEFAULT '';
    ALTER TABLE signed_in ADD COLUMN proof TEXT NOT NULL DEFAULT '';
    CREATE TABLE edit (
        number INTEGER PRIMARY KEY,
        screen TEXT NOT NULL,
        request TEXT NOT NULL,
        answer TEXT NOT NULL,
        UNIQUE (screen, request)
    ) STRICT;
)sql"}}};

ParkedBasket parked_row(const sqlite::Statement& row) {
    return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
            base::WallTime{row.integer(3)}, std::string(row.text(4))};
}

}  // namespace

Result<DeskFile> DeskFile::open(const std::filesystem::path& database, const char* vfs) {
    CF_LET(auto claim, sqlite::WriterClaim::take(database, vfs));
    std::error_code ignored;
    const bool there = std::filesystem::exists(database, ignored);
    const sqlite::Mode mode = there ? sqlite::Mode::read_write : sqlite::Mode::create;
    CF_LET(auto connection, sqlite::Connection::open({database, mode, vfs, kApplicationId}));
    // Who could read it could take up somebody else's session.
    std::filesystem::permissions(
        database, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
        ignored);
    const Status ready = sqlite::migrate(connection, kMigrations);
    if (!ready.ok()) return ready.error().within(database.string());
    return DeskFile(std::move(claim), std::make_unique<sqlite::Connection>(std::move(connection)));
}

Status DeskFile::park(const ParkedBasket& basket) {
    CF_LET(auto insert,
           connection_->prepare("INSERT INTO parked VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                                "SET label = excluded.label, staff = excluded.staff, "
                                "at_ms = excluded.at_ms, basket = excluded.basket"));
    insert.bind(1, basket.id).bind(2, basket.label).bind(3, basket.staff);
    return insert.bind(4, basket.at.unix_ms).bind(5, basket.basket).run();
}

Status DeskFile::forget_parked(std::string_view id) {
    CF_LET(auto remove, connection_->prepare("DELETE FROM parked WHERE id = ?"));
    return remove.bind(1, id).run();
}

Status DeskFile::drop_parked(std::string_view id, base::WallTime now) {
    constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
    CF_LET(auto transaction, sqlite::Transaction::begin(*connection_));
    CF_LET(auto empty,
           connection_->prepare("UPDATE parked SET basket = '', at_ms = ?2 WHERE id = ?1"));
    CF_TRY(empty.bind(1, id).bind(2, now.unix_ms).run());
    CF_LET(auto remove, connection_->prepare("DELETE FROM parked WHERE basket = '' AND at_ms < ?"));
    CF_TRY(remove.bind(1, now.unix_ms - kDayMs).run());
    return transaction.commit();
}

Result<std::optional<ParkedBasket>> DeskFile::find_parked(std::string_view id) {
    CF_LET(auto find, connection_->prepare("SELECT * FROM parked WHERE id = ?"));
    CF_LET(const bool row, find.bind(1, id).step());
    if (!row) return std::optional<ParkedBasket>();
    return std::optional(parked_row(find));
}

Result<std::vector<ParkedBasket>> DeskFile::all_parked() {
    CF_LET(auto rows,
           connection_->prepare("SELECT * FROM parked WHERE basket <> '' ORDER BY at_ms, rowid"));
    std::vector<ParkedBasket> all;
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return all;
        all.push_back(parked_row(rows));
    }
}

Status DeskFile::keep_basket(const ScreenEdit& edit, std::string_view id, std::string_view basket) {
    CF_LET(auto transaction, sqlite::Transaction::begin(*connection_));
    CF_LET(auto elsewhere,
           connection_->prepare("DELETE FROM open_basket WHERE id = ? AND screen <> ?"));
    CF_TRY(elsewhere.bind(1, id).bind(2, edit.screen).run());
    CF_LET(auto insert,
           connection_->prepare("INSERT INTO open_basket VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
                                "SET basket = excluded.basket, id = excluded.id"));
    CF_TRY(insert.bind(1, edit.screen).bind(2, basket).bind(3, id).run());
    CF_TRY(put_edit(edit));
    return transaction.commit();
}

Status DeskFile::remove_basket(std::string_view screen) {
    CF_LET(auto remove, connection_->prepare("DELETE FROM open_basket WHERE screen = ?"));
    return remove.bind(1, screen).run();
}

Status DeskFile::forget_basket(const ScreenEdit& edit) {
    CF_LET(auto transaction, sqlite::Transaction::begin(*connection_));
    CF_TRY(remove_basket(edit.screen));
    CF_TRY(put_edit(edit));
    return transaction.commit();
}

Result<std::optional<std::string>> DeskFile::screen_of_basket(std::string_view id) {
    CF_LET(auto find, connection_->prepare("SELECT screen FROM open_basket WHERE id = ?"));
    CF_LET(const bool row, find.bind(1, id).step());
    if (!row) return std::optional<std::string>();
    return std::optional(std::string(find.text(0)));
}

Status DeskFile::put_edit(const ScreenEdit& edit) {
    if (edit.request.empty()) return {};
    CF_LET(auto insert, connection_->prepare("INSERT OR IGNORE INTO edit (screen, request, answer) "
                                             "VALUES (?, ?, ?)"));
    CF_TRY(insert.bind(1, edit.screen).bind(2, edit.request).bind(3, edit.answer).run());
    CF_LET(auto forget, connection_->prepare("DELETE FROM edit WHERE number <= "
                                             "(SELECT max(number) FROM edit) - ?"));
    return forget.bind(1, kKeptEdits).run();
}

Status DeskFile::remember(const ScreenEdit& edit) {
    CF_LET(auto transaction, sqlite::Transaction::begin(*connection_));
    CF_TRY(put_edit(edit));
    return transaction.commit();
}

Result<std::optional<std::string>> DeskFile::find_edit(std::string_view screen,
                                                       std::string_view request) {
    if (request.empty()) return std::optional<std::string>();
    CF_LET(auto find,
           connection_->prepare("SELECT answer FROM edit WHERE screen = ? AND request = ?"));
    CF_LET(const bool row, find.bind(1, screen).bind(2, request).step());
    if (!row) return std::optional<std::string>();
    return std::optional(std::string(find.text(0)));
}

Result<std::optional<std::string>> DeskFile::find_basket(std::string_view screen) {
    CF_LET(auto find, connection_->prepare("SELECT basket FROM open_basket WHERE screen = ?"));
    CF_LET(const bool row, find.bind(1, screen).step());
    if (!row) return std::optional<std::string>();
    return std::optional(std::string(find.text(0)));
}

Status DeskFile::sign_in(std::string_view screen, const SignedIn& person) {
    CF_LET(auto insert,
           connection_->prepare("INSERT INTO signed_in VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                                "SET staff = excluded.staff, proof = excluded.proof, "
                                "last_active_ms = excluded.last_active_ms"));
    insert.bind(1, screen).bind(2, person.staff).bind(3, person.last_active.unix_ms);
    return insert.bind(4, person.proof).run();
}

Status DeskFile::stay_signed_in(std::string_view screen, base::WallTime now) {
    CF_LET(auto update,
           connection_->prepare("UPDATE signed_in SET last_active_ms = ? WHERE screen = ?"));
    return update.bind(1, now.unix_ms).bind(2, screen).run();
}

Status DeskFile::sign_out(std::string_view screen) {
    CF_LET(auto remove, connection_->prepare("DELETE FROM signed_in WHERE screen = ?"));
    return remove.bind(1, screen).run();
}

Result<std::optional<SignedIn>> DeskFile::signed_in(std::string_view screen) {
    CF_LET(auto find, connection_->prepare("SELECT staff, last_active_ms, proof FROM signed_in "
                                           "WHERE screen = ?"));
    CF_LET(const bool row, find.bind(1, screen).step());
    if (!row) return std::optional<SignedIn>();
    return std::optional(
        SignedIn{std::string(find.text(0)), {find.integer(1)}, std::string(find.text(2))});
}

Status DeskFile::set_trials(std::string_view staff, const Trials& trials) {
    CF_LET(auto insert,
           connection_->prepare("INSERT INTO trial VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
                                "failures = excluded.failures, last_ms = excluded.last_ms"));
    return insert.bind(1, staff).bind(2, trials.failures).bind(3, trials.last.unix_ms).run();
}

Result<Trials> DeskFile::trials(std::string_view staff) {
    CF_LET(auto find, connection_->prepare("SELECT failures, last_ms FROM trial WHERE staff = ?"));
    CF_LET(const bool row, find.bind(1, staff).step());
    return row ? Trials{find.integer(0), {find.integer(1)}} : Trials{};
}

Status DeskFile::remember_shown(const crypto::CompressedKey& device,
                                const token::Showing& showing) {
    CF_LET(auto insert,
           connection_->prepare("INSERT INTO shown VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
                                "shown_s = excluded.shown_s, counter = excluded.counter"));
    insert.bind(1, base::ByteView(device)).bind(2, showing.shown_s);
    return insert.bind(3, std::int64_t{showing.counter}).run();
}

Status DeskFile::forget_shown(std::int64_t before_s) {
    CF_LET(auto remove, connection_->prepare("DELETE FROM shown WHERE shown_s < ?"));
    return remove.bind(1, before_s).run();
}

Status DeskFile::each_shown(
    const std::function<void(const crypto::CompressedKey&, const token::Showing&)>& visit) {
    CF_LET(auto rows, connection_->prepare("SELECT device, shown_s, counter FROM shown"));
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return {};
        crypto::CompressedKey device{};
        const base::ByteView blob = rows.blob(0);
        if (blob.size() != device.size()) continue;
        std::ranges::copy(blob, device.begin());
        visit(device, {rows.integer(1), static_cast<std::uint32_t>(rows.integer(2))});
    }
}

}  // namespace counterfoil::checkout
