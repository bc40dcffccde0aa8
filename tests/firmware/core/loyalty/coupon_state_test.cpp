#include <gtest/gtest.h>

#include <limits>

#include "firmware/core/loyalty/coupon_state.h"
#include "tests/support/properties.h"

namespace counterfoil::loyalty {
namespace {

constexpr std::int64_t kNow = 1'000'000;

base::Uuid person(std::uint8_t number) {
    base::Uuid id;
    id.bytes[15] = number;
    return id;
}

const base::Uuid kAlice = person(1);
const base::Uuid kBob = person(2);

CouponStatus assigned_coupon(std::int64_t uses = 1) {
    return {CouponState::assigned, false, kAlice, std::nullopt, uses};
}

CouponStatus unassigned_coupon(std::int64_t uses) {
    return {CouponState::available, false, std::nullopt, std::nullopt, uses};
}

CouponStatus locked_coupon(std::int64_t uses = 1) {
    return lock(assigned_coupon(uses), kAlice, kNow).value();
}

CouponStatus bearer_coupon(std::int64_t uses = 1) {
    return {CouponState::available, true, std::nullopt, std::nullopt, uses};
}

CouponStatus in_state(CouponState state) {
    if (state == CouponState::available) return {};
    if (state == CouponState::locked) return locked_coupon();
    CouponStatus coupon = assigned_coupon();
    coupon.state = state;
    if (state == CouponState::redeemed) coupon.uses_left = 0;
    return coupon;
}

// The new state's name, or the refusal's.
std::string_view outcome(const Judged<CouponStatus>& judged) {
    return judged.ok() ? coupon_state_name(judged.value().state) : refusal_name(judged.error());
}

struct Row {
    CouponState from;
    std::string_view assigned;
    std::string_view locked;
    std::string_view unlocked;
    std::string_view redeemed;
    std::string_view expired;
    std::string_view revoked;
    std::string_view conflict;
};

TEST(CouponTransitions, AreThoseOfTheTable) {
    const std::array<Row, kCouponStates> rows{
        {{CouponState::available, "ASSIGNED", "coupon_not_assigned", "invalid_transition",
          "coupon_not_assigned", "EXPIRED", "REVOKED", "CONFLICT"},
         {CouponState::assigned, "coupon_not_available", "LOCKED", "invalid_transition", "REDEEMED",
          "EXPIRED", "REVOKED", "CONFLICT"},
         {CouponState::locked, "coupon_not_available", "already_locked", "ASSIGNED", "REDEEMED",
          "lock_holds", "REVOKED", "CONFLICT"},
         {CouponState::redeemed, "coupon_not_available", "invalid_transition", "invalid_transition",
          "terminal_state", "invalid_transition", "invalid_transition", "CONFLICT"},
         {CouponState::expired, "coupon_not_available", "invalid_transition", "invalid_transition",
          "terminal_state", "invalid_transition", "invalid_transition", "CONFLICT"},
         {CouponState::revoked, "coupon_not_available", "invalid_transition", "invalid_transition",
          "terminal_state", "invalid_transition", "invalid_transition", "CONFLICT"},
         {CouponState::conflict, "coupon_not_available", "invalid_transition", "invalid_transition",
          "concurrent_redemption", "invalid_transition", "REVOKED", "invalid_transition"}}};
    for (const Row& row : rows) {
        SCOPED_TRACE(coupon_state_name(row.from));
        const CouponStatus coupon = in_state(row.from);
        EXPECT_EQ(outcome(assign(coupon, kAlice)), row.assigned);
        EXPECT_EQ(outcome(lock(coupon, kAlice, kNow)), row.locked);
        EXPECT_EQ(outcome(unlock(coupon, kAlice, kNow)), row.unlocked);
        EXPECT_EQ(outcome(redeem(coupon, kAlice, kNow)), row.redeemed);
        EXPECT_EQ(outcome(expire(coupon, kNow)), row.expired);
        EXPECT_EQ(outcome(revoke(coupon)), row.revoked);
        EXPECT_EQ(outcome(mark_conflict(coupon)), row.conflict);
    }
}

TEST(CouponStates, HaveNamesThatAreReadBack) {
    for (std::size_t i = 0; i < kCouponStates; ++i) {
        const auto state = static_cast<CouponState>(i);
        EXPECT_EQ(coupon_state_from_name(coupon_state_name(state)), state);
    }
    EXPECT_EQ(coupon_state_name(CouponState::conflict), "CONFLICT");
    EXPECT_EQ(coupon_state_from_name("available"), std::nullopt);
    EXPECT_EQ(coupon_state_from_name(""), std::nullopt);
    EXPECT_DEATH((void)coupon_state_name(static_cast<CouponState>(7)), "check failed");
}

TEST(CouponAssignment, NamesItsHolder) {
    EXPECT_EQ(assign({}, kBob).value().holder, kBob);
    EXPECT_EQ(assign(bearer_coupon(), kBob).value().holder, kBob);
}

TEST(CouponLock, KeepsEverybodyElseFromRedeeming) {
    const auto bob = redeem(locked_coupon(), kBob, kNow);
    ASSERT_FALSE(bob.ok());
    EXPECT_EQ(bob.error(), Refusal::coupon_locked);
    EXPECT_EQ(refusal_sentence(bob.error()).english, "Cannot redeem LOCKED coupon");
    EXPECT_EQ(refusal_http_status(bob.error()), 423);
    EXPECT_EQ(outcome(redeem(locked_coupon(), kAlice, kNow)), "REDEEMED");
}

TEST(CouponLock, IsOpenedByItsOwnerOnly) {
    EXPECT_EQ(unlock(locked_coupon(), kBob, kNow).error(), Refusal::lock_not_yours);
    EXPECT_EQ(unlock(locked_coupon(), kAlice, kNow).value(), assigned_coupon());
}

TEST(CouponLock, RunsOutAfterFiveMinutes) {
    const CouponStatus coupon = locked_coupon();
    EXPECT_EQ(coupon.lock->until_ms, kNow + 300'000);
    const std::int64_t last = kNow + 299'999;
    EXPECT_EQ(outcome(redeem(coupon, kBob, last)), "coupon_locked");
    EXPECT_EQ(outcome(lock(coupon, kBob, last)), "already_locked");
    EXPECT_EQ(outcome(expire(coupon, last)), "lock_holds");
    EXPECT_EQ(outcome(redeem(coupon, kBob, last + 1)), "REDEEMED");
    EXPECT_EQ(lock(coupon, kBob, last + 1).value().lock->owner, kBob);
    EXPECT_EQ(outcome(expire(coupon, last + 1)), "EXPIRED");
    EXPECT_EQ(outcome(unlock(coupon, kAlice, last + 1)), "invalid_transition");
    EXPECT_EQ(settled(coupon, last).state, CouponState::locked);
    EXPECT_EQ(settled(coupon, last + 1), assigned_coupon());
}

TEST(CouponLock, HoldsForABoundedTime) {
    const CouponStatus coupon = assigned_coupon();
    EXPECT_EQ(lock(coupon, kAlice, kNow, 1).value().lock->until_ms, kNow + 1);
    EXPECT_TRUE(lock(coupon, kAlice, kNow, kMaxLockMs).ok());
    for (std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, kMaxLockMs + 1})
        EXPECT_EQ(lock(coupon, kAlice, kNow, bad).error(), Refusal::lock_time_wrong);
    const std::int64_t end_of_time = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(lock(coupon, kAlice, end_of_time).error(), Refusal::lock_time_wrong);
}

TEST(BearerCoupon, IsLockedAndRedeemedWithoutBeingAssigned) {
    EXPECT_EQ(outcome(redeem(bearer_coupon(), kBob, kNow)), "REDEEMED");
    const CouponStatus locked = lock(bearer_coupon(), kBob, kNow).value();
    EXPECT_EQ(outcome(redeem(locked, kAlice, kNow)), "coupon_locked");
    EXPECT_EQ(unlock(locked, kBob, kNow).value(), bearer_coupon());
}

TEST(MultiUseCoupon, IsRedeemedWhenNoUsesAreLeft) {
    CouponStatus coupon = assigned_coupon(3);
    for (std::int64_t left : {2, 1}) {
        coupon = redeem(coupon, kAlice, kNow).value();
        EXPECT_EQ(coupon, assigned_coupon(left));
    }
    coupon = redeem(coupon, kAlice, kNow).value();
    EXPECT_EQ(coupon.state, CouponState::redeemed);
    EXPECT_EQ(coupon.uses_left, 0);
    EXPECT_EQ(redeem(coupon, kAlice, kNow).error(), Refusal::terminal_state);
}

TEST(MultiUseCoupon, ComesOutOfItsLockAfterAUse) {
    EXPECT_EQ(redeem(locked_coupon(2), kAlice, kNow).value(), assigned_coupon(1));
    EXPECT_EQ(redeem(bearer_coupon(2), kBob, kNow).value(), bearer_coupon(1));
}

TEST(CouponStatus, IsUnsoundWhereItsFieldsContradict) {
    const auto changed = [](CouponState from, auto change) {
        CouponStatus coupon = in_state(from);
        change(coupon);
        return is_sound(coupon);
    };
    EXPECT_FALSE(changed(CouponState::available, [](auto& c) { c.holder = kAlice; }));
    EXPECT_FALSE(changed(CouponState::assigned, [](auto& c) { c.holder.reset(); }));
    EXPECT_FALSE(changed(CouponState::assigned, [](auto& c) { c.lock = {{kAlice, kNow}}; }));
    EXPECT_FALSE(changed(CouponState::assigned, [](auto& c) { c.uses_left = 0; }));
    EXPECT_FALSE(changed(CouponState::assigned, [](auto& c) { c.uses_left = kMaxUses + 1; }));
    EXPECT_FALSE(changed(CouponState::locked, [](auto& c) { c.lock.reset(); }));
    EXPECT_FALSE(changed(CouponState::locked, [](auto& c) { c.holder.reset(); }));
    EXPECT_FALSE(changed(CouponState::redeemed, [](auto& c) { c.uses_left = 1; }));
    EXPECT_FALSE(changed(CouponState::revoked, [](auto& c) { c.uses_left = -1; }));
    EXPECT_FALSE(changed(CouponState::revoked,
                         [](auto& c) { c.state = static_cast<CouponState>(kCouponStates); }));
    for (std::size_t i = 0; i < kCouponStates; ++i)
        EXPECT_TRUE(is_sound(in_state(static_cast<CouponState>(i))));
}

TEST(CouponStatus, StopsTheProgramWhenItIsUnsound) {
    CouponStatus coupon = assigned_coupon();
    coupon.uses_left = 0;
    EXPECT_DEATH((void)assign(coupon, kAlice), "check failed");
    EXPECT_DEATH((void)lock(coupon, kAlice, kNow), "check failed");
    EXPECT_DEATH((void)redeem(coupon, kAlice, kNow), "check failed");
    EXPECT_DEATH((void)revoke(coupon), "check failed");
    EXPECT_DEATH((void)mark_conflict(coupon), "check failed");
}

TEST(UseLimits, RefuseTheSixthAssignmentWithTheNumbers) {
    UseCount assignments{0, 5};
    for (int i = 0; i < 5; ++i) assignments = count_assignment(assignments).value();
    EXPECT_EQ(assignments, (UseCount{5, 5}));
    const auto sixth = count_assignment(assignments);
    EXPECT_EQ(sixth.error(), Refusal::maximum_assignments_exceeded);
    EXPECT_EQ(refusal_with_count(sixth.error(), assignments).english,
              "Maximum assignments exceeded (5/5)");
}

TEST(UseLimits, CountRedemptionsApartFromAssignments) {
    EXPECT_EQ(count_redemption({2, 3}).value(), (UseCount{3, 3}));
    const auto fourth = count_redemption({3, 3});
    EXPECT_EQ(fourth.error(), Refusal::maximum_redemptions_exceeded);
    EXPECT_EQ(refusal_with_count(fourth.error(), {3, 3}).english,
              "Maximum redemptions exceeded (3/3)");
    EXPECT_FALSE(count_redemption({0, 0}).ok());
    EXPECT_FALSE(count_assignment({7, 5}).ok());
    EXPECT_DEATH((void)count_assignment({-1, 5}), "check failed");
}

// Whatever is tried in whatever order: uses are spent one at a time and never come back, and a
// coupon is redeemed exactly when they are gone.
TEST(CouponHistory, StaysSoundAndSpendsItsUsesOneByOne) {
    test::expect_always([] {
        const auto uses = test::draw<std::int64_t>(1, 6);
        CouponStatus coupon = test::draw_of<CouponStatus>(
            {bearer_coupon(uses), assigned_coupon(uses), unassigned_coupon(uses)});
        std::int64_t now_ms = kNow;
        std::int64_t redemptions = 0;
        for (int steps = test::draw(0, 40); steps > 0; --steps) {
            const int step = test::draw(0, 12);
            const base::Uuid who = person(test::draw<std::uint8_t>(1, 4));
            now_ms += test::draw<std::int64_t>(0, kLockMs);
            Judged<CouponStatus> next = coupon;
            if (step == 0) next = assign(coupon, who);
            if (step >= 1 && step <= 3) next = lock(coupon, who, now_ms);
            if (step == 4) next = unlock(coupon, who, now_ms);
            // Each end is for coupons of one number of uses, so that most histories go on for long.
            if (step == 5 && uses == 5) next = mark_conflict(coupon);
            if (step == 6 && uses == 4) next = revoke(coupon);
            if (step == 7 && uses == 3) next = expire(coupon, now_ms);
            if (step >= 8) {
                next = redeem(coupon, who, now_ms);
                const CouponStatus now = settled(coupon, now_ms);
                const bool anothers = now.lock && now.lock->owner != who;
                RC_ASSERT(!(next.ok() && anothers));
                if (next.ok()) ++redemptions;
            }
            if (next.ok()) coupon = next.value();
            RC_ASSERT(is_sound(coupon));
            RC_ASSERT(coupon.uses_left == uses - redemptions);
            RC_ASSERT(coupon.state != CouponState::redeemed || redemptions == uses);
        }
    });
}

}  // namespace
}  // namespace counterfoil::loyalty
