#include "firmware/mirror/tables.h"

#include "firmware/mirror/column.h"
#include "firmware/mirror/names.h"

namespace counterfoil::mirror {

using base::Result;
using base::Status;
using sqlite::Statement;

namespace {

// By Row::index(). A row that was put in answers with a row, a duplicate with none.
constexpr std::array<std::string_view, kRowKinds> kInserts{
    "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1",
    "INSERT INTO book (number, name, min_basket_minor, scope, stackable, per_customer_limit, cap) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
    "INSERT INTO product (gtin, plu, name, category, unit_price_minor, vat_basis_points, sold_by) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
    "INSERT INTO staff (id, name, role, pin_hash) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING RETURNING 1",
    "INSERT INTO member (id, loyalty_id, name, phone_hash, tier, points, version, "
    "lease_terminal, lease_epoch, lease_quantity, lease_expires_s) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
    "INSERT INTO coupon (serial, code, book, kind, value, not_before_s, expires_s, holder, stores, "
    "home, uses_left, state, lease_terminal, lease_epoch, lease_quantity, lease_expires_s) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING RETURNING 1"};

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

// Whether the statement gave a row back; the statement is ready for the next.
Result<bool> was_put(Statement& insert) {
    CF_LET(const bool row, insert.step());
    insert.reset();
    return row;
}

}  // namespace

Result<Tables> Tables::open(sqlite::Connection& connection) {
    Inserts inserts;
    for (std::size_t i = 0; i < kRowKinds; ++i) {
        CF_LET(Statement insert, connection.prepare(kInserts.at(i)));
        inserts.at(i) = std::move(insert);
    }
    return Tables(connection, std::move(inserts));
}

Status Tables::clear() {
    return connection_->execute(
        "DELETE FROM setting; DELETE FROM book; DELETE FROM product; DELETE FROM staff; "
        "DELETE FROM member; DELETE FROM coupon;");
}

Result<bool> Tables::insert(const Row& row) {
    Statement& statement = *inserts_.at(row.index());
    return std::visit([&](const auto& kind) { return put(statement, kind); }, row);
}

Result<bool> Tables::put(Statement& insert, const Setting& row) {
    insert.bind(1, row.name).bind(2, row.value);
    return was_put(insert);
}

Result<bool> Tables::put(Statement& insert, const Book& row) {
    const std::string scope = scope_column(row.scope);
    insert.bind(1, std::int64_t{row.number}).bind(2, row.name).bind(3, row.min_basket_minor);
    insert.bind(4, scope).bind(5, std::int64_t{row.stackable ? 1 : 0});
    bind_optional(insert, 6, row.per_customer_limit);
    bind_optional(insert, 7, row.cap);
    return was_put(insert);
}

Result<bool> Tables::put(Statement& insert, const Product& row) {
    insert.bind(1, row.gtin).bind(3, row.name).bind(4, row.category);
    bind_optional(insert, 2, row.plu);
    insert.bind(5, row.unit_price_minor).bind(6, row.vat_basis_points);
    insert.bind(7, name_of(row.sold_by));
    return was_put(insert);
}

Result<bool> Tables::put(Statement& insert, const Staff& row) {
    insert.bind(1, row.id).bind(2, row.name).bind(3, name_of(row.role)).bind(4, row.pin_hash);
    return was_put(insert);
}

Result<bool> Tables::put(Statement& insert, const Member& row) {
    insert.bind(1, base::ByteView(row.id.bytes)).bind(2, row.loyalty_id).bind(3, row.name);
    if (row.phone_hash)
        insert.bind(4, base::ByteView(*row.phone_hash));
    else
        insert.bind_null(4);
    insert.bind(5, std::int64_t{row.tier}).bind(6, row.points).bind(7, row.version);
    bind_lease(insert, 8, row.lease);
    return was_put(insert);
}

Result<bool> Tables::put(Statement& insert, const Coupon& row) {
    const std::string stores = stores_column(row.stores);
    insert.bind(1, base::ByteView(row.serial));
    bind_optional(insert, 2, row.code);
    insert.bind(3, std::int64_t{row.book}).bind(4, name_of(row.kind));
    insert.bind(5, std::int64_t{row.value}).bind(6, row.not_before_s).bind(7, row.expires_s);
    if (row.holder)
        insert.bind(8, base::ByteView(row.holder->bytes));
    else
        insert.bind_null(8);
    insert.bind(9, stores).bind(10, std::int64_t{row.home});
    insert.bind(11, row.uses_left).bind(12, name_of(row.state));
    bind_lease(insert, 13, row.lease);
    return was_put(insert);
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

Result<Meta> read_meta(sqlite::Connection& connection) {
    CF_LET(Statement select,
           connection.prepare("SELECT version, cursor, loaded_at_ms, made_at_ms FROM meta"));
    CF_LET(const bool row, select.step());
    if (!row) return base::Error(base::Code::corrupt, "the mirror says nothing of its own content");
    return Meta{select.integer(0), select.integer(1), {select.integer(2)}, {select.integer(3)}};
}

}  // namespace counterfoil::mirror
