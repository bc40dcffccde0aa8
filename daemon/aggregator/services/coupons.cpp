#include "daemon/aggregator/services/coupons.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "daemon/aggregator/services/books.h"
#include "firmware/core/base/coding.h"

namespace counterfoil::services {

using base::Code;
using base::Error;
using ledger::EventType;
using loyalty::CouponStatus;
using store::Database;
using store::Rows;

namespace {

// Fifty random bits.
constexpr std::size_t kCodeBytes = 7;
constexpr std::size_t kCodeCharacters = 10;

constexpr std::string_view kFrom = " FROM coupon c LEFT JOIN book b ON b.id = c.book ";
const std::string kSelected =
    "SELECT c.id, c.code, c.value_minor, c.holder, c.state, c.lock_owner, c.lock_until_ms, c.uses, "
    "c.used, c.created_ms, c.redeemed_ms, c.book, c.place, b.expires_ms, b.max_redemptions, "
    "c.at_tills";
const std::string kColumns = kSelected + std::string(kFrom);
constexpr std::string_view kAllBehind =
    "FROM coupon WHERE created_ms <= $1 AND (created_ms, id) < ($1, $2) AND created_ms >= $3 "
    "ORDER BY created_ms DESC, id DESC ";
// The state of now, which is $3: as without_spent() and status_now() say.
const std::string kTold(ingest::kToldState);
const std::string kStateNow =
    "CASE WHEN " + kTold +
    " = 'REDEEMED' THEN 'REDEEMED' "
    "WHEN c.state = 'LOCKED' AND c.lock_until_ms > $3 THEN 'LOCKED' "
    "WHEN c.state IN ('AVAILABLE', 'ASSIGNED', 'LOCKED') AND b.expires_ms <= $3 THEN 'EXPIRED' "
    "WHEN c.state = 'LOCKED' THEN 'ASSIGNED' ELSE c.state END";

const std::string kIsRedeemed = "CASE WHEN " + kTold + " = 'REDEEMED' THEN 1 ELSE 0 END";

// What time alone has made of it: a lock runs out, and then a book can.
CouponStatus status_now(const CouponStatus& was, std::optional<std::int64_t> expires_ms,
                        base::WallTime now) {
    const CouponStatus status = loyalty::settled(was, now.unix_ms);
    if (!expires_ms || now.unix_ms < *expires_ms) return status;
    const auto expired = loyalty::expire(status, now.unix_ms);
    return expired.ok() ? expired.value() : status;
}

// What tills have spent of it is gone, whatever was to become of it here.
CouponStatus without_spent(CouponStatus status, std::int64_t at_tills) {
    if (at_tills <= 0) return status;
    status.uses_left = std::max<std::int64_t>(status.uses_left - at_tills, 0);
    using enum loyalty::CouponState;
    const bool is_live =
        status.state == available || status.state == assigned || status.state == locked;
    if (status.uses_left > 0 || !is_live) return status;
    status.state = redeemed;
    status.lock.reset();
    return status;
}

base::Result<Coupon> coupon_in(const Rows& rows, std::size_t row, base::WallTime now) {
    Coupon coupon;
    coupon.id = rows.text(row, 0);
    coupon.code = rows.text(row, 1);
    coupon.value_minor = rows.integer(row, 2);
    const auto state = loyalty::coupon_state_from_name(rows.text(row, 4));
    if (!state) return Error(Code::corrupt, "a coupon's state is none");
    CouponStatus status;
    status.state = *state;
    if (!rows.is_null(row, 3)) {
        CF_LET(status.holder, base::Uuid::parse(rows.text(row, 3)));
    }
    if (!rows.is_null(row, 5)) {
        CF_LET(const base::Uuid owner, base::Uuid::parse(rows.text(row, 5)));
        status.lock = loyalty::CouponLock{owner, rows.integer(row, 6)};
    }
    coupon.uses = rows.integer(row, 7);
    coupon.used = rows.integer(row, 8);
    status.uses_left = coupon.uses - coupon.used;
    if (!loyalty::is_sound(status)) return Error(Code::corrupt, "a coupon is not sound");
    status = without_spent(status, rows.integer(row, 15));
    if (!rows.is_null(row, 11)) {
        coupon.book = rows.text(row, 11);
        coupon.place = rows.integer(row, 12);
        if (!rows.is_null(row, 13)) coupon.expires_ms = rows.integer(row, 13);
        if (!rows.is_null(row, 14)) coupon.max_redemptions = rows.integer(row, 14);
    }
    coupon.status = status_now(status, coupon.expires_ms, now);
    coupon.created_ms = rows.integer(row, 9);
    if (!rows.is_null(row, 10)) coupon.redeemed_ms = rows.integer(row, 10);
    return coupon;
}

// Codes are random, and looked up all the same: nobody gets somebody else's.
Outcome<std::string> new_code(Desk& desk) {
    const std::string year = base::to_rfc3339(desk.now()).substr(0, 4);
    for (;;) {
        std::array<std::uint8_t, kCodeBytes> bytes{};
        desk.entropy().fill(bytes);
        const std::string code =
            "COUP-" + year + "-" + base::to_crockford(bytes).substr(0, kCodeCharacters);
        CF_LET(const Rows rows, desk.database().query("SELECT 1 FROM coupon WHERE code = $1",
                                                      {std::string_view(code)}));
        if (rows.empty()) return code;
    }
}

// What does not need to be his own: a lock holds against everybody else.
Outcome<void> check_own(const Coupon& coupon, const Actor& actor) {
    const auto& holder = coupon.status.holder;
    if (actor.is_admin || !holder || holder->text() == actor.account) return {};
    if (coupon.status.state == loyalty::CouponState::locked) return {};
    return Refusal::not_yours;
}

Outcome<void> check_redemptions(Database& database, const Coupon& coupon) {
    if (coupon.max_redemptions == 0 || !coupon.status.holder) return {};
    const std::string holder = coupon.status.holder->text();
    CF_LET(const Rows rows,
           database.query("SELECT COUNT(*) FROM redemption WHERE book = $1 AND account = $2",
                          {std::string_view(coupon.book), std::string_view(holder)}));
    const loyalty::UseCount count{rows.integer(0, 0), coupon.max_redemptions};
    const auto counted = loyalty::count_redemption(count);
    if (counted.ok()) return {};
    return Fault(counted.error(), loyalty::refusal_with_count(counted.error(), count));
}

Outcome<std::optional<std::int64_t>> count_all(Database& database, std::optional<bool> redeemed,
                                               const SliceAsk& ask) {
    if (redeemed) return std::optional<std::int64_t>();
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    CF_LET(const Rows rows,
           database.query("SELECT COUNT(*) FROM (SELECT 1 FROM coupon WHERE created_ms >= $1 AND "
                          "created_ms < $2 LIMIT $3) c",
                          {ask.from_ms.value_or(0), ask.to_ms.value_or(kEnd), kMostExamined + 1}));
    const std::int64_t count = rows.integer(0, 0);
    return count > kMostExamined ? std::optional<std::int64_t>() : std::optional(count);
}

// Of those that were looked at, where they were many, the next part begins behind the last one.
Outcome<std::string> end_of_examined(Database& database, const SlicePlace& place,
                                     std::int64_t from_ms) {
    static const std::string kEnd =
        "SELECT created_ms, id " + std::string(kAllBehind) + "LIMIT 1 OFFSET $4";
    CF_LET(const Rows rows, database.query(kEnd, {place.at_ms, std::string_view(place.name),
                                                  from_ms, kMostExamined - 1}));
    if (rows.empty()) return std::string();
    return SlicePlace{rows.integer(0, 0), 0, 0, std::string(rows.text(0, 1))}.text();
}

Outcome<CouponPage> page_of(std::int64_t total, const Rows& rows, base::WallTime now) {
    CouponPage page{total, {}};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        CF_LET(Coupon coupon, coupon_in(rows, row, now));
        page.coupons.push_back(std::move(coupon));
    }
    return page;
}

// Whether time makes of no other state what is told as this one.
bool is_timeless(loyalty::CouponState state) {
    return state != loyalty::CouponState::assigned && state != loyalty::CouponState::expired;
}

// How many there are, the book knows; they lie in the order of their places.
Outcome<CouponPage> find_in_book(Database& database, const CouponFilter& filter, Part part,
                                 base::WallTime now) {
    static const std::string kAny = kColumns + "WHERE c.book = $1";
    static const std::string kInState = kAny + " AND $2 = " + kStateNow;
    static const std::string kInOne = kInState + " AND $2 = " + kTold;
    static const std::string kPart = " ORDER BY c.place LIMIT $";
    const auto book = find_book(database, filter.book);
    if (!book.ok() && book.error().cause) return book.error();
    if (!book.ok()) return CouponPage();
    CF_LET(const StateCounts counts, count_states(database, book.value(), now));
    const std::string_view id = filter.book;
    if (!filter.state) {
        const std::int64_t total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
        CF_LET(const Rows rows, database.query(kAny + " AND c.place > $2" + kPart + "3",
                                               {id, part.skip, part.limit}));
        return page_of(total, rows, now);
    }
    const std::int64_t total = counts[static_cast<std::size_t>(*filter.state)];
    if (part.skip >= total) return CouponPage{total, {}};
    CF_LET(const Rows rows,
           database.query((is_timeless(*filter.state) ? kInOne : kInState) + kPart + "4 OFFSET $5",
                          {id, loyalty::coupon_state_name(*filter.state), now.unix_ms, part.limit,
                           part.skip}));
    return page_of(total, rows, now);
}

Outcome<Coupon> move(Desk& desk, const Coupon& was, const CouponStatus& status) {
    CF_TRY(desk.record(EventType::coupon_moved, moved_body(was, status)));
    return find_coupon(desk.database(), was.code, desk.now());
}

}  // namespace

