#include <gtest/gtest.h>

#include <limits>

#include "tests/firmware/core/loyalty/carts.h"

namespace counterfoil::loyalty {
namespace {

using test::cart_of;
using test::known_member;
using test::offer_id;
using test::offer_of;
using test::pieces_of;

Cart breakfast() {
    Cart cart = cart_of({pieces_of("tea", 2, 300), pieces_of("bun", 3, 200)});
    cart.lines[0].category = "drinks";
    cart.lines[1].category = "food";
    return cart;
}

std::vector<std::int64_t> taken_by_line(const Evaluation& evaluation) {
    std::vector<std::int64_t> taken;
    for (const LineOutcome& line : evaluation.lines) taken.push_back(line.discount_minor);
    return taken;
}

// The outcome of an offer that is alone on the cart.
OfferOutcome alone(const Offer& offer, const Cart& cart = breakfast(),
                   const MemberState& member = known_member()) {
    return evaluate(cart, {offer}, member).value().offers.at(0);
}

Refusal refused(const Offer& offer, const MemberState& member = known_member()) {
    const OfferOutcome outcome = alone(offer, breakfast(), member);
    EXPECT_EQ(outcome.discount_minor, 0);
    EXPECT_EQ(outcome.bonus_points, 0);
    return outcome.refusal.value();
}

TEST(FixedDiscount, IsSpreadOverTheLinesInProportionToTheUnit) {
    const Cart cart =
        cart_of({pieces_of("a", 1, 100), pieces_of("b", 1, 100), pieces_of("c", 1, 100)});
    const auto result = evaluate(cart, {offer_of(1, OfferKind::fixed, 100)}, {}).value();
    EXPECT_EQ(taken_by_line(result), (std::vector<std::int64_t>{34, 33, 33}));
    EXPECT_EQ(result.discount_minor, 100);
    EXPECT_EQ(result.to_pay_minor, 200);
    EXPECT_EQ(result.lines[0].to_pay_minor, 66);
    EXPECT_EQ(result.lines[0].taken, (std::vector<OfferShare>{{offer_id(1), 34}}));
}

TEST(FixedDiscount, NeverTakesMoreThanThereIs) {
    const auto result = evaluate(breakfast(), {offer_of(1, OfferKind::fixed, 5000)}, {}).value();
    EXPECT_EQ(result.discount_minor, 1200);
    EXPECT_EQ(result.to_pay_minor, 0);
    EXPECT_EQ(result.offers[0].sentence.english, "Takes 1200 HUF off.");
    EXPECT_EQ(result.offers[0].sentence.hungarian, "1200 HUF kedvezményt ad.");
}

TEST(PercentDiscount, IsSettledOnceHalvesUpAndThenSpread) {
    const Cart cart = cart_of({pieces_of("a", 1, 15), pieces_of("b", 1, 10)});
    const auto result = evaluate(cart, {offer_of(1, OfferKind::percent, 100)}, {}).value();
    EXPECT_EQ(result.discount_minor, 3);
    EXPECT_EQ(taken_by_line(result), (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(alone(offer_of(1, OfferKind::percent, 1000)).discount_minor, 1200);
}

TEST(PercentDiscount, WorksOnWhatEarlierOffersHaveLeft) {
    Offer first = offer_of(1, OfferKind::fixed, 200);
    first.priority = 1;
    const auto result =
        evaluate(breakfast(), {offer_of(2, OfferKind::percent, 500), first}, {}).value();
    EXPECT_EQ(result.offers[0].offer, offer_id(1));
    EXPECT_EQ(result.offers[1].discount_minor, 500);
    EXPECT_EQ(result.to_pay_minor, 500);
    EXPECT_EQ(result.lines[0].taken,
              (std::vector<OfferShare>{{offer_id(1), 100}, {offer_id(2), 250}}));
}

TEST(BonusPoints, AreGivenToMembersAndTakeNothingOff) {
    const Offer offer = offer_of(1, OfferKind::bonus_points, 50);
    const auto result = evaluate(breakfast(), {offer}, known_member()).value();
    EXPECT_EQ(result.bonus_points, 50);
    EXPECT_EQ(result.discount_minor, 0);
    EXPECT_TRUE(result.lines[0].taken.empty());
    EXPECT_EQ(result.offers[0].sentence, (Sentence{"Gives 50 points.", "50 pontot ad."}));
    EXPECT_EQ(alone(offer_of(1, OfferKind::bonus_points, 1)).sentence.english, "Gives 1 point.");
    EXPECT_EQ(refused(offer, {}), Refusal::member_required);
}

TEST(FreeProduct, TakesOffThePriceOfItsPieces) {
    Offer offer = offer_of(1, OfferKind::free_product, 1);
    offer.products = {"bun"};
    const auto result = evaluate(breakfast(), {offer}, {}).value();
    EXPECT_EQ(taken_by_line(result), (std::vector<std::int64_t>{0, 200}));
    offer.value = 5;
    EXPECT_EQ(alone(offer).discount_minor, 600);
    offer.products = {"pie"};
    EXPECT_EQ(refused(offer), Refusal::no_matching_line);
}

TEST(FreeProduct, MakesTheCheapestOfItsProductsFree) {
    Offer offer = offer_of(1, OfferKind::free_product, 4);
    offer.products = {"tea", "bun"};
    const auto result = evaluate(breakfast(), {offer}, {}).value();
    EXPECT_EQ(taken_by_line(result), (std::vector<std::int64_t>{300, 600}));
}

TEST(FreeProduct, FreesAnotherPieceForEachCoupon) {
    Offer first = offer_of(1, OfferKind::free_product, 1);
    first.products = {"tea"};
    Offer second = first;
    second.id = offer_id(2);
    Offer third = first;
    third.id = offer_id(3);
    const auto result = evaluate(breakfast(), {first, second, third}, {}).value();
    EXPECT_EQ(result.offers[0].discount_minor, 300);
    EXPECT_EQ(result.offers[1].discount_minor, 300);
    EXPECT_EQ(result.offers[2].refusal, Refusal::nothing_left);
}

TEST(FreeProduct, CostsNoMoreThanAPieceStillCostsAfterOtherDiscounts) {
    Offer half = offer_of(1, OfferKind::percent, 500);
    half.priority = 1;
    Offer free = offer_of(2, OfferKind::free_product, 1);
    free.products = {"tea"};
    const auto result = evaluate(breakfast(), {half, free}, {}).value();
    EXPECT_EQ(result.offers[1].discount_minor, 150);
}

TEST(FreeProduct, IsNotSpentOnALineThatCostsNothingAnyMore) {
    Offer buns = offer_of(1, OfferKind::percent, 1000);
    buns.products = {"bun"};
    buns.priority = 1;
    Offer free = offer_of(2, OfferKind::free_product, 1);
    free.products = {"bun", "tea"};
    const auto result = evaluate(breakfast(), {buns, free}, {}).value();
    EXPECT_EQ(taken_by_line(result), (std::vector<std::int64_t>{300, 600}));
}

TEST(FreeProduct, IsNeverOneThatIsWeighed) {
    Cart cart = breakfast();
    cart.lines[0].quantity = {2000, Measure::thousandths};
    Offer offer = offer_of(1, OfferKind::free_product, 1);
    offer.products = {"tea"};
    EXPECT_EQ(alone(offer, cart).refusal, Refusal::no_matching_line);
    Offer percent = offer_of(1, OfferKind::percent, 100);
    percent.products = {"tea"};
    EXPECT_EQ(alone(percent, cart).discount_minor, 60);
}

TEST(OfferScope, IsItsProductsOrItsCategories) {
    Offer offer = offer_of(1, OfferKind::percent, 500);
    offer.categories = {"drinks"};
    EXPECT_EQ(taken_by_line(evaluate(breakfast(), {offer}, {}).value()),
              (std::vector<std::int64_t>{300, 0}));
    offer.products = {"bun"};
    EXPECT_EQ(alone(offer).discount_minor, 600);
    offer.categories = {};
    EXPECT_EQ(alone(offer).discount_minor, 300);
    offer.products = {"pie"};
    EXPECT_EQ(refused(offer), Refusal::no_matching_line);
    EXPECT_EQ(alone(offer_of(1, OfferKind::fixed, 1), cart_of({})).refusal,
              Refusal::no_matching_line);
}

TEST(OfferScope, HoldsItsStores) {
    Offer offer = offer_of(1, OfferKind::fixed, 100);
    offer.stores = {2, 1};
    EXPECT_TRUE(alone(offer).applies());
    offer.stores = {2, 3};
    EXPECT_EQ(refused(offer), Refusal::wrong_store);
    EXPECT_EQ(alone(offer).sentence.english, "The coupon is for other stores.");
}

TEST(OfferMinimum, IsOfTheWholeCartBeforeCoupons) {
    Offer offer = offer_of(1, OfferKind::fixed, 100);
    offer.min_basket_minor = 1200;
    offer.products = {"tea"};
    EXPECT_TRUE(alone(offer).applies());
    Offer first = offer_of(2, OfferKind::fixed, 600);
    EXPECT_TRUE(evaluate(breakfast(), {offer, first}, {}).value().offers[1].applies());
    offer.min_basket_minor = 1500;
    EXPECT_EQ(refused(offer), Refusal::below_minimum);
    EXPECT_EQ(alone(offer).sentence.english,
              "The cart is worth less than the coupon asks for. Missing: 300 HUF.");
    EXPECT_EQ(alone(offer).sentence.hungarian,
              "A kosár értéke nem éri el a kuponhoz szükséges összeget. Hiányzik: 300 HUF.");
}

TEST(OfferLimits, CountTheCouponsUsesAndTheCustomers) {
    Offer offer = offer_of(1, OfferKind::fixed, 100);
    offer.uses_left = 0;
    EXPECT_EQ(refused(offer), Refusal::offer_used_up);
    offer.uses_left = 1;
    offer.customer_limit = 2;
    EXPECT_EQ(refused(offer, {}), Refusal::member_required);
    MemberState member = known_member();
    EXPECT_TRUE(alone(offer, breakfast(), member).applies());
    member.uses[offer.id] = 1;
    EXPECT_TRUE(alone(offer, breakfast(), member).applies());
    member.uses[offer.id] = 2;
    EXPECT_EQ(refused(offer, member), Refusal::customer_limit_reached);
    member.uses = {{offer_id(2), 9}};
    EXPECT_TRUE(alone(offer, breakfast(), member).applies());
    member.uses[offer.id] = -1;
    EXPECT_DEATH((void)alone(offer, breakfast(), member), "check failed");
}

TEST(OfferOrder, IsPriorityThenBenefitThenId) {
    Offer late = offer_of(1, OfferKind::fixed, 900);
    late.priority = -1;
    const Offer small = offer_of(5, OfferKind::fixed, 100);
    const Offer same = offer_of(4, OfferKind::fixed, 100);
    const Offer large = offer_of(6, OfferKind::percent, 500);
    const Offer points = offer_of(2, OfferKind::bonus_points, 10);
    const Offer more_points = offer_of(3, OfferKind::bonus_points, 20);
    const auto result =
        evaluate(breakfast(), {late, small, same, large, points, more_points}, known_member())
            .value();
    std::vector<int> order;
    for (const OfferOutcome& outcome : result.offers) order.push_back(outcome.offer.bytes[15]);
    EXPECT_EQ(order, (std::vector<int>{6, 4, 5, 3, 2, 1}));
}

TEST(OfferStacking, KeepsAnOfferThatGoesAloneFromOthers) {
    Offer lonely = offer_of(1, OfferKind::fixed, 500);
    lonely.stackable = false;
    const Offer other = offer_of(2, OfferKind::fixed, 300);
    const auto result = evaluate(breakfast(), {other, lonely}, {}).value();
    EXPECT_EQ(result.discount_minor, 500);
    EXPECT_EQ(result.offers[1].refusal, Refusal::not_stackable);
    EXPECT_EQ(result.offers[1].blocked_by, lonely.id);
    lonely.value = 200;
    const auto reversed = evaluate(breakfast(), {other, lonely}, {}).value();
    EXPECT_EQ(reversed.discount_minor, 300);
    EXPECT_EQ(reversed.offers[1].offer, lonely.id);
    EXPECT_EQ(reversed.offers[1].refusal, Refusal::not_stackable);
    EXPECT_EQ(reversed.offers[1].blocked_by, other.id);
}

TEST(OfferStacking, TakesOneOfAGroup) {
    Offer first = offer_of(1, OfferKind::fixed, 500);
    first.exclusive_group = "summer";
    Offer second = offer_of(2, OfferKind::fixed, 300);
    second.exclusive_group = "summer";
    Offer third = offer_of(3, OfferKind::fixed, 100);
    third.exclusive_group = "winter";
    const auto result = evaluate(breakfast(), {first, second, third}, {}).value();
    EXPECT_EQ(result.discount_minor, 600);
    EXPECT_EQ(result.offers[1].refusal, Refusal::group_taken);
    EXPECT_EQ(result.offers[1].blocked_by, first.id);
    EXPECT_EQ(result.offers[0].blocked_by, std::nullopt);
}

TEST(OfferStacking, IsNotBlockedByAnOfferThatDoesNotApply) {
    Offer first = offer_of(1, OfferKind::fixed, 500);
    first.exclusive_group = "summer";
    first.stackable = false;
    first.priority = 9;
    first.min_basket_minor = 99'999;
    Offer second = offer_of(2, OfferKind::fixed, 300);
    second.exclusive_group = "summer";
    EXPECT_EQ(evaluate(breakfast(), {first, second}, {}).value().discount_minor, 300);
}

TEST(Evaluation, SaysWhenThereIsNothingLeft) {
    Offer all = offer_of(1, OfferKind::percent, 1000);
    all.priority = 1;
    const auto result = evaluate(breakfast(), {all, offer_of(2, OfferKind::fixed, 1)}, {}).value();
    EXPECT_EQ(result.offers[1].refusal, Refusal::nothing_left);
    EXPECT_EQ(result.to_pay_minor, 0);
    const Cart penny = cart_of({pieces_of("a", 1, 1)});
    EXPECT_EQ(alone(offer_of(1, OfferKind::percent, 1), penny).refusal, Refusal::nothing_left);
}

TEST(Evaluation, OfNothingIsNothing) {
    const auto result = evaluate(breakfast(), {}, {}).value();
    EXPECT_TRUE(result.offers.empty());
    EXPECT_EQ(result.to_pay_minor, 1200);
    EXPECT_EQ(evaluate(cart_of({}), {}, {}).value(), Evaluation{});
}

TEST(Evaluation, CountsInTheCartsCurrency) {
    Cart cart = breakfast();
    cart.currency = money::Currency::eur();
    EXPECT_EQ(alone(offer_of(1, OfferKind::fixed, 250), cart).sentence.english,
              "Takes 2.50 EUR off.");
}

TEST(Evaluation, RefusesOffersThatMakeNoSense) {
    const auto refusal = [](const Offer& offer) {
        return evaluate(breakfast(), {offer}, {}).error();
    };
    for (OfferKind kind : {OfferKind::fixed, OfferKind::percent, OfferKind::bonus_points})
        for (std::int64_t value : {0, -1})
            EXPECT_EQ(refusal(offer_of(1, kind, value)), Refusal::offer_wrong);
    EXPECT_EQ(refusal(offer_of(1, OfferKind::percent, 1001)), Refusal::offer_wrong);
    EXPECT_EQ(refusal(offer_of(1, OfferKind::bonus_points, kMaxBonusPoints + 1)),
              Refusal::offer_wrong);
    EXPECT_EQ(refusal(offer_of(1, OfferKind::free_product, 1)), Refusal::offer_wrong);
    EXPECT_EQ(refusal(offer_of(1, static_cast<OfferKind>(9), 1)), Refusal::offer_wrong);
    Offer pieces = offer_of(1, OfferKind::free_product, kMaxFreePieces + 1);
    pieces.products = {"tea"};
    EXPECT_EQ(refusal(pieces), Refusal::offer_wrong);
}

TEST(Evaluation, RefusesOffersOutOfBounds) {
    const auto refusal = [](auto change) {
        Offer offer = offer_of(1, OfferKind::fixed, 100);
        change(offer);
        return evaluate(breakfast(), {offer}, {}).error();
    };
    const auto wrong = Refusal::offer_wrong;
    EXPECT_EQ(refusal([](Offer& o) { o.min_basket_minor = -1; }), wrong);
    EXPECT_EQ(refusal([](Offer& o) { o.uses_left = -1; }), wrong);
    EXPECT_EQ(refusal([](Offer& o) { o.customer_limit = -1; }), wrong);
    EXPECT_EQ(refusal([](Offer& o) { o.products.resize(kMaxScope + 1); }), wrong);
    EXPECT_EQ(refusal([](Offer& o) { o.categories.resize(kMaxScope + 1); }), wrong);
    EXPECT_EQ(refusal([](Offer& o) { o.stores.resize(kMaxScope + 1); }), wrong);
    EXPECT_EQ(refusal([](Offer& o) { o.exclusive_group.resize(kMaxGroupName + 1); }), wrong);
}

TEST(Evaluation, RefusesTooManyOffersAndOneTwice) {
    std::vector<Offer> offers;
    for (std::uint8_t i = 0; i < kMaxOffers; ++i)
        offers.push_back(offer_of(i, OfferKind::fixed, 1));
    EXPECT_EQ(evaluate(breakfast(), offers, {}).value().discount_minor, 100);
    offers.push_back(offer_of(150, OfferKind::fixed, 1));
    EXPECT_EQ(evaluate(breakfast(), offers, {}).error(), Refusal::too_many_offers);
    const Offer one = offer_of(1, OfferKind::fixed, 1);
    EXPECT_EQ(evaluate(breakfast(), {one, one}, {}).error(), Refusal::offer_repeated);
}

TEST(Evaluation, RefusesACartThatMakesNoSense) {
    Cart cart = breakfast();
    cart.lines[0].gross_minor = 601;
    EXPECT_EQ(evaluate(cart, {}, {}).error(), Refusal::line_wrong);
    EXPECT_EQ(evaluate(cart_of(std::vector<CartLine>(1001, pieces_of("a", 1, 1))), {}, {}).error(),
              Refusal::cart_too_large);
}

TEST(Evaluation, HoldsTheLargestNumbers) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const Cart cart = cart_of({pieces_of("a", 1, most - 1), pieces_of("b", 1, 1)});
    EXPECT_EQ(alone(offer_of(1, OfferKind::fixed, most), cart).discount_minor, most);
    EXPECT_EQ(alone(offer_of(1, OfferKind::percent, 1000), cart).discount_minor, most);
    EXPECT_EQ(alone(offer_of(1, OfferKind::percent, 500), cart).discount_minor, most / 2 + 1);
}

}  // namespace
}  // namespace counterfoil::loyalty
