#include "daemon/aggregator/services/books.h"

namespace counterfoil::services {

using ledger::EventType;
using store::Database;
using store::Rows;

namespace {

constexpr std::string_view kColumns =
    "SELECT id, name, prefix, suffix, length, charset, is_multiple, uses, max_redemptions, "
    "max_assignments, value_minor, expires_ms, codes, created_ms FROM book ";

Book book_in(const Rows& rows, std::size_t row) {
    Book book;
    book.id = rows.text(row, 0);
    book.name = rows.text(row, 1);
    book.pattern = {std::string(rows.text(row, 2)), std::string(rows.text(row, 3)),
                    rows.integer(row, 4), std::string(rows.text(row, 5))};
    book.is_multiple = rows.integer(row, 6) != 0;
    book.uses = rows.integer(row, 7);
    book.max_redemptions = rows.integer(row, 8);
    book.max_assignments = rows.integer(row, 9);
    book.value_minor = rows.integer(row, 10);
    if (!rows.is_null(row, 11)) book.expires_ms = rows.integer(row, 11);
    book.codes = rows.integer(row, 12);
    book.created_ms = rows.integer(row, 13);
    return book;
}

// Whether there are as many codes as that many bits can tell apart.
bool is_strong(const CodePattern& pattern) {
    constexpr std::uint64_t kEnough = 1ULL << kFewestBits;
    std::uint64_t codes = 1;
    for (std::int64_t i = 0; i < pattern.length && codes < kEnough; ++i)
        codes *= pattern.charset.size();
    return codes >= kEnough;
}

// For LIKE ... ESCAPE '!'.
std::string like_part(std::string_view text) {
    std::string pattern = "%";
    for (const char c : ingest::small_letters(text)) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c;
    }
    return pattern + (text.empty() ? "" : "%");
}

std::int64_t asked(std::optional<bool> flag) {
    if (!flag) return -1;
    return *flag ? 1 : 0;
}

// Locks that have run out.
Outcome<std::int64_t> count_open_locks(Database& database, const Book& book, base::WallTime now) {
    static const std::string kCount = "SELECT COUNT(*) FROM coupon c WHERE c.book = $1 AND " +
                                      std::string(ingest::kToldState) +
                                      " = 'LOCKED' AND COALESCE(c.lock_until_ms, 0) <= $2";
    CF_LET(const Rows rows, database.query(kCount, {std::string_view(book.id), now.unix_ms}));
    return rows.integer(0, 0);
}

}  // namespace

Outcome<Book> find_book(Database& database, std::string_view id) {
    static const std::string kOne = std::string(kColumns) + "WHERE id = $1";
    CF_LET(const Rows rows, database.query(kOne, {id}));
    if (rows.empty()) return Refusal::book_unknown;
    return book_in(rows, 0);
}

Outcome<BookPage> list_books(Database& database, const BookFilter& filter, Part part,
                             base::WallTime now) {
    static const std::string kWhere =
        "WHERE name_key LIKE $1 ESCAPE '!' AND (CAST($2 AS BIGINT) < 0 OR is_multiple = $2) AND "
        "(CAST($3 AS BIGINT) < 0 OR CASE WHEN expires_ms <= $4 THEN 1 ELSE 0 END = $3) ";
    static const std::string kCount = "SELECT COUNT(*) FROM book " + kWhere;
    static const std::string kSome =
        std::string(kColumns) + kWhere + "ORDER BY id DESC LIMIT $5 OFFSET $6";
    const std::string name = like_part(filter.name);
    const std::int64_t multiple = asked(filter.is_multiple);
    const std::int64_t expired = asked(filter.is_expired);
    CF_LET(const Rows count,
           database.query(kCount, {std::string_view(name), multiple, expired, now.unix_ms}));
    CF_LET(const Rows rows, database.query(kSome, {std::string_view(name), multiple, expired,
                                                   now.unix_ms, part.limit, part.skip}));
    BookPage page{count.integer(0, 0), {}};
    for (std::size_t row = 0; row < rows.size(); ++row) page.books.push_back(book_in(rows, row));
    return page;
}

Outcome<StateCounts> count_states(Database& database, const Book& book, base::WallTime now) {
    using loyalty::CouponState;
    CF_LET(const Rows rows, database.query("SELECT state, coupons FROM book_state WHERE book = $1",
                                           {std::string_view(book.id)}));
    StateCounts counts{};
    const auto in = [&counts](CouponState state) -> std::int64_t& {
        return counts[static_cast<std::size_t>(state)];
    };
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto told = loyalty::coupon_state_from_name(rows.text(row, 0));
        if (!told) return Fault(base::Error(base::Code::corrupt, "a coupon's state is none"));
        in(*told) += rows.integer(row, 1);
    }
    const auto move = [&](std::int64_t coupons, CouponState from, CouponState to) {
        in(from) -= coupons;
        in(to) += coupons;
    };
    if (in(CouponState::locked) > 0) {
        CF_LET(const std::int64_t open, count_open_locks(database, book, now));
        move(open, CouponState::locked, CouponState::assigned);
    }
    if (!book.is_expired(now)) return counts;
    for (const CouponState state : {CouponState::available, CouponState::assigned})
        move(in(state), state, CouponState::expired);
    return counts;
}

Outcome<Book> create_book(Desk& desk, const Book& fresh) {
    if (fresh.pattern.length > 0 && !is_strong(fresh.pattern)) return Refusal::pattern_too_weak;
    ingest::BookCreated fact;
    fact.id = desk.new_id();
    fact.name = fresh.name;
    fact.prefix = fresh.pattern.prefix;
    fact.suffix = fresh.pattern.suffix;
    fact.length = fresh.pattern.length;
    fact.charset = fresh.pattern.charset;
    fact.is_multiple = fresh.is_multiple;
    fact.uses = fresh.uses;
    fact.max_redemptions = fresh.max_redemptions;
    fact.max_assignments = fresh.max_assignments;
    fact.value_minor = fresh.value_minor;
    fact.expires_ms = fresh.expires_ms;
    CF_TRY(desk.record(EventType::book_created, ingest::write_body(fact)));
    return find_book(desk.database(), fact.id);
}

}  // namespace counterfoil::services
