#include "firmware/core/loyalty/coupon_state.h"

#include <array>

namespace counterfoil::loyalty {
namespace {

constexpr std::array<std::string_view, kCouponStates> kNames{
    "AVAILABLE", "ASSIGNED", "LOCKED", "REDEEMED", "EXPIRED", "REVOKED", "CONFLICT"};
static_assert(static_cast<std::size_t>(CouponState::conflict) + 1 == kCouponStates);

bool is_terminal(CouponState state) {
    return state == CouponState::redeemed || state == CouponState::expired ||
           state == CouponState::revoked;
}

bool is_live(CouponState state) {
    return state == CouponState::available || state == CouponState::assigned ||
           state == CouponState::locked;
}

CouponStatus unlocked(CouponStatus coupon) {
    coupon.lock.reset();
    coupon.state = coupon.holder ? CouponState::assigned : CouponState::available;
    return coupon;
}

CouponStatus ended(CouponStatus coupon, CouponState state) {
    coupon.lock.reset();
    coupon.state = state;
    CF_CHECK(is_sound(coupon));
    return coupon;
}

// What stands between a settled coupon and its use.
base::Result<void, Refusal> check_belongs(const CouponStatus& coupon) {
    if (coupon.state == CouponState::available && !coupon.for_bearer)
        return Refusal::coupon_not_assigned;
    return {};
}

Judged<UseCount> count_one(UseCount count, Refusal refusal) {
    CF_CHECK(count.used >= 0 && count.limit >= 0);
    if (count.used >= count.limit) return refusal;
    return UseCount{count.used + 1, count.limit};
}

}  // namespace

std::string_view coupon_state_name(CouponState state) {
    const auto index = static_cast<std::size_t>(state);
    CF_CHECK(index < kNames.size());
    return kNames[index];
}

std::optional<CouponState> coupon_state_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == name) return static_cast<CouponState>(i);
    return std::nullopt;
}

bool is_sound(const CouponStatus& coupon) {
    if (static_cast<std::size_t>(coupon.state) >= kCouponStates) return false;
    if (coupon.uses_left < 0 || coupon.uses_left > kMaxUses) return false;
    if (coupon.lock.has_value() != (coupon.state == CouponState::locked)) return false;
    if (coupon.state == CouponState::available && coupon.holder) return false;
    if (coupon.state == CouponState::assigned && !coupon.holder) return false;
    if (coupon.state == CouponState::locked && !coupon.holder && !coupon.for_bearer) return false;
    if (coupon.state == CouponState::redeemed) return coupon.uses_left == 0;
    return !is_live(coupon.state) || coupon.uses_left > 0;
}

CouponStatus settled(CouponStatus coupon, std::int64_t now_ms) {
    CF_CHECK(is_sound(coupon));
    if (!coupon.lock || now_ms < coupon.lock->until_ms) return coupon;
    return unlocked(coupon);
}

Judged<CouponStatus> assign(const CouponStatus& coupon, const base::Uuid& holder) {
    CF_CHECK(is_sound(coupon));
    if (coupon.state != CouponState::available) return Refusal::coupon_not_available;
    CouponStatus next = coupon;
    next.holder = holder;
    next.state = CouponState::assigned;
    return next;
}

Judged<CouponStatus> lock(const CouponStatus& coupon, const base::Uuid& owner, std::int64_t now_ms,
                          std::int64_t lock_ms) {
    if (lock_ms <= 0 || lock_ms > kMaxLockMs) return Refusal::lock_time_wrong;
    CouponLock fresh{owner, 0};
    if (__builtin_add_overflow(now_ms, lock_ms, &fresh.until_ms)) return Refusal::lock_time_wrong;
    CouponStatus next = settled(coupon, now_ms);
    if (next.state == CouponState::locked) return Refusal::already_locked;
    if (!is_live(next.state)) return Refusal::invalid_transition;
    CF_TRY(check_belongs(next));
    next.lock = fresh;
    next.state = CouponState::locked;
    return next;
}

Judged<CouponStatus> unlock(const CouponStatus& coupon, const base::Uuid& by, std::int64_t now_ms) {
    const CouponStatus now = settled(coupon, now_ms);
    if (now.state != CouponState::locked) return Refusal::invalid_transition;
    if (now.lock->owner != by) return Refusal::lock_not_yours;
    return unlocked(now);
}

Judged<CouponStatus> redeem(const CouponStatus& coupon, const base::Uuid& by, std::int64_t now_ms) {
    CouponStatus next = settled(coupon, now_ms);
    if (is_terminal(next.state)) return Refusal::terminal_state;
    if (next.state == CouponState::conflict) return Refusal::concurrent_redemption;
    if (next.lock && next.lock->owner != by) return Refusal::coupon_locked;
    CF_TRY(check_belongs(next));
    CF_CHECK(next.uses_left > 0);
    --next.uses_left;
    if (next.uses_left == 0) return ended(next, CouponState::redeemed);
    return unlocked(next);
}

Judged<CouponStatus> expire(const CouponStatus& coupon, std::int64_t now_ms) {
    const CouponStatus now = settled(coupon, now_ms);
    if (now.state == CouponState::locked) return Refusal::lock_holds;
    if (!is_live(now.state)) return Refusal::invalid_transition;
    return ended(now, CouponState::expired);
}

Judged<CouponStatus> revoke(const CouponStatus& coupon) {
    CF_CHECK(is_sound(coupon));
    if (is_terminal(coupon.state)) return Refusal::invalid_transition;
    return ended(coupon, CouponState::revoked);
}

Judged<CouponStatus> mark_conflict(const CouponStatus& coupon) {
    CF_CHECK(is_sound(coupon));
    if (coupon.state == CouponState::conflict) return Refusal::invalid_transition;
    return ended(coupon, CouponState::conflict);
}

Judged<UseCount> count_assignment(UseCount assignments) {
    return count_one(assignments, Refusal::maximum_assignments_exceeded);
}

Judged<UseCount> count_redemption(UseCount redemptions) {
    return count_one(redemptions, Refusal::maximum_redemptions_exceeded);
}

}  // namespace counterfoil::loyalty
