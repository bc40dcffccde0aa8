#include "firmware/mirror/overlay.h"

#include <gtest/gtest.h>

#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::mirror {
namespace {

class Overlaid : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(shop_.load_sample(1, 10).ok());
        mirror_.emplace(Mirror::open(shop_.database()).value());
        overlay_.emplace(*mirror_);
    }

    Coupon coupon() { return *overlay_->find_coupon_by_serial(sample_coupon().serial).value(); }
    std::int64_t leased() {
        return overlay_->find_member_by_id(uuid_of(1)).value()->lease->quantity;
    }
    std::int64_t points() { return overlay_->find_member_by_id(uuid_of(1)).value()->points; }

    Shop shop_;
    std::optional<Mirror> mirror_;
    std::optional<Overlay> overlay_;
};

TEST_F(Overlaid, WithoutChangesItIsTheMirror) {
    Coupon same = sample_coupon();
    same.included_seq = 10;
    EXPECT_EQ(coupon(), same);
    EXPECT_EQ(points(), 1500);
    EXPECT_EQ(overlay_->find_coupon_by_code("NO-NE").value(), std::nullopt);
    EXPECT_EQ(overlay_->find_member_by_loyalty_id("none").value(), std::nullopt);
}

TEST_F(Overlaid, UsesThatWereSpentHereAreGone) {
    overlay_->add(11, CouponUses{sample_coupon().serial, 1, 1});
    EXPECT_EQ(coupon().uses_left, 1);
    EXPECT_EQ(coupon().lease->quantity, 1);
    EXPECT_EQ(coupon().state, CouponState::assigned);
    overlay_->add(12, CouponUses{sample_coupon().serial, 1, 1});
    EXPECT_EQ(coupon().uses_left, 0);
    EXPECT_EQ(coupon().state, CouponState::redeemed);
    overlay_->add(13, CouponUses{sample_coupon().serial, 1, 1});
    EXPECT_EQ(coupon().uses_left, 0);
    EXPECT_EQ(coupon().lease->quantity, 0);
    EXPECT_EQ(overlay_->find_coupon_by_code(*sample_coupon().code).value()->uses_left, 0);
    overlay_->add(14, CouponUses{sample_coupon().serial, -2, -2});
    EXPECT_EQ(coupon().uses_left, 1);
    EXPECT_EQ(coupon().state, CouponState::assigned);
}

TEST_F(Overlaid, PointsAreEarnedAndSpent) {
    overlay_->add(11, PointsChange{uuid_of(1), 70});
    overlay_->add(11, PointsChange{uuid_of(2), 5});
    overlay_->add(12, PointsChange{uuid_of(1), -500});
    EXPECT_EQ(points(), 1070);
    EXPECT_EQ(overlay_->find_member_by_loyalty_id("L100001").value()->points, 1070);
    const auto hash = mirror_->phone_hash(kAnnasPhone).value();
    EXPECT_EQ(overlay_->find_member_by_phone_hash(hash).value()->points, 1070);
}

TEST_F(Overlaid, PointsOfALeaseAreSpentAndGivenBack) {
    overlay_->add(11, PointsChange{uuid_of(1), -500, 500});
    EXPECT_EQ(points(), 1000);
    EXPECT_EQ(leased(), 700);
    // What is earned, or spent by the centre's leave, is none of the lease's.
    overlay_->add(12, PointsChange{uuid_of(1), 70});
    overlay_->add(12, PointsChange{uuid_of(1), -20});
    EXPECT_EQ(leased(), 700);
    overlay_->add(13, PointsChange{uuid_of(1), 100, -100});
    EXPECT_EQ(points(), 1150);
    EXPECT_EQ(leased(), 800);
    overlay_->add(14, PointsChange{uuid_of(1), -1000, 1000});
    EXPECT_EQ(points(), 150);
    EXPECT_EQ(leased(), 0);
    EXPECT_EQ(overlay_->find_member_by_loyalty_id("L100001").value()->lease->quantity, 0);
    const auto hash = mirror_->phone_hash(kAnnasPhone).value();
    EXPECT_EQ(overlay_->find_member_by_phone_hash(hash).value()->lease->quantity, 0);
}

TEST_F(Overlaid, AMemberWithoutALeaseGetsNone) {
    overlay_->add(11, PointsChange{uuid_of(2), -500, 500});
    const auto member = overlay_->find_member_by_id(uuid_of(2)).value();
    EXPECT_EQ(member->points, 1000);
    EXPECT_EQ(member->lease, std::nullopt);
}

TEST_F(Overlaid, ALeaseThatTakesAccountOfSpendingIsLoweredOnce) {
    overlay_->add(11, PointsChange{uuid_of(1), -300, 300});
    overlay_->add(12, PointsChange{uuid_of(1), -5, 5});
    EXPECT_EQ(leased(), 895);
    ASSERT_TRUE(shop_.load_sample(2, 11).ok());
    EXPECT_EQ(leased(), 1195);
    EXPECT_EQ(overlay_->size(), 1U);
    ASSERT_TRUE(shop_.load_sample(3, 12).ok());
    EXPECT_EQ(leased(), 1200);
    EXPECT_EQ(overlay_->size(), 0U);
}

TEST_F(Overlaid, WhatTheMirrorTakesAccountOfIsForgotten) {
    overlay_->add(9, PointsChange{uuid_of(1), -100});
    overlay_->add(10, PointsChange{uuid_of(1), -10});
    overlay_->add(11, PointsChange{uuid_of(1), -1});
    overlay_->add(12, CouponUses{sample_coupon().serial, 1});
    EXPECT_EQ(points(), 1499);
    EXPECT_EQ(overlay_->size(), 2U);
    // The centre has the events up to 11 now; the same reader sees the new content.
    ASSERT_TRUE(shop_.load_sample(2, 11).ok());
    EXPECT_EQ(points(), 1500);
    EXPECT_EQ(coupon().uses_left, 1);
    EXPECT_EQ(overlay_->size(), 1U);
    overlay_->forget_up_to(12);
    EXPECT_EQ(overlay_->size(), 0U);
}

TEST_F(Overlaid, ManyRandomChangesAddUp) {
    const std::uint64_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::vector<PointsChange> changes;
    for (std::int64_t seq = 11; seq < 211; ++seq) {
        const auto points = static_cast<std::int64_t>(random() % 201) - 100;
        const auto leased = static_cast<std::int64_t>(random() % 41) - 20;
        changes.push_back({uuid_of(1), points, leased});
        overlay_->add(seq, changes.back());
    }
    for (std::int64_t cursor = 10, version = 2; cursor < 211; cursor += 50, ++version) {
        ASSERT_TRUE(shop_.load_sample(version, cursor).ok());
        std::int64_t expected = 1500;
        std::int64_t left = 1200;
        for (std::size_t i = static_cast<std::size_t>(cursor - 10); i < changes.size(); ++i) {
            expected += changes[i].points;
            left -= changes[i].leased;
        }
        EXPECT_EQ(points(), expected) << cursor;
        EXPECT_EQ(leased(), std::max<std::int64_t>(0, left)) << cursor;
    }
}

TEST_F(Overlaid, EventsThatGoBackAreAFault) {
    overlay_->add(11, PointsChange{uuid_of(1), 1});
    EXPECT_DEATH(overlay_->add(10, PointsChange{uuid_of(1), 1}), "");
}

}  // namespace
}  // namespace counterfoil::mirror
