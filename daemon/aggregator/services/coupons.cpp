#include "daemon/aggregator/services/coupons.h"

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

constexpr std::string_view kColumns =
    "SELECT id, code, value_minor, holder, state, lock_owner, lock_until_ms, uses, used, "
    "created_ms, redeemed_ms FROM coupon ";

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
    status.uses_left = coupon.uses - rows.integer(row, 8);
    if (!loyalty::is_sound(status)) return Error(Code::corrupt, "a coupon is not sound");
    coupon.status = loyalty::settled(status, now.unix_ms);
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

ingest::CouponMoved moved_to(const Coupon& coupon, const CouponStatus& status) {
    ingest::CouponMoved moved;
    moved.id = coupon.id;
    moved.state = loyalty::coupon_state_name(status.state);
    moved.used = coupon.uses - status.uses_left;
    if (status.holder) moved.account = status.holder->text();
    if (status.lock) {
        moved.lock_owner = status.lock->owner.text();
        moved.lock_until_ms = status.lock->until_ms;
    }
    return moved;
}

}  // namespace

std::string document_time(std::int64_t unix_ms) {
    return base::to_rfc3339({unix_ms}).substr(0, std::string_view("2026-01-18T12:30:00").size()) +
           "Z";
}

Fault redeemed_before(const Coupon& coupon) {
    const base::Wording said = refusal_sentence(Refusal::coupon_redeemed_before);
    const std::string on = document_time(coupon.redeemed_ms.value_or(coupon.created_ms));
    return {
        Refusal::coupon_redeemed_before,
        {std::string(said.english) + " on " + on, std::string(said.hungarian) + " ekkor: " + on}};
}

Outcome<Coupon> find_coupon(Database& database, std::string_view code, base::WallTime now) {
    static const std::string kOne = std::string(kColumns) + "WHERE code = $1";
    CF_LET(const Rows rows, database.query(kOne, {code}));
    if (rows.empty()) return Refusal::coupon_unknown;
    CF_LET(Coupon coupon, coupon_in(rows, 0, now));
    return coupon;
}

Outcome<std::vector<Coupon>> list_coupons(Database& database, const std::string& account,
                                          std::optional<bool> redeemed, base::WallTime now) {
    constexpr std::int64_t kMost = 1000;
    static const std::string kAll =
        std::string(kColumns) + "WHERE holder = $1 ORDER BY created_ms DESC, id DESC LIMIT $2";
    CF_LET(const Rows rows, database.query(kAll, {std::string_view(account), kMost}));
    std::vector<Coupon> coupons;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        CF_LET(Coupon coupon, coupon_in(rows, row, now));
        if (!redeemed || *redeemed == coupon.is_redeemed()) coupons.push_back(std::move(coupon));
    }
    return coupons;
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

Outcome<Coupon> redeem_coupon(Desk& desk, const std::string& code, const std::string& by) {
    CF_LET(const Coupon was, find_coupon(desk.database(), code, desk.now()));
    if (was.is_redeemed()) return redeemed_before(was);
    CF_LET(const base::Uuid who, base::Uuid::parse(by));
    CF_LET(const CouponStatus status, loyalty::redeem(was.status, who, desk.now().unix_ms));
    CF_TRY(desk.record(EventType::coupon_moved, ingest::write_body(moved_to(was, status))));
    return find_coupon(desk.database(), code, desk.now());
}

}  // namespace counterfoil::services