std::string document_time(std::int64_t unix_ms) {
    return base::to_rfc3339({unix_ms}).substr(0, std::string_view("2026-01-18T12:30:00").size()) +
           "Z";
}

json::Object moved_body(const Coupon& coupon, const CouponStatus& status) {
    ingest::CouponMoved moved;
    moved.id = coupon.id;
    moved.state = loyalty::coupon_state_name(status.state);
    moved.used = coupon.used + coupon.status.uses_left - status.uses_left;
    if (status.holder) moved.account = status.holder->text();
    if (status.lock) {
        moved.lock_owner = status.lock->owner.text();
        moved.lock_until_ms = status.lock->until_ms;
    }
    return ingest::write_body(moved);
}

Fault redeemed_before(const Coupon& coupon) {
    const base::Wording said = refusal_sentence(Refusal::coupon_redeemed_before);
    if (!coupon.redeemed_ms) return Refusal::coupon_redeemed_before;  // at a till
    const std::string on = document_time(*coupon.redeemed_ms);
    return {
        Refusal::coupon_redeemed_before,
        {std::string(said.english) + " on " + on, std::string(said.hungarian) + " ekkor: " + on}};
}

Outcome<Coupon> find_coupon(Database& database, std::string_view code, base::WallTime now) {
    static const std::string kOne = kColumns + "WHERE c.code = $1";
    CF_LET(const Rows rows, database.query(kOne, {code}));
    if (rows.empty()) return Refusal::coupon_unknown;
    CF_LET(Coupon coupon, coupon_in(rows, 0, now));
    return coupon;
}

