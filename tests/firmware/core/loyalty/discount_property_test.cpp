#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/firmware/core/loyalty/carts.h"
#include "tests/support/properties.h"

namespace counterfoil::loyalty {
namespace {

using test::known_member;
using test::offer_id;

const std::vector<std::string> kProducts{"tea", "bun", "pie", "ham"};
const std::vector<std::string> kCategories{"drinks", "food"};

CartLine random_line() {
    CartLine line;
    line.product_code = test::draw_of(kProducts);
    line.category = test::draw_of(kCategories);
    line.quantity.measure = test::one_in(3) ? Measure::thousandths : Measure::pieces;
    const std::int64_t most = line.quantity.measure == Measure::pieces ? 6 : 4000;
    line.quantity.amount = test::draw<std::int64_t>(1, most);
    line.unit_price_minor = test::draw<std::int64_t>(0, 3000);
    line.gross_minor = full_price_minor(line.unit_price_minor, line.quantity).value();
    return line;
}

Cart random_cart() {
    Cart cart;
    cart.store = test::draw<std::uint16_t>(1, 4);
    const auto lines = test::draw(0, 8);
    for (int i = 0; i < lines; ++i) cart.lines.push_back(random_line());
    return cart;
}

std::int64_t random_value(OfferKind kind) {
    if (kind == OfferKind::fixed) return test::draw<std::int64_t>(1, 5000);
    if (kind == OfferKind::percent) return test::draw<std::int64_t>(1, 1001);
    return test::draw<std::int64_t>(1, 5);
}

Offer random_offer(std::uint8_t number) {
    Offer offer;
    offer.id = offer_id(number);
    offer.kind = test::draw_of<OfferKind>(
        {OfferKind::fixed, OfferKind::percent, OfferKind::bonus_points, OfferKind::free_product});
    offer.value = random_value(offer.kind);
    offer.min_basket_minor = test::draw<std::int64_t>(0, 3000);
    const bool scoped = offer.kind == OfferKind::free_product || test::one_in(2);
    if (scoped) offer.products = {test::draw_of(kProducts), test::draw_of(kProducts)};
    if (test::one_in(4)) offer.categories = {test::draw_of(kCategories)};
    if (test::one_in(4)) offer.stores = {test::draw<std::uint16_t>(1, 4)};
    offer.stackable = !test::one_in(6);
    offer.exclusive_group = test::draw_of<std::string>({"", "", "a", "b"});
    offer.priority = test::draw(-1, 2);
    if (test::one_in(4)) offer.customer_limit = test::draw(0, 3);
    offer.uses_left = test::one_in(8) ? 0 : test::draw(1, 6);
    return offer;
}

struct Case {
    Cart cart;
    std::vector<Offer> offers;
    MemberState member;
};

Case random_case() {
    Case made;
    made.cart = random_cart();
    const auto offers = test::draw<std::uint8_t>(0, 7);
    for (std::uint8_t i = 0; i < offers; ++i) made.offers.push_back(random_offer(i));
    if (test::one_in(2)) made.member = known_member();
    for (const Offer& offer : made.offers) made.member.uses[offer.id] = test::draw(0, 3);
    return made;
}

const Offer& offer_named(const Case& made, const base::Uuid& id) {
    return *std::find_if(made.offers.begin(), made.offers.end(),
                         [&](const Offer& offer) { return offer.id == id; });
}

TEST(RandomCarts, AddUpToTheMinorUnitAndNeverGoBelowZero) {
    test::expect_always([] {
        const Case made = random_case();
        const Evaluation result = evaluate(made.cart, made.offers, made.member).value();
        RC_ASSERT(result.lines.size() == made.cart.lines.size());
        std::map<base::Uuid, std::int64_t> by_offer;
        std::int64_t to_pay = 0;
        std::int64_t gross = 0;
        for (std::size_t i = 0; i < result.lines.size(); ++i) {
            std::int64_t off_line = 0;
            for (const OfferShare& share : result.lines[i].taken) {
                RC_ASSERT(share.discount_minor > 0);
                RC_ASSERT(is_for_line(offer_named(made, share.offer), made.cart.lines[i]));
                by_offer[share.offer] += share.discount_minor;
                off_line += share.discount_minor;
            }
            RC_ASSERT(off_line == result.lines[i].discount_minor);
            RC_ASSERT(result.lines[i].to_pay_minor == made.cart.lines[i].gross_minor - off_line);
            RC_ASSERT(result.lines[i].to_pay_minor >= 0);
            to_pay += result.lines[i].to_pay_minor;
            gross += made.cart.lines[i].gross_minor;
        }
        RC_ASSERT(gross == result.gross_minor);
        RC_ASSERT(to_pay == result.to_pay_minor);
        RC_ASSERT(result.gross_minor - result.discount_minor == result.to_pay_minor);
        for (const OfferOutcome& outcome : result.offers)
            RC_ASSERT(by_offer[outcome.offer] == outcome.discount_minor);
    });
}

TEST(RandomCarts, ExplainEveryOfferOnce) {
    test::expect_always([] {
        const Case made = random_case();
        const Evaluation result = evaluate(made.cart, made.offers, made.member).value();
        RC_ASSERT(result.offers.size() == made.offers.size());
        std::set<base::Uuid> seen;
        std::int64_t points = 0;
        for (const OfferOutcome& outcome : result.offers) {
            RC_ASSERT(seen.insert(outcome.offer).second);
            const bool gives = outcome.discount_minor > 0 || outcome.bonus_points > 0;
            RC_ASSERT(outcome.applies() == gives);
            RC_ASSERT(!outcome.sentence.english.empty() && !outcome.sentence.hungarian.empty());
            const bool blocked = outcome.refusal == Refusal::not_stackable ||
                                 outcome.refusal == Refusal::group_taken;
            RC_ASSERT(outcome.blocked_by.has_value() == blocked);
            points += outcome.bonus_points;
        }
        RC_ASSERT(points == result.bonus_points);
    });
}

TEST(RandomCarts, NeverStackWhatMustNotBe) {
    test::expect_always([] {
        const Case made = random_case();
        const Evaluation result = evaluate(made.cart, made.offers, made.member).value();
        std::vector<const Offer*> applied;
        for (const OfferOutcome& outcome : result.offers)
            if (outcome.applies()) applied.push_back(&offer_named(made, outcome.offer));
        std::set<std::string> groups;
        for (const Offer* offer : applied) {
            RC_ASSERT(offer->stackable || applied.size() == 1);
            RC_ASSERT(offer->exclusive_group.empty() ||
                      groups.insert(offer->exclusive_group).second);
            RC_ASSERT(offer->uses_left > 0 && offer->min_basket_minor <= result.gross_minor);
            RC_ASSERT(!offer->customer_limit || made.member.member);
            RC_ASSERT(!offer->customer_limit ||
                      made.member.uses.at(offer->id) < *offer->customer_limit);
        }
    });
}

TEST(RandomCarts, AreJudgedTheSameInWhateverOrderTheOffersCame) {
    test::expect_always([] {
        const Case made = random_case();
        const Evaluation result = evaluate(made.cart, made.offers, made.member).value();
        std::vector<Offer> shuffled = made.offers;
        std::mt19937 random(test::draw<std::uint32_t>(0, 1000));
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        RC_ASSERT(evaluate(made.cart, shuffled, made.member).value() == result);
    });
}

}  // namespace
}  // namespace counterfoil::loyalty
