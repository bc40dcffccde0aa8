#include "firmware/mirror/tables.h"

#include "firmware/core/central/names.h"
#include "firmware/mirror/column.h"

namespace counterfoil::mirror {

using base::Result;
using base::Status;
using sqlite::Statement;

namespace {

// By Row::index(): what stands behind "INSERT ... INTO".
constexpr std::array<std::string_view, kRowKinds> kPlaces{
    "setting (name, value, round) VALUES (?, ?, ?)",
    "book (number, name, min_basket_minor, scope, stackable, per_customer_limit, cap, round) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "product (gtin, plu, name, category, unit_price_minor, vat_basis_points, sold_by, round) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "staff (id, name, role, pin_hash, round) VALUES (?, ?, ?, ?, ?)",
    "member (id, loyalty_id, name, phone_hash, tier, points, version, lease_terminal, lease_epoch, "
    "lease_quantity, lease_expires_s, included_seq, round) "
    "VALUES (?1, ?2, ?3, CASE WHEN EXISTS (SELECT 1 FROM member m WHERE m.phone_hash = ?4 AND "
    "m.id <> ?1 AND m.round = ?13) THEN NULL ELSE ?4 END, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    "coupon (serial, code, book, kind, value, not_before_s, expires_s, holder, stores, home, "
    "uses_left, state, lease_terminal, lease_epoch, lease_quantity, lease_expires_s, included_seq, "
    "round) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
// The same for bundles, in which no two members share a phone.
constexpr std::string_view kMemberOfBundle =
    "member (id, loyalty_id, name, phone_hash, tier, points, version, lease_terminal, lease_epoch, "
    "lease_quantity, lease_expires_s, included_seq, round) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::size_t kMember = central::row_index<Member>();
constexpr std::array<std::string_view, kRowKinds> kRemoves{
    "DELETE FROM setting WHERE name = ?", "DELETE FROM book WHERE number = ?",
    "DELETE FROM product WHERE gtin = ?", "DELETE FROM staff WHERE id = ?",
    "DELETE FROM member WHERE id = ?",    "DELETE FROM coupon WHERE serial = ?"};

template <class T>
void bind_optional(Statement& statement, int index, const std::optional<T>& value) {
    if (!value)
        statement.bind_null(index);
    else
        statement.bind(index, *value);
}

// Its four columns from `index` on, or as many that hold nothing.
void bind_lease(Statement& statement, int index, const std::optional<Lease>& lease) {
    if (lease) {
        statement.bind(index, lease->terminal).bind(index + 1, lease->epoch);
        statement.bind(index + 2, lease->quantity).bind(index + 3, lease->expires_s);
    } else {
        for (int column = index; column < index + 4; ++column) statement.bind_null(column);
    }
}

// Each binds a row's own columns, and then what stands beside it. What is bound and stands in no
// row is held, until the statement has run.
void bind_row(Statement& statement, const Setting& row, const Tables::Mark& mark, std::string&) {
    statement.bind(1, row.name).bind(2, row.value).bind(3, mark.round);
}

void bind_row(Statement& statement, const Book& row, const Tables::Mark& mark, std::string& held) {
    held = scope_column(row.scope);
    statement.bind(1, std::int64_t{row.number}).bind(2, row.name).bind(3, row.min_basket_minor);
    statement.bind(4, held).bind(5, std::int64_t{row.stackable ? 1 : 0});
    bind_optional(statement, 6, row.per_customer_limit);
    bind_optional(statement, 7, row.cap);
    statement.bind(8, mark.round);
}

void bind_row(Statement& statement, const Product& row, const Tables::Mark& mark, std::string&) {
    statement.bind(1, row.gtin).bind(3, row.name).bind(4, row.category);
    bind_optional(statement, 2, row.plu);
    statement.bind(5, row.unit_price_minor).bind(6, row.vat_basis_points);
    statement.bind(7, central::name_of(row.sold_by)).bind(8, mark.round);
}

void bind_row(Statement& statement, const Staff& row, const Tables::Mark& mark, std::string&) {
    statement.bind(1, row.id).bind(2, row.name).bind(3, central::name_of(row.role));
    statement.bind(4, row.pin_hash).bind(5, mark.round);
}

void bind_row(Statement& statement, const Member& row, const Tables::Mark& mark, std::string&) {
    statement.bind(1, base::ByteView(row.id.bytes)).bind(2, row.loyalty_id).bind(3, row.name);
    if (row.phone_hash)
        statement.bind(4, base::ByteView(*row.phone_hash));
    else
        statement.bind_null(4);
    statement.bind(5, std::int64_t{row.tier}).bind(6, row.points).bind(7, row.version);
    bind_lease(statement, 8, row.lease);
    statement.bind(12, mark.included_seq).bind(13, mark.round);
}

void bind_row(Statement& statement, const Coupon& row, const Tables::Mark& mark,
              std::string& held) {
    held = stores_column(row.stores);
    statement.bind(1, base::ByteView(row.serial));
    bind_optional(statement, 2, row.code);
    statement.bind(3, std::int64_t{row.book}).bind(4, central::name_of(row.kind));
    statement.bind(5, std::int64_t{row.value}).bind(6, row.not_before_s).bind(7, row.expires_s);
    if (row.holder)
        statement.bind(8, base::ByteView(row.holder->bytes));
    else
        statement.bind_null(8);
    statement.bind(9, held).bind(10, std::int64_t{row.home});
    statement.bind(11, row.uses_left).bind(12, central::name_of(row.state));
    bind_lease(statement, 13, row.lease);
    statement.bind(17, mark.included_seq).bind(18, mark.round);
}

void bind_row(Statement& statement, const Row& row, const Tables::Mark& mark, std::string& held) {
    std::visit([&](const auto& kind) { bind_row(statement, kind, mark, held); }, row);
}

// A row that was put in answers with a row, a duplicate with none; the statement is ready for the
// next.
Result<bool> was_put(Statement& insert) {
    CF_LET(const bool row, insert.step());
    insert.reset();
    return row;
}

}  // namespace

Result<Tables> Tables::open(sqlite::Connection& connection) {
    Statements inserts;
    Statements replaces;
    Statements removes;
    for (std::size_t kind = 0; kind < kRowKinds; ++kind) {
        const std::string place(kind == kMember ? kMemberOfBundle : kPlaces.at(kind));
        CF_LET(inserts.at(kind),
               connection.prepare("INSERT INTO " + place + " ON CONFLICT DO NOTHING RETURNING 1"));
        CF_LET(replaces.at(kind),
               connection.prepare("INSERT OR REPLACE INTO " + std::string(kPlaces.at(kind))));
        CF_LET(removes.at(kind), connection.prepare(kRemoves.at(kind)));
    }
    return Tables(connection, std::move(inserts), std::move(replaces), std::move(removes));
}

Status Tables::clear() {
    return connection_->execute(
        "DELETE FROM setting; DELETE FROM book; DELETE FROM product; DELETE FROM staff; "
        "DELETE FROM member; DELETE FROM coupon; DELETE FROM class;");
}

Result<bool> Tables::insert(const Row& row, const Mark& mark) {
    Statement& statement = *inserts_.at(row.index());
    std::string held;
    bind_row(statement, row, mark, held);
    return was_put(statement);
}

Status Tables::replace(const Row& row, const Mark& mark) {
    Statement& statement = *replaces_.at(row.index());
    std::string held;
    bind_row(statement, row, mark, held);
    return statement.run();
}

Status Tables::remove(std::size_t kind, const central::Key& key) {
    Statement& statement = *removes_.at(kind);
    if (const auto* name = std::get_if<std::string>(&key))
        statement.bind(1, *name);
    else if (const auto* number = std::get_if<std::int64_t>(&key))
        statement.bind(1, *number);
    else if (const auto* id = std::get_if<base::Uuid>(&key))
        statement.bind(1, base::ByteView(id->bytes));
    else
        statement.bind(1, base::ByteView(std::get<token::CouponSerial>(key)));
    return statement.run();
}

Status Tables::keep_round(std::size_t kind, std::int64_t round) {
    CF_LET(Statement statement,
           connection_->prepare("DELETE FROM " + std::string(central::row_name(kind)) +
                                " WHERE round <> ?"));
    statement.bind(1, round);
    return statement.run();
}

Result<bool> Tables::is_empty(std::size_t kind) {
    CF_LET(Statement statement, connection_->prepare("SELECT EXISTS (SELECT 1 FROM " +
                                                     std::string(central::row_name(kind)) + ")"));
    CF_LET(const bool row, statement.step());
    return !row || statement.integer(0) == 0;
}

Result<bool> Tables::has_updates() {
    CF_LET(const std::int64_t classes,
           connection_->read_integer("SELECT EXISTS (SELECT 1 FROM class)"));
    return classes != 0;
}

Result<ClassState> Tables::class_state(std::string_view name) {
    return read_class_state(*connection_, name);
}

Status Tables::set_class_state(std::string_view name, const ClassState& state) {
    CF_LET(Statement statement,
           connection_->prepare("INSERT OR REPLACE INTO class (name, version, round, is_whole, "
                                "included_seq, told_ms) VALUES (?, ?, ?, ?, ?, ?)"));
    statement.bind(1, name).bind(2, state.version).bind(3, state.round);
    statement.bind(4, std::int64_t{state.is_whole ? 1 : 0}).bind(5, state.included_seq);
    statement.bind(6, state.told_at.unix_ms);
    return statement.run();
}

Result<std::optional<Source>> Tables::source() {
    CF_LET(Statement select, connection_->prepare("SELECT terminal, epoch FROM source"));
    CF_LET(const bool row, select.step());
    if (!row) return std::optional<Source>();
    return std::optional(Source{std::string(select.text(0)), select.integer(1)});
}

Status Tables::set_source(const Source& source) {
    CF_LET(Statement statement,
           connection_->prepare(
               "INSERT OR REPLACE INTO source (id, terminal, epoch) VALUES (1, ?, ?)"));
    statement.bind(1, source.terminal).bind(2, source.epoch);
    return statement.run();
}

Status Tables::forget_included() {
    return connection_->execute(
        "UPDATE member SET included_seq = 0; UPDATE coupon SET included_seq = 0; "
        "UPDATE class SET included_seq = 0; UPDATE meta SET cursor = 0;");
}

Result<Meta> Tables::meta() {
    return read_meta(*connection_);
}

Status Tables::set_meta(const Meta& meta) {
    CF_LET(Statement update,
           connection_->prepare("UPDATE meta SET version = ?, cursor = ?, loaded_at_ms = ?, "
                                "made_at_ms = ? WHERE id = 1"));
    update.bind(1, meta.version).bind(2, meta.cursor);
    update.bind(3, meta.loaded_at.unix_ms).bind(4, meta.made_at.unix_ms);
    return update.run();
}

Result<ClassState> read_class_state(sqlite::Connection& connection, std::string_view name) {
    CF_LET(Statement select,
           connection.prepare("SELECT version, round, is_whole, included_seq, told_ms FROM class "
                              "WHERE name = ?"));
    select.bind(1, name);
    CF_LET(const bool row, select.step());
    if (!row) return ClassState{};
    return ClassState{select.integer(0),
                      select.integer(1),
                      select.integer(2) != 0,
                      select.integer(3),
                      {select.integer(4)}};
}

Result<Meta> read_meta(sqlite::Connection& connection) {
    CF_LET(Statement select,
           connection.prepare("SELECT version, cursor, loaded_at_ms, made_at_ms FROM meta"));
    CF_LET(const bool row, select.step());
    if (!row) return base::Error(base::Code::corrupt, "the mirror says nothing of its own content");
    return Meta{select.integer(0), select.integer(1), {select.integer(2)}, {select.integer(3)}};
}

}  // namespace counterfoil::mirror
