#include "firmware/mirror/reader.h"

#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/core/central/names.h"
#include "firmware/core/central/phone.h"
#include "firmware/core/sqlite/migration.h"
#include "firmware/mirror/column.h"
#include "firmware/mirror/schema.h"
#include "firmware/mirror/tables.h"

namespace counterfoil::mirror {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using central::from_name;
using central::kPhoneSaltSetting;
using sqlite::Statement;

namespace {

// One list of columns for each kind of row, in the order in which read_row() takes them. What a row
// takes account of comes with it, so that both are of one moment; and every row does of what the
// cursor says.
constexpr std::string_view kMemberColumns =
    "SELECT id, loyalty_id, name, phone_hash, tier, points, version, lease_terminal, lease_epoch, "
    "lease_quantity, lease_expires_s, max(included_seq, (SELECT cursor FROM meta)) FROM member ";
constexpr std::string_view kCouponColumns =
    "SELECT serial, code, book, kind, value, not_before_s, expires_s, holder, stores, home, "
    "uses_left, state, lease_terminal, lease_epoch, lease_quantity, lease_expires_s, "
    "max(included_seq, (SELECT cursor FROM meta)) FROM coupon ";
constexpr std::string_view kProductColumns =
    "SELECT gtin, plu, name, category, unit_price_minor, vat_basis_points, sold_by FROM product ";
constexpr std::string_view kBookColumns =
    "SELECT number, name, min_basket_minor, scope, stackable, per_customer_limit, cap FROM book ";
constexpr std::string_view kStaffColumns = "SELECT id, name, role, pin_hash FROM staff ";

template <class Kind>
Status read_name(const Statement& row, int column, Kind& kind) {
    const auto known = from_name<Kind>(row.text(column));
    if (!known)
        return Error(Code::corrupt, "the mirror says \"" + std::string(row.text(column)) +
                                        "\", which means nothing");
    kind = *known;
    return {};
}

template <std::size_t size>
Status read_bytes(const Statement& row, int column, std::array<std::uint8_t, size>& bytes) {
    const base::ByteView blob = row.blob(column);
    if (blob.size() != size) return Error(Code::corrupt, "the mirror holds a key of a wrong size");
    std::ranges::copy(blob, bytes.begin());
    return {};
}

std::optional<std::int64_t> read_optional(const Statement& row, int column) {
    if (row.is_null(column)) return {};
    return row.integer(column);
}

// From four columns.
std::optional<Lease> read_lease(const Statement& row, int column) {
    if (row.is_null(column)) return {};
    return Lease{std::string(row.text(column)), row.integer(column + 1), row.integer(column + 2),
                 row.integer(column + 3)};
}

Status read_row(const Statement& row, Member& member) {
    CF_TRY(read_bytes(row, 0, member.id.bytes));
    member.loyalty_id = row.text(1);
    member.name = row.text(2);
    if (!row.is_null(3)) CF_TRY(read_bytes(row, 3, member.phone_hash.emplace()));
    member.tier = static_cast<std::uint8_t>(row.integer(4));
    member.points = row.integer(5);
    member.version = row.integer(6);
    member.lease = read_lease(row, 7);
    member.included_seq = row.integer(11);
    return {};
}

Status read_row(const Statement& row, Coupon& coupon) {
    CF_TRY(read_bytes(row, 0, coupon.serial));
    if (!row.is_null(1)) coupon.code = row.text(1);
    coupon.book = static_cast<std::uint32_t>(row.integer(2));
    CF_TRY(read_name(row, 3, coupon.kind));
    coupon.value = static_cast<std::uint32_t>(row.integer(4));
    coupon.not_before_s = row.integer(5);
    coupon.expires_s = row.integer(6);
    if (!row.is_null(7)) CF_TRY(read_bytes(row, 7, coupon.holder.emplace().bytes));
    CF_LET(coupon.stores, read_stores_column(row.text(8)));
    coupon.home = static_cast<std::uint16_t>(row.integer(9));
    coupon.uses_left = row.integer(10);
    CF_TRY(read_name(row, 11, coupon.state));
    coupon.lease = read_lease(row, 12);
    coupon.included_seq = row.integer(16);
    return {};
}

Status read_row(const Statement& row, Book& book) {
    book.number = static_cast<std::uint32_t>(row.integer(0));
    book.name = row.text(1);
    book.min_basket_minor = row.integer(2);
    CF_LET(book.scope, read_scope_column(row.text(3)));
    book.stackable = row.integer(4) != 0;
    book.per_customer_limit = read_optional(row, 5);
    book.cap = read_optional(row, 6);
    return {};
}

Status read_row(const Statement& row, Product& product) {
    product.gtin = row.integer(0);
    product.plu = read_optional(row, 1);
    product.name = row.text(2);
    product.category = row.text(3);
    product.unit_price_minor = row.integer(4);
    product.vat_basis_points = row.integer(5);
    return read_name(row, 6, product.sold_by);
}

Status read_row(const Statement& row, Staff& staff) {
    staff.id = row.text(0);
    staff.name = row.text(1);
    CF_TRY(read_name(row, 2, staff.role));
    staff.pin_hash = row.text(3);
    return {};
}

Status read_row(const Statement& row, std::string& text) {
    text = row.text(0);
    return {};
}

// The statement's first row, or nothing; parameters are bound already.
template <class Row>
Result<std::optional<Row>> find_one(Statement& select) {
    std::optional<Row> found;
    CF_LET(const bool row, select.step());
    if (!row) return found;
    const Status read = read_row(select, found.emplace());
    // Before an error goes up, too: a statement that stands on a row keeps its moment alive.
    select.reset();
    CF_TRY(read);
    return found;
}

template <class Row>
Result<std::vector<Row>> find_all(Statement& select) {
    std::vector<Row> rows;
    for (;;) {
        CF_LET(const bool row, select.step());
        if (!row) return rows;
        const Status read = read_row(select, rows.emplace_back());
        if (read.ok()) continue;
        select.reset();
        return read.error();
    }
}

// Whoever writes the mirror has not brought it up to date yet: there, all rows are of one moment.
constexpr int kFirstWithIncluded = 2;
void replace_included(std::string& sql) {
    constexpr std::string_view kOfRow = "max(included_seq, (SELECT cursor FROM meta))";
    const std::size_t at = sql.find(kOfRow);
    if (at != sql.npos) sql.replace(at, kOfRow.size(), "(SELECT cursor FROM meta)");
}

enum Query : std::size_t {
    kMemberById,
    kMemberByLoyaltyId,
    kMemberByPhone,
    kCouponBySerial,
    kCouponByCode,
    kBook,
    kProductByGtin,
    kProductByPlu,
    kProductsInCategory,
    kCategories,
    kStaffById,
    kAllStaff,
    kSetting,
    kQueries,
};

struct Sql {
    std::string_view columns;
    std::string_view which;
};
constexpr std::array<Sql, kQueries> kSql{
    {{kMemberColumns, "WHERE id = ?"},
     {kMemberColumns, "WHERE loyalty_id = ?"},
     {kMemberColumns, "WHERE phone_hash = ?"},
     {kCouponColumns, "WHERE serial = ?"},
     {kCouponColumns, "WHERE code = ?"},
     {kBookColumns, "WHERE number = ?"},
     {kProductColumns, "WHERE gtin = ?"},
     {kProductColumns, "WHERE plu = ?"},
     {kProductColumns, "WHERE category = ? ORDER BY name, gtin"},
     {"SELECT DISTINCT category FROM product ", "ORDER BY category"},
     {kStaffColumns, "WHERE id = ?"},
     {kStaffColumns, "ORDER BY id"},
     {"SELECT value FROM setting ", "WHERE name = ?"}}};

}  // namespace

struct Mirror::State {
    explicit State(sqlite::Connection opened) : connection(std::move(opened)) {}

