#pragma once

#include "daemon/aggregator/services/accounts.h"
#include "daemon/aggregator/services/slice.h"
#include "firmware/core/loyalty/coupon_state.h"

namespace counterfoil::services {

struct Coupon {
    std::string id;
    std::string code;
    std::int64_t value_minor = 0;
    loyalty::CouponStatus status;
    std::int64_t uses = 1;
    std::int64_t created_ms = 0;
    std::optional<std::int64_t> redeemed_ms;
    std::string book;  // empty: none
    std::int64_t place = 0;
    std::optional<std::int64_t> expires_ms;
    std::int64_t max_redemptions = 0;  // of one account in its book; 0: no limit

    // Of its uses, those that the centre has recorded; what tills have spent comes on top, and is
    // missing in the status's uses_left, too.
    std::int64_t used = 0;

    bool is_redeemed() const { return status.state == loyalty::CouponState::redeemed; }
};

// A part of a list.
struct Part {
    std::int64_t skip = 0;
    std::int64_t limit = 100;
};

// As SQL, the coupons `c` of the book $1 that nobody has and tills have not spent.
inline const std::string& available_in_book() {
    static const std::string kFrom = "FROM coupon c WHERE c.book = $1 AND " +
                                     std::string(ingest::kToldState) + " = 'AVAILABLE' ";
    return kFrom;
}

// coupon_unknown where there is none of that code.
Outcome<Coupon> find_coupon(store::Database& database, std::string_view code, base::WallTime now);

// Whose coupons, or which book's, and of these those that are in one state now.
struct CouponFilter {
    std::string book;
    std::string holder;  // where no book is named
    std::optional<loyalty::CouponState> state;
};
struct CouponPage {
    std::int64_t total = 0;
    std::vector<Coupon> coupons;
};
// A book's in its order; an account's, the latest first.
Outcome<CouponPage> find_coupons(store::Database& database, const CouponFilter& filter, Part part,
                                 base::WallTime now);
// Of one account, the latest first; redeemed ones or the others, where that is asked.
Outcome<CouponPage> list_coupons(store::Database& database, const std::string& account,
                                 std::optional<bool> redeemed, Part part, base::WallTime now);

// Everybody's and nobody's, the latest first; redeemed ones or the others, where that is asked. The
// total is told where it is not, and there are no more than kMostExamined.
Outcome<Slice<Coupon>> list_all_coupons(store::Database& database, std::optional<bool> redeemed,
                                        const SliceAsk& ask, base::WallTime now);

struct MadeCoupon {
    Coupon coupon;
    Account account;  // with the points that are left
};
// Points of the account become a coupon of its own; points_insufficient where they are too few.
Outcome<MadeCoupon> buy_coupon(Desk& desk, const Settings& settings, const std::string& account);

// Who does something with a coupon. Whoever is no admin may so only with his own.
struct Actor {
    std::string account;
    bool is_admin = false;
    // When the request came: whoever finds the coupon redeemed since then was in a race for it.
    std::int64_t arrived_ms = 0;
};
// What loyalty/coupon_state.h says; and maximum_redemptions_exceeded, with its numbers, where the
// holder has redeemed in the coupon's book as often as allowed.
Outcome<Coupon> redeem_coupon(Desk& desk, const std::string& code, const Actor& actor);
Outcome<Coupon> lock_coupon(Desk& desk, const std::string& code, const Actor& actor);
Outcome<Coupon> unlock_coupon(Desk& desk, const std::string& code, const Actor& actor);

// The event that makes the coupon what the status says.
json::Object moved_body(const Coupon& coupon, const loyalty::CouponStatus& status);

// "This coupon has already been redeemed on ..."
Fault redeemed_before(const Coupon& coupon);

// "2026-01-18T12:30:00Z": times as this interface's documents write them.
std::string document_time(std::int64_t unix_ms);

}  // namespace counterfoil::services