Outcome<CouponPage> list_coupons(Database& database, const std::string& account,
                                 std::optional<bool> redeemed, Part part, base::WallTime now) {
    static const std::string kWhere =
        "WHERE c.holder = $1 AND (CAST($2 AS BIGINT) < 0 OR " + kIsRedeemed + " = $2)";
    static const std::string kCount = "SELECT COUNT(*) FROM coupon c " + kWhere;
    static const std::string kSome =
        kColumns + kWhere + " ORDER BY c.created_ms DESC, c.id DESC LIMIT $3 OFFSET $4";
    const std::int64_t picked = redeemed ? std::int64_t{*redeemed} : -1;
    const std::string_view holder = account;
    CF_LET(const Rows count, database.query(kCount, {holder, picked}));
    CF_LET(const Rows rows, database.query(kSome, {holder, picked, part.limit, part.skip}));
    return page_of(count.integer(0, 0), rows, now);
}

Outcome<CouponPage> find_coupons(Database& database, const CouponFilter& filter, Part part,
                                 base::WallTime now) {
    if (!filter.book.empty()) return find_in_book(database, filter, part, now);
    static const std::string kWhere = "WHERE c.holder = $1 AND ($2 = '' OR " + kStateNow + " = $2)";
    static const std::string kCount = "SELECT COUNT(*)" + std::string(kFrom) + kWhere;
    static const std::string kSome =
        kColumns + kWhere + " ORDER BY c.created_ms DESC, c.id DESC LIMIT $4 OFFSET $5";
    const std::string_view holder = filter.holder;
    const std::string_view state =
        filter.state ? loyalty::coupon_state_name(*filter.state) : std::string_view();
    CF_LET(const Rows count, database.query(kCount, {holder, state, now.unix_ms}));
    CF_LET(const Rows rows,
           database.query(kSome, {holder, state, now.unix_ms, part.limit, part.skip}));
    return page_of(count.integer(0, 0), rows, now);
}

