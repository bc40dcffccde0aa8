#include "firmware/checkout/answers.h"

#include "firmware/core/base/error_code.h"
#include "firmware/core/central/names.h"

namespace counterfoil::checkout {

using base::said;
using receipt::Language;

namespace {

json::Object line_answer(const ledger::SaleLine& line) {
    json::Object object;
    object.set("code", line.code).set("name", line.name);
    object.set("quantity_milli", line.quantity_milli).set_flag("by_weight", line.by_weight);
    object.set("unit_minor", line.unit_minor).set("gross_minor", line.gross_minor);
    object.set("discount_minor", line.discount_minor).set("paid_minor", line.paid_minor());
    object.set("vat_bp", line.vat_basis_points);
    return object;
}

json::Object outcome_answer(const loyalty::OfferOutcome& outcome, const Cart& cart,
                            Language language) {
    json::Object object;
    for (const CartCoupon& coupon : cart.coupons())
        if (coupon.offer.id == outcome.offer)
            object.set("coupon", coupon.coupon).set("name", coupon.name);
    object.set_flag("applies", outcome.applies());
    if (outcome.refusal)
        object.set("error_code", base::error_code(loyalty::refusal_name(*outcome.refusal)));
    object.set("discount_minor", outcome.discount_minor).set("points", outcome.bonus_points);
    object.set("sentence", said(outcome.sentence, language));
    return object;
}

json::Object refused_answer(const RefusedCoupon& refused, Language language) {
    json::Object object;
    object.set("coupon", refused.text).set_flag("applies", false);
    object.set("error_code", base::error_code(refused.fault.code()));
    object.set("sentence", said(refused.fault.sentence(), language));
    return object;
}

}  // namespace

json::Object answer(const Fault& fault, Language language, base::WallTime now) {
    json::Object object;
    object.set("detail", said(fault.sentence(), language));
    object.set("error_code", base::error_code(fault.code()));
    object.set("timestamp", base::to_rfc3339(now));
    return object;
}

json::Object answer(const Recorded<ledger::Sale>& sold) {
    json::Object object;
    object.set("seq", sold.seq).set("change_minor", sold.change_minor);
    object.set("sale", ledger::write_body(sold.body));
    return object;
}

json::Object answer(const Recorded<ledger::GivingBack>& back) {
    json::Object object;
    object.set("seq", back.seq).set("refund", ledger::write_body(back.body));
    return object;
}

json::Object answer(const Quote& quote, Language language) {
    json::Array lines;
    for (const ledger::SaleLine& line : quote.priced.lines) lines.add(line_answer(line));
    json::Array coupons;
    for (const loyalty::OfferOutcome& outcome : quote.priced.evaluation.offers)
        coupons.add(outcome_answer(outcome, quote.cart, language));
    for (const RefusedCoupon& refused : quote.refused)
        coupons.add(refused_answer(refused, language));
    json::Object object;
    object.set("currency", quote.cart.currency().code());
    object.set("total_minor", quote.priced.total_minor).set("cash_minor", quote.cash_minor);
    object.set("lines", std::move(lines));
    object.set("coupons", std::move(coupons));
    if (!quote.member) return object;
    object.set("member", answer(*quote.member)).set("points_earned", quote.priced.points);
    return object;
}

json::Object answer(const KnownMember& member) {
    json::Object object;
    object.set("id", member.member.id.text()).set("loyalty_id", member.loyalty_id);
    object.set("name", member.name).set("tier", std::int64_t{member.member.tier});
    object.set("points", member.points).set_flag("proven", member.member.proven);
    object.set("points_leased", member.lease ? member.lease->quantity : 0);
    return object;
}

json::Object answer(const ShiftReport& report) {
    return ledger::write_body(report);
}

json::Object answer(const ledger::PointsSpent& spent) {
    json::Object object = ledger::write_body(spent);
    object.set("points_after", spent.points_before - spent.points);
    return object;
}

json::Object answer(const Counter::Copy& copy) {
    json::Object object;
    object.set("receipt", copy.receipt).set("copy", copy.copy);
    return object;
}

json::Object answer(const mirror::Staff& person) {
    json::Object object;
    object.set("staff", person.id).set("name", person.name);
    object.set("role", central::name_of(person.role));
    return object;
}

json::Object answer(const mirror::Product& product) {
    json::Object object;
    object.set("gtin", std::to_string(product.gtin)).set("name", product.name);
    if (product.plu) object.set("plu", *product.plu);
    object.set("category", product.category).set("unit_minor", product.unit_price_minor);
    object.set("vat_bp", product.vat_basis_points);
    object.set_flag("by_weight", product.sold_by == mirror::SoldBy::weight);
    return object;
}

json::Array answer(const std::vector<Parked>& parked) {
    json::Array array;
    for (const Parked& basket : parked) {
        json::Object object;
        object.set("label", basket.label).set("staff", basket.staff);
        array.add(std::move(object.set("at", base::to_rfc3339(basket.at))));
    }
    return array;
}

void describe(json::Object& object, const ReceiptFacts& facts) {
    json::Array lines;
    std::int64_t place = 0;
    for (const ReceiptFacts::Line& line : facts.lines) {
        json::Object sold;
        sold.set("line", ++place).set("code", line.sold.code).set("name", line.sold.name);
        sold.set("quantity_milli", line.sold.quantity_milli).set("left_milli", line.left_milli);
        sold.set_flag("by_weight", line.sold.by_weight).set("unit_minor", line.sold.unit_minor);
        lines.add(std::move(sold.set("paid_minor", line.sold.paid_minor())));
    }
    json::Array tenders;
    for (const ledger::SaleTender& tender : facts.tenders) {
        json::Object paid;
        paid.set("kind", tender.kind).set("amount_minor", tender.amount_minor);
        tenders.add(std::move(paid.set("reference", tender.reference)));
    }
    object.set("kind", ledger::type_name(facts.type)).set("at", base::to_rfc3339(facts.at));
    object.set("total_minor", facts.total_minor).set("back_minor", facts.back_minor);
    if (facts.original_receipt != 0) object.set("original_receipt", facts.original_receipt);
    object.set("lines_sold", std::move(lines)).set("tenders", std::move(tenders));
}

}  // namespace counterfoil::checkout
