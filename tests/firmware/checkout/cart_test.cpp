#include "firmware/checkout/cart.h"

#include <gtest/gtest.h>

namespace counterfoil::checkout {
namespace {

using ledger::kOne;

const Item kBurger{"5991234000017", "Sajtburger", "burger", 1890, 500, false};
const Item kBeer{"5991234000086", "Őszibarackos sör", "drink", 990, 2700, false};
const Item kSalad{"2100010", "Saláta", "salad", 4290, 1800, true};

Cart cart() {
    return {money::Currency::huf(), 3};
}

CartMember member() {
    CartMember member;
    member.id.bytes[0] = 1;
    member.points = 120;
    member.tier_permille = 1400;
    return member;
}

CartCoupon tenth_off_burgers() {
    CartCoupon coupon;
    coupon.coupon = coupon.redemption.coupon = "BOOK42-1";
    coupon.name = "Burger";
    coupon.redemption.book = 42;
    coupon.offer.id.bytes[0] = 9;
    coupon.offer.kind = loyalty::OfferKind::percent;
    coupon.offer.value = 100;
    coupon.offer.categories = {"burger"};
    return coupon;
}

TEST(Cart, PiecesOfOneProductAreOneLine) {
    Cart rung = cart();
    ASSERT_TRUE(rung.add(kBurger, kOne).ok());
    ASSERT_TRUE(rung.add(kBeer, kOne).ok());
    ASSERT_TRUE(rung.add(kBurger, 2 * kOne).ok());
    ASSERT_TRUE(rung.add(kSalad, 350).ok());
    ASSERT_TRUE(rung.add(kSalad, 210).ok());
    ASSERT_EQ(rung.lines().size(), 4U);
    EXPECT_EQ(rung.lines()[0].quantity_milli, 3 * kOne);
    const auto priced = rung.price();
    ASSERT_TRUE(priced.ok());
    EXPECT_EQ(priced.value().total_minor, 3 * 1890 + 990 + 1502 + 901);
    EXPECT_EQ(priced.value().points, 0) << "nobody is known";
}

TEST(Cart, CouponsAndPointsAreReckoned) {
    Cart rung = cart();
    ASSERT_TRUE(rung.add(kBurger, 2 * kOne).ok());
    ASSERT_TRUE(rung.add(kBeer, kOne).ok());
    rung.attach(member());
    rung.lay(tenth_off_burgers());
    const PricedCart priced = rung.price().value();
    EXPECT_EQ(priced.lines[0].discount_minor, 378);
    EXPECT_EQ(priced.lines[1].discount_minor, 0);
    EXPECT_EQ(priced.coupons,
              (std::vector<ledger::SaleCoupon>{{"BOOK42-1", "Burger", 42, 378, 0}}));
    EXPECT_EQ(priced.total_minor, 4392);
    EXPECT_EQ(priced.points, 60) << "43 full hundreds at 1.4";
}

TEST(Cart, ACouponThatDoesNotApplySaysWhyAndCostsNothing) {
    Cart rung = cart();
    ASSERT_TRUE(rung.add(kBeer, kOne).ok());
    rung.lay(tenth_off_burgers());
    const PricedCart priced = rung.price().value();
    EXPECT_EQ(priced.total_minor, 990);
    EXPECT_TRUE(priced.coupons.empty());
    ASSERT_EQ(priced.evaluation.offers.size(), 1U);
    EXPECT_FALSE(priced.evaluation.offers[0].applies());
    EXPECT_FALSE(priced.evaluation.offers[0].sentence.english.empty());
}

TEST(Cart, QuantitiesCanBeChangedAndTakenOut) {
    Cart rung = cart();
    ASSERT_TRUE(rung.add(kBurger, kOne).ok());
    ASSERT_TRUE(rung.add(kBeer, kOne).ok());
    ASSERT_TRUE(rung.set_quantity(1, 5 * kOne).ok());
    ASSERT_TRUE(rung.set_quantity(2, 0).ok());
    EXPECT_EQ(rung.price().value().total_minor, 5 * 1890);
    EXPECT_EQ(rung.set_quantity(2, kOne).error(), Refusal::line_unknown);
}

TEST(Cart, RefusesWhatMakesNoSense) {
    Cart rung = cart();
    EXPECT_EQ(rung.price().error(), Refusal::cart_empty);
    EXPECT_EQ(rung.add(kBurger, 0).error(), Refusal::amount_not_positive);
    EXPECT_EQ(rung.add(kBurger, -kOne).error(), Refusal::amount_not_positive);
    EXPECT_EQ(rung.add(kBurger, kOne / 2).error(), Refusal::quantity_not_whole);
    EXPECT_EQ(rung.add(kBurger, INT64_MAX / kOne * kOne).error(), Refusal::amount_too_large);
    Item dear = kBurger;
    dear.unit_minor = INT64_MAX;
    EXPECT_EQ(rung.add(dear, kOne).error(), Refusal::amount_too_large);
    for (std::size_t i = 0; i <= ledger::kMaxSaleLines; ++i)
        EXPECT_EQ(rung.add(kSalad, 100).ok(), i < ledger::kMaxSaleLines);
}

}  // namespace
}  // namespace counterfoil::checkout
