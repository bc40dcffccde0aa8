#include "firmware/core/ledger/sale.h"

#include <algorithm>
#include <set>

#include "firmware/core/ledger/members.h"

namespace counterfoil::ledger {

using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kMaxQuantityMilli = 1'000'000 * kOne;

Status check_tenders(const std::vector<SaleTender>& tenders, std::int64_t due_minor) {
    const bool sound = std::ranges::all_of(tenders, [](const SaleTender& tender) {
        return tender.amount_minor >= 0 && tender.given_minor >= tender.amount_minor;
    });
    if (!sound) return sums_differ("a tender is less than what was kept of it");
    if (sum(tenders, [](const SaleTender& tender) { return tender.amount_minor; }) != due_minor)
        return sums_differ("the tenders are not what was to be paid");
    return {};
}

json::Object line_object(const SaleLine& line) {
    json::Object object;
    object.set("code", line.code).set("name", line.name);
    object.set("quantity_milli", line.quantity_milli).set_flag("by_weight", line.by_weight);
    object.set("unit_minor", line.unit_minor).set("gross_minor", line.gross_minor);
    object.set("discount_minor", line.discount_minor).set("vat_bp", line.vat_basis_points);
    return object;
}

SaleLine read_line(Members& members) {
    SaleLine line;
    line.code = members.text("code");
    line.name = members.text("name");
    line.quantity_milli = members.number("quantity_milli", 1, kMaxQuantityMilli);
    line.by_weight = members.flag("by_weight");
    line.unit_minor = members.amount("unit_minor");
    line.gross_minor = members.amount("gross_minor");
    line.discount_minor = members.amount("discount_minor");
    line.vat_basis_points = members.number("vat_bp", 0, kAllBasisPoints);
    return line;
}

json::Object coupon_object(const SaleCoupon& coupon) {
    json::Object object;
    object.set("coupon", coupon.coupon).set("name", coupon.name).set("book", coupon.book);
    object.set("discount_minor", coupon.discount_minor).set("points", coupon.points);
    return object;
}

SaleCoupon read_coupon(Members& members) {
    return {members.text("coupon"), members.text("name"), members.amount("book"),
            members.amount("discount_minor"), members.amount("points")};
}

json::Array tender_array(const std::vector<SaleTender>& tenders) {
    json::Array array;
    for (const SaleTender& tender : tenders) {
        json::Object object;
        object.set("kind", tender.kind).set("amount_minor", tender.amount_minor);
        object.set("given_minor", tender.given_minor).set("reference", tender.reference);
        array.add(std::move(object));
    }
    return array;
}

SaleTender read_tender(Members& members) {
    return {members.tender_kind("kind"), members.amount("amount_minor"),
            members.amount("given_minor"), members.text("reference")};
}

void set_member(json::Object& body, const std::optional<SaleMember>& member) {
    if (!member) return;
    body.set("member", member->id).set("points_before", member->points_before);
    body.set("points_earned", member->points_earned);
}

std::optional<SaleMember> read_member(Members& members) {
    if (!members.has("member")) return {};
    return SaleMember{members.text("member"),
                      members.number("points_before", -kMaxMinor, kMaxMinor),
                      members.amount("points_earned")};
}

json::Object back_line_object(const BackLine& line) {
    json::Object object;
    object.set("line", line.line).set("quantity_milli", line.quantity_milli);
    object.set("amount_minor", line.amount_minor).set("vat_bp", line.vat_basis_points);
    return object;
}

// The tax within, rate by rate, of so much of each of the lines.
template <class Lines, class Amount>
Result<std::vector<money::VatLine>> vat_of(const Lines& lines, money::Currency currency,
                                           Amount amount) {
    std::vector<money::VatItem> items;
    for (const auto& line : lines) {
        CF_LET(const money::VatRate rate, money::VatRate::from_basis_points(line.vat_basis_points));
        items.push_back({money::Money(amount(line), currency), rate});
    }
    return money::vat_by_rate(items);
}

}  // namespace

Result<std::vector<money::VatLine>> Sale::vat() const {
    return vat_of(lines, currency, [](const SaleLine& line) { return line.paid_minor(); });
}

Result<std::vector<money::VatLine>> GivingBack::vat() const {
    return vat_of(lines, currency, [](const BackLine& line) { return line.amount_minor; });
}

namespace {

// What is written must be readable again: the same bounds as the reader's.
bool fits(const std::string& text) {
    return text.size() <= kMaxBodyText;
}
bool fits(const SaleLine& line) {
    return fits(line.code) && fits(line.name) && line.gross_minor <= kMaxMinor &&
           line.unit_minor <= kMaxMinor;
}
bool fits(const SaleCoupon& coupon) {
    return fits(coupon.coupon) && fits(coupon.name);
}
bool fits(const SaleTender& tender) {
    return fits(tender.reference) && tender.given_minor <= kMaxMinor;
}
template <class Items>
bool fit(const Items& items, std::size_t most) {
    return items.size() <= most &&
           std::ranges::all_of(items, [](const auto& item) { return fits(item); });
}

base::Error too_large() {
    return base::Error(base::Code::too_large, "there is more in it than a receipt can hold");
}

}  // namespace