Outcome<Slice<Coupon>> list_all_coupons(Database& database, std::optional<bool> redeemed,
                                        const SliceAsk& ask, base::WallTime now) {
    static const std::string kSome =
        kSelected + " FROM (SELECT * " + std::string(kAllBehind) +
        "LIMIT $4) c LEFT JOIN book b ON b.id = c.book WHERE CAST($5 AS BIGINT) < 0 OR " +
        kIsRedeemed +
        " = $5 "
        "ORDER BY c.created_ms DESC, c.id DESC LIMIT $6";
    CF_LET(const SlicePlace place, first_place(ask));
    const std::int64_t from_ms = ask.from_ms.value_or(0);
    // One more tells whether there is more.
    const std::int64_t wanted = ask.limit + 1;
    const std::int64_t picked = redeemed ? std::int64_t{*redeemed} : -1;
    CF_LET(const Rows rows,
           database.query(kSome, {place.at_ms, std::string_view(place.name), from_ms,
                                  redeemed ? kMostExamined : wanted, picked, wanted}));
    Slice<Coupon> slice;
    CF_LET(slice.total, count_all(database, redeemed, ask));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (static_cast<std::int64_t>(row) == ask.limit) {
            const Coupon& last = slice.items.back();
            slice.next = SlicePlace{last.created_ms, 0, 0, last.id}.text();
            return slice;
        }
        CF_LET(Coupon coupon, coupon_in(rows, row, now));
        slice.items.push_back(std::move(coupon));
    }
    if (redeemed) {
        CF_LET(slice.next, end_of_examined(database, place, from_ms));
    }
    return slice;
}

Outcome<MadeCoupon> buy_coupon(Desk& desk, const Settings& settings, const std::string& account) {
    CF_LET(const Account buyer, find_account(desk.database(), account));
    if (buyer.points < settings.coupon_price_points)
        return Fault(loyalty::Refusal::points_insufficient,
                     loyalty::too_few_points_for_coupon(settings.coupon_price_points));
    ingest::CouponIssued issued;
    issued.id = desk.new_id();
    CF_LET(issued.code, new_code(desk));
    issued.value_minor = settings.coupon_value_minor;
    issued.account = account;
    issued.price_points = settings.coupon_price_points;
    CF_TRY(desk.record(EventType::coupon_issued, ingest::write_body(issued)));
    CF_LET(Coupon coupon, find_coupon(desk.database(), issued.code, desk.now()));
    CF_LET(Account after, find_account(desk.database(), account));
    return MadeCoupon{std::move(coupon), std::move(after)};
}

Outcome<Coupon> redeem_coupon(Desk& desk, const std::string& code, const Actor& actor) {
    CF_LET(const Coupon was, find_coupon(desk.database(), code, desk.now()));
    CF_TRY(check_own(was, actor));
    if (was.redeemed_ms && *was.redeemed_ms >= actor.arrived_ms)
        return loyalty::Refusal::concurrent_redemption;
    CF_LET(const base::Uuid who, base::Uuid::parse(actor.account));
    CF_LET(const CouponStatus status, loyalty::redeem(was.status, who, desk.now().unix_ms));
    CF_TRY(check_redemptions(desk.database(), was));
    return move(desk, was, status);
}

Outcome<Coupon> lock_coupon(Desk& desk, const std::string& code, const Actor& actor) {
    CF_LET(const Coupon was, find_coupon(desk.database(), code, desk.now()));
    CF_TRY(check_own(was, actor));
    CF_LET(const base::Uuid who, base::Uuid::parse(actor.account));
    CF_LET(const CouponStatus status, loyalty::lock(was.status, who, desk.now().unix_ms));
    return move(desk, was, status);
}

Outcome<Coupon> unlock_coupon(Desk& desk, const std::string& code, const Actor& actor) {
    CF_LET(const Coupon was, find_coupon(desk.database(), code, desk.now()));
    CF_TRY(check_own(was, actor));
    CF_LET(const base::Uuid who, base::Uuid::parse(actor.account));
    CF_LET(const CouponStatus status, loyalty::unlock(was.status, who, desk.now().unix_ms));
    return move(desk, was, status);
}

}  // namespace counterfoil::services
