#include "firmware/receipt/setter.h"

namespace counterfoil::receipt {

Receipt render(const ledger::PointsSpent& spent, const CouponTerms& terms, const Fiscal& fiscal,
               const Issuer& issuer, const Options& options) {
    Setter setter(terms.currency, options);
    setter.head(issuer, setter.say(Word::coupon_for_points));
    Paper& paper = setter.paper().rule();
    paper.centred(setter.amount(spent.coupon.value_minor) + " " + setter.say(Word::discount), true);
    paper.centred(spent.coupon.code, true).rule();
    paper.pair(setter.say(Word::valid_until), terms.valid_until);
    if (terms.min_basket_minor > 0)
        paper.pair(setter.say(Word::smallest_purchase), setter.amount(terms.min_basket_minor));
    paper.left(setter.say(Word::members_own_coupon)).rule();
    paper.pair(setter.say(Word::points_before), std::to_string(spent.points_before));
    paper.pair(setter.say(Word::points_exchanged), std::to_string(-spent.points));
    paper.pair(setter.say(Word::points_after), std::to_string(spent.points_before - spent.points),
               true);
    setter.fiscal(fiscal);
    return {paper.lines(), spent.coupon.code};
}

}  // namespace counterfoil::receipt