    Statement& query(Query which) { return *statements.at(which); }

    sqlite::Connection connection;
    std::array<std::optional<Statement>, kQueries> statements;
};

Mirror::Mirror(std::unique_ptr<State> state) : state_(std::move(state)) {}
Mirror::Mirror(Mirror&&) noexcept = default;
Mirror& Mirror::operator=(Mirror&&) noexcept = default;
Mirror::~Mirror() = default;

Result<Mirror> Mirror::open(const std::filesystem::path& database, const char* vfs) {
    CF_LET(sqlite::Connection opened, open_database(database, sqlite::Mode::read_only, vfs));
    auto state = std::make_unique<State>(std::move(opened));
    CF_LET(const Meta meta, read_meta(state->connection));
    if (meta.version == 0)
        return Error(Code::not_found, database.string() + ": nothing was loaded into it yet");
    CF_LET(const int version, sqlite::schema_version(state->connection));
    for (std::size_t i = 0; i < kQueries; ++i) {
        std::string sql = std::string(kSql.at(i).columns).append(kSql.at(i).which);
        if (version < kFirstWithIncluded) replace_included(sql);
        CF_LET(Statement select, state->connection.prepare(sql));
        state->statements.at(i) = std::move(select);
    }
    return Mirror(std::move(state));
}

Result<Meta> Mirror::meta() {
    return read_meta(state_->connection);
}

Result<std::optional<Member>> Mirror::find_member_by_id(const base::Uuid& id) {
    return find_one<Member>(state_->query(kMemberById).bind(1, base::ByteView(id.bytes)));
}

Result<std::optional<Member>> Mirror::find_member_by_loyalty_id(std::string_view loyalty_id) {
    return find_one<Member>(state_->query(kMemberByLoyaltyId).bind(1, loyalty_id));
}

Result<std::optional<Member>> Mirror::find_member_by_phone_hash(const crypto::Digest& hash) {
    return find_one<Member>(state_->query(kMemberByPhone).bind(1, base::ByteView(hash)));
}

Result<std::optional<Coupon>> Mirror::find_coupon_by_serial(const token::CouponSerial& serial) {
    return find_one<Coupon>(state_->query(kCouponBySerial).bind(1, base::ByteView(serial)));
}

Result<std::optional<Coupon>> Mirror::find_coupon_by_code(std::string_view code) {
    return find_one<Coupon>(state_->query(kCouponByCode).bind(1, code));
}

Result<std::optional<Book>> Mirror::find_book(std::uint32_t number) {
    return find_one<Book>(state_->query(kBook).bind(1, std::int64_t{number}));
}

Result<std::optional<Product>> Mirror::find_product_by_gtin(std::int64_t gtin) {
    return find_one<Product>(state_->query(kProductByGtin).bind(1, gtin));
}

Result<std::optional<Product>> Mirror::find_product_by_plu(std::int64_t plu) {
    return find_one<Product>(state_->query(kProductByPlu).bind(1, plu));
}

Result<std::vector<Product>> Mirror::products_in(std::string_view category) {
    return find_all<Product>(state_->query(kProductsInCategory).bind(1, category));
}

Result<std::vector<std::string>> Mirror::categories() {
    return find_all<std::string>(state_->query(kCategories));
}

Result<std::optional<Staff>> Mirror::find_staff(std::string_view id) {
    return find_one<Staff>(state_->query(kStaffById).bind(1, id));
}

Result<std::vector<Staff>> Mirror::all_staff() {
    return find_all<Staff>(state_->query(kAllStaff));
}

Result<std::optional<std::string>> Mirror::setting(std::string_view name) {
    return find_one<std::string>(state_->query(kSetting).bind(1, name));
}

Result<crypto::Digest> Mirror::phone_hash(std::string_view phone) {
    CF_LET(const std::optional<std::string> value, setting(kPhoneSaltSetting));
    if (!value)
        return Error(Code::not_found, "the merchant has set no salt, so no phone can be found");
    CF_LET(const auto document, json::Document::parse(*value));
    CF_LET(const base::Bytes salt, base::from_hex(document.root().text().value_or("-")));
    return central::phone_hash(phone, salt);
}

}  // namespace counterfoil::mirror
