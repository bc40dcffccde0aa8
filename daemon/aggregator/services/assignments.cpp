#include "daemon/aggregator/services/assignments.h"

#include "daemon/aggregator/services/draw.h"

namespace counterfoil::services {

using ledger::EventType;
using loyalty::CouponState;
using store::Database;
using store::Rows;

namespace {

Outcome<void> check_assignments(Database& database, const Book& book, const std::string& account) {
    if (book.max_assignments == 0) return {};
    CF_LET(const Rows rows,
           database.query("SELECT COUNT(*) FROM coupon WHERE holder = $1 AND book = $2",
                          {std::string_view(account), std::string_view(book.id)}));
    const loyalty::UseCount count{rows.integer(0, 0), book.max_assignments};
    if (!loyalty::count_assignment(count).ok()) return too_many_assigned(count);
    return {};
}

// Nothing where it is not available.
Outcome<std::optional<std::string>> available_at(Database& database, const Book& book,
                                                 std::int64_t place) {
    CF_LET(const Rows rows,
           database.query("SELECT c.code " + available_in_book() + "AND c.place = $2",
                          {std::string_view(book.id), place}));
    if (rows.empty()) return std::optional<std::string>();
    return std::optional(std::string(rows.text(0, 0)));
}

// Guessed at as long as that is likely to find one; counted where few are left.
Outcome<std::string> draw_code(Desk& desk, const Book& book) {
    constexpr int kGuesses = 16;
    if (book.codes == 0) return loyalty::Refusal::coupon_not_available;
    Draw draw(new_seed(desk));
    for (int guess = 0; guess < kGuesses; ++guess) {
        const std::uint64_t place = draw.below(static_cast<std::uint64_t>(book.codes)) + 1;
        CF_LET(auto code, available_at(desk.database(), book, static_cast<std::int64_t>(place)));
        if (code) return *code;
    }
    CF_LET(const Rows count, desk.database().query("SELECT COUNT(*) " + available_in_book(),
                                                   {std::string_view(book.id)}));
    if (count.integer(0, 0) == 0) return loyalty::Refusal::coupon_not_available;
    const std::uint64_t at = draw.below(static_cast<std::uint64_t>(count.integer(0, 0)));
    CF_LET(const Rows rows,
           desk.database().query(
               "SELECT c.code " + available_in_book() + "ORDER BY c.place LIMIT 1 OFFSET $2",
               {std::string_view(book.id), static_cast<std::int64_t>(at)}));
    return std::string(rows.text(0, 0));
}

Outcome<Coupon> assign(Desk& desk, const Coupon& was, const std::string& account) {
    CF_LET(const base::Uuid holder, base::Uuid::parse(account));
    CF_LET(const loyalty::CouponStatus status, loyalty::assign(was.status, holder));
    if (was.book.empty()) {
        CF_TRY(desk.record(EventType::coupon_moved, moved_body(was, status)));
    } else {
        CF_LET(const Book book, find_book(desk.database(), was.book));
        CF_TRY(check_assignments(desk.database(), book, account));
        CF_TRY(record_shares(desk, book.id, {{account, {was.place}}}));
    }
    return find_coupon(desk.database(), was.code, desk.now());
}

}  // namespace

Outcome<Account> find_user(Database& database, std::string_view id) {
    auto found = find_account(database, id);
    if (!found.ok() && !found.error().cause) return Refusal::user_unknown;
    return found;
}

Fault too_many_assigned(loyalty::UseCount count) {
    constexpr auto kRefusal = loyalty::Refusal::maximum_assignments_exceeded;
    return {kRefusal, loyalty::refusal_with_count(kRefusal, count)};
}

Outcome<Coupon> assign_any(Desk& desk, const std::string& id, const std::string& account) {
    CF_TRY(find_user(desk.database(), account));
    CF_LET(const Book book, find_book(desk.database(), id));
    CF_TRY(check_assignments(desk.database(), book, account));
    CF_LET(const std::string code, draw_code(desk, book));
    CF_LET(const Coupon coupon, find_coupon(desk.database(), code, desk.now()));
    return assign(desk, coupon, account);
}

Outcome<Coupon> assign_code(Desk& desk, const std::string& code, const std::string& account) {
    CF_TRY(find_user(desk.database(), account));
    CF_LET(const Coupon coupon, find_coupon(desk.database(), code, desk.now()));
    return assign(desk, coupon, account);
}

Outcome<void> record_shares(Desk& desk, const std::string& book,
                            const std::vector<ingest::Share>& shares) {
    constexpr std::size_t kAccountBytes = 70;  // with what stands around it
    constexpr std::size_t kPlaceBytes = 8;
    ingest::CouponsAssigned fact{book, {}};
    std::size_t bytes = 0;
    for (const ingest::Share& share : shares) {
        bool is_open = false;
        for (const std::int64_t place : share.places) {
            if (bytes + kAccountBytes + kPlaceBytes > ingest::kMaxListBytes) {
                CF_TRY(desk.record(EventType::coupons_assigned, ingest::write_body(fact)));
                fact.shares.clear();
                bytes = 0;
                is_open = false;
            }
            if (!is_open) {
                fact.shares.push_back({share.account, {}});
                bytes += kAccountBytes;
                is_open = true;
            }
            fact.shares.back().places.push_back(place);
            bytes += kPlaceBytes;
        }
    }
    if (!fact.shares.empty())
        CF_TRY(desk.record(EventType::coupons_assigned, ingest::write_body(fact)));
    return {};
}

}  // namespace counterfoil::services
