#pragma once

#include <optional>

#include "firmware/core/base/id.h"
#include "firmware/core/loyalty/refusal.h"

namespace counterfoil::loyalty {

inline constexpr std::int64_t kLockMs = 5 * 60 * 1000;
inline constexpr std::int64_t kMaxLockMs = 60 * 60 * 1000;
inline constexpr std::int64_t kMaxUses = 1'000'000;

enum class CouponState : std::uint8_t {
    available,  // belongs to nobody
    assigned,   // belongs to a member
    locked,     // set aside for its lock's owner
    redeemed,   // used up
    expired,
    revoked,
    conflict,  // redeemed in two places; the centre decides
};
inline constexpr std::size_t kCouponStates = 7;

// "AVAILABLE": stable, as stored and shown.
std::string_view coupon_state_name(CouponState state);
std::optional<CouponState> coupon_state_from_name(std::string_view name);

struct CouponLock {
    base::Uuid owner;
    std::int64_t until_ms = 0;  // the first moment in which it no longer holds

    bool operator==(const CouponLock&) const = default;
};

// Where a coupon stands. A coupon for whoever brings it has `for_bearer` set and is locked and
// redeemed without being assigned.
struct CouponStatus {
    CouponState state = CouponState::available;
    bool for_bearer = false;
    std::optional<base::Uuid> holder;
    std::optional<CouponLock> lock;  // there is one in the state `locked` only
    std::int64_t uses_left = 1;

    bool operator==(const CouponStatus&) const = default;
};

// Whether the fields hold together. Who reads a status from outside asks this first: the functions
// below take anything else for a programmer's fault.
bool is_sound(const CouponStatus& coupon);

// The state at that moment: a lock that has run out is gone, and the coupon is what it was before.
CouponStatus settled(CouponStatus coupon, std::int64_t now_ms);

// Each gives the new status, or the reason why the coupon stays what it is.
//
// assign: an available coupon goes to a member.
Judged<CouponStatus> assign(const CouponStatus& coupon, const base::Uuid& holder);
// lock: nobody but the owner redeems the coupon until the time is over. already_locked for
// everybody, the owner too, while a lock holds.
Judged<CouponStatus> lock(const CouponStatus& coupon, const base::Uuid& owner, std::int64_t now_ms,
                          std::int64_t lock_ms = kLockMs);
// unlock: by the owner only.
Judged<CouponStatus> unlock(const CouponStatus& coupon, const base::Uuid& by, std::int64_t now_ms);
// redeem: one use is spent and a lock is opened. The coupon is redeemed when no uses are left, and
// otherwise what it was before. Whether the one who brings it may is judged elsewhere.
Judged<CouponStatus> redeem(const CouponStatus& coupon, const base::Uuid& by, std::int64_t now_ms);
// expire: not while a lock holds, so that a sale under way is not cut off.
Judged<CouponStatus> expire(const CouponStatus& coupon, std::int64_t now_ms);
// revoke: whatever is not at its end, locked or not.
Judged<CouponStatus> revoke(const CouponStatus& coupon);
// conflict: from every other state, because an offline redemption may come to light at any time.
Judged<CouponStatus> mark_conflict(const CouponStatus& coupon);

// One more coupon of a book for a member, and one more redemption. These are two counters: a member
// may hold five coupons of a book of which each is redeemed three times.
Judged<UseCount> count_assignment(UseCount assignments);
Judged<UseCount> count_redemption(UseCount redemptions);

}  // namespace counterfoil::loyalty