Status check(const Sale& sale) {
    if (!fit(sale.lines, kMaxSaleLines) || !fit(sale.coupons, kMaxSaleCoupons) ||
        !fit(sale.tenders, kMaxSaleTenders) || !fits(sale.basket) || !fits(sale.request) ||
        sale.total_minor > kMaxMinor)
        return too_large();
    for (const SaleLine& line : sale.lines)
        if (line.discount_minor < 0 || line.discount_minor > line.gross_minor)
            return sums_differ("a line's discount is more than its price");
    const auto paid = [](const SaleLine& line) { return line.paid_minor(); };
    if (sum(sale.lines, paid) != sale.total_minor)
        return sums_differ("the lines are not the total");
    const auto line_discount = [](const SaleLine& line) { return line.discount_minor; };
    const auto discount = [](const SaleCoupon& coupon) { return coupon.discount_minor; };
    // Overrides take something off as well, so that the lines may have more.
    if (sum(sale.coupons, discount) > sum(sale.lines, line_discount))
        return sums_differ("the coupons took off more than the lines say");
    return check_tenders(sale.tenders, sale.total_minor + sale.rounding_minor);
}

Status check(const GivingBack& back) {
    if (back.lines.size() > kMaxSaleLines || !fit(back.tenders, kMaxSaleTenders) ||
        !fits(back.reason) || !fits(back.approved_by) || !fits(back.request))
        return too_large();
    std::set<std::int64_t> places;
    for (const BackLine& line : back.lines)
        if (!places.insert(line.line).second)
            return sums_differ("a line is given back twice at once");
    const auto amount = [](const BackLine& line) { return line.amount_minor; };
    if (sum(back.lines, amount) != back.total_minor)
        return sums_differ("the lines are not the total");
    return check_tenders(back.tenders, back.total_minor + back.rounding_minor);
}

json::Object write_body(const Sale& sale) {
    CF_CHECK(check(sale).ok());
    json::Array lines;
    for (const SaleLine& line : sale.lines) lines.add(line_object(line));
    json::Array coupons;
    for (const SaleCoupon& coupon : sale.coupons) coupons.add(coupon_object(coupon));
    json::Object body;
    if (sale.receipt > 0)
        body.set("receipt", sale.receipt).set("turnover_minor", sale.turnover_minor);
    body.set("currency", sale.currency.code()).set("total_minor", sale.total_minor);
    body.set("rounding_minor", sale.rounding_minor).set("lines", std::move(lines));
    body.set("coupons", std::move(coupons)).set("tenders", tender_array(sale.tenders));
    set_member(body, sale.member);
    if (!sale.basket.empty()) body.set("basket", sale.basket);
    body.set("request", sale.request);
    return body;
}

json::Object write_body(const GivingBack& back) {
    CF_CHECK(check(back).ok());
    json::Array lines;
    for (const BackLine& line : back.lines) lines.add(back_line_object(line));
    json::Object body;
    body.set("receipt", back.receipt).set("original_receipt", back.original_receipt);
    body.set("currency", back.currency.code()).set("reason", back.reason);
    body.set("total_minor", back.total_minor).set("rounding_minor", back.rounding_minor);
    body.set("lines", std::move(lines)).set("tenders", tender_array(back.tenders));
    set_member(body, back.member);
    if (!back.approved_by.empty()) body.set("approved_by", back.approved_by);
    body.set("request", back.request);
    return body;
}

Result<Sale> read_sale(const json::Value& body) {
    Members members(body);
    Sale sale;
    if (members.has("receipt")) {
        sale.receipt = members.number("receipt", 1, kMaxMinor);
        sale.turnover_minor = members.number("turnover_minor", 0, json::kMaxInteger);
    }
    sale.currency = members.currency("currency");
    sale.total_minor = members.amount("total_minor");
    sale.rounding_minor = members.number("rounding_minor", -kMaxMinor, kMaxMinor);
    members.each("lines", kMaxSaleLines,
                 [&](Members& line) { sale.lines.push_back(read_line(line)); });
    members.each("coupons", kMaxSaleCoupons,
                 [&](Members& coupon) { sale.coupons.push_back(read_coupon(coupon)); });
    members.each("tenders", kMaxSaleTenders,
                 [&](Members& tender) { sale.tenders.push_back(read_tender(tender)); });
    sale.member = read_member(members);
    if (members.has("basket")) sale.basket = members.text("basket");
    sale.request = members.text("request");
    if (members.error()) return *members.error();
    CF_TRY(check(sale));
    return sale;
}

Result<GivingBack> read_giving_back(const json::Value& body) {
    Members members(body);
    GivingBack back;
    back.receipt = members.number("receipt", 1, kMaxMinor);
    back.original_receipt = members.number("original_receipt", 1, kMaxMinor);
    back.currency = members.currency("currency");
    back.reason = members.text("reason");
    back.total_minor = members.amount("total_minor");
    back.rounding_minor = members.number("rounding_minor", -kMaxMinor, kMaxMinor);
    members.each("lines", kMaxSaleLines, [&](Members& line) {
        back.lines.push_back({line.number("line", 1, kMaxSaleLines),
                              line.number("quantity_milli", 1, kMaxQuantityMilli),
                              line.amount("amount_minor"),
                              line.number("vat_bp", 0, kAllBasisPoints)});
    });
    members.each("tenders", kMaxSaleTenders,
                 [&](Members& tender) { back.tenders.push_back(read_tender(tender)); });
    back.member = read_member(members);
    if (members.has("approved_by")) back.approved_by = members.text("approved_by");
    back.request = members.text("request");
    if (members.error()) return *members.error();
    CF_TRY(check(back));
    return back;
}

}  // namespace counterfoil::ledger
