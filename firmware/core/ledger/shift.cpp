#include "firmware/core/ledger/shift.h"

#include <algorithm>
#include <functional>

#include "firmware/core/ledger/members.h"

namespace counterfoil::ledger {

using base::Result;
using base::Status;

namespace {

constexpr std::string_view kCash = "cash";
// A shift's amounts are sums of receipts': as large as a number in JSON may be.
constexpr std::int64_t kMaxSum = json::kMaxInteger;

bool is_sum(std::int64_t minor) {
    return minor >= -kMaxSum && minor <= kMaxSum;
}

// A count, or an amount that only grows.
bool is_count(std::int64_t count) {
    return count >= 0 && count <= kMaxSum;
}

bool is_rate(std::int64_t basis_points) {
    return basis_points >= 0 && basis_points <= kAllBasisPoints;
}

std::int64_t net_minor(const TenderTotal& tender) {
    return tender.taken_minor - tender.given_back_minor;
}

Status check_bounds(const ShiftFigures& figures) {
    const ShiftFigures& f = figures;
    const bool counts =
        std::ranges::all_of(
            std::initializer_list<std::int64_t>{
                f.number, f.sales, f.sales_minor, f.refunds, f.voids, f.refunded_minor,
                f.discount_minor, f.first_receipt, f.last_receipt, f.float_minor, f.cash_in_minor,
                f.cash_out_minor, f.drawer_openings, f.counted_minor.value_or(0)},
            is_count) &&
        std::ranges::all_of(f.tenders, [](const TenderTotal& tender) {
            return is_count(tender.taken_minor) && is_count(tender.given_back_minor);
        });
    if (!counts) return sums_differ("a count is negative or too large");
    const bool sums = is_sum(f.rounding_minor) && is_sum(f.expected_minor) &&
                      std::ranges::all_of(f.taxes, [](const TaxTotal& tax) {
                          return is_sum(tax.gross_minor) && is_sum(tax.tax_minor);
                      });
    if (!sums) return sums_differ("an amount is too large");
    if (f.tenders.size() > kMaxShiftTenders || f.taxes.size() > kMaxShiftTaxes)
        return sums_differ("there are too many tenders or rates");
    return {};
}

// Each kind and each rate stands once, in a fixed order, so that figures have one form.
Status check_order(const ShiftFigures& figures) {
    const auto& tenders = figures.tenders;
    const auto& taxes = figures.taxes;
    const bool known = std::ranges::all_of(tenders, is_tender_kind, &TenderTotal::kind) &&
                       std::ranges::all_of(taxes, is_rate, &TaxTotal::basis_points);
    if (!known) return sums_differ("a tender or a rate is none that there is");
    const std::greater_equal<> falls;
    if (std::ranges::adjacent_find(tenders, falls, &TenderTotal::kind) != tenders.end())
        return sums_differ("the tenders do not stand once each, by kind");
    if (std::ranges::adjacent_find(taxes, falls, &TaxTotal::basis_points) != taxes.end())
        return sums_differ("the rates do not stand once each, the lowest first");
    return {};
}

Status check_receipts(const ShiftFigures& figures) {
    if (figures.voids > figures.refunds) return sums_differ("voids are refunds, too");
    const std::int64_t receipts = figures.sales + figures.refunds;
    const bool none = figures.first_receipt == 0 && figures.last_receipt == 0;
    const bool range =
        figures.first_receipt > 0 && figures.last_receipt - figures.first_receipt + 1 >= receipts;
    if (receipts == 0 ? !none : !range)
        return sums_differ("the first and the last receipt are not as many as were given out");
    return {};
}

json::Object tender_object(const TenderTotal& tender) {
    json::Object object;
    object.set("kind", tender.kind).set("taken_minor", tender.taken_minor);
    object.set("given_back_minor", tender.given_back_minor);
    return object;
}

json::Object tax_object(const TaxTotal& tax) {
    json::Object object;
    object.set("vat_bp", tax.basis_points).set("gross_minor", tax.gross_minor);
    object.set("tax_minor", tax.tax_minor);
    return object;
}

std::int64_t read_count(Members& members, std::string_view name) {
    return members.number(name, 0, kMaxSum);
}

std::int64_t read_sum(Members& members, std::string_view name) {
    return members.number(name, -kMaxSum, kMaxSum);
}

void read_receipts(Members& members, ShiftFigures& figures) {
    figures.sales = read_count(members, "sales");
    figures.sales_minor = read_count(members, "sales_minor");
    figures.refunds = read_count(members, "refunds");
    figures.voids = read_count(members, "voids");
    figures.refunded_minor = read_count(members, "refunded_minor");
    figures.discount_minor = read_count(members, "discount_minor");
    figures.rounding_minor = read_sum(members, "rounding_minor");
    figures.first_receipt = read_count(members, "first_receipt");
    figures.last_receipt = read_count(members, "last_receipt");
}

void read_drawer(Members& members, ShiftFigures& figures) {
    figures.float_minor = read_count(members, "float_minor");
    figures.cash_in_minor = read_count(members, "cash_in_minor");
    figures.cash_out_minor = read_count(members, "cash_out_minor");
    figures.expected_minor = read_sum(members, "expected_minor");
    if (members.has("counted_minor")) figures.counted_minor = read_count(members, "counted_minor");
    figures.drawer_openings = read_count(members, "drawer_openings");
}

}  // namespace

Status check(const ShiftFigures& figures) {
    CF_TRY(check_bounds(figures));
    CF_TRY(check_order(figures));
    CF_TRY(check_receipts(figures));
    const std::int64_t kept_minor = figures.sales_minor - figures.refunded_minor;
    if (sum(figures.tenders, net_minor) != kept_minor + figures.rounding_minor)
        return sums_differ("the tenders are not what was sold and given back");
    if (sum(figures.taxes, [](const TaxTotal& tax) { return tax.gross_minor; }) != kept_minor)
        return sums_differ("the rates are not what was sold and given back");
    const auto cash = std::ranges::find(figures.tenders, kCash, &TenderTotal::kind);
    const std::int64_t cash_minor = cash == figures.tenders.end() ? 0 : net_minor(*cash);
    if (figures.float_minor + figures.cash_in_minor - figures.cash_out_minor + cash_minor !=
        figures.expected_minor)
        return sums_differ("the drawer should hold something else");
    return {};
}

json::Object write_body(const ShiftFigures& figures) {
    CF_CHECK(figures.number >= 0 && check(figures).ok());
    json::Array tenders;
    for (const TenderTotal& tender : figures.tenders) tenders.add(tender_object(tender));
    json::Array taxes;
    for (const TaxTotal& tax : figures.taxes) taxes.add(tax_object(tax));
    json::Object body;
    body.set("number", figures.number).set("shift", figures.shift);
    body.set("currency", figures.currency.code());
    body.set("sales", figures.sales).set("sales_minor", figures.sales_minor);
    body.set("refunds", figures.refunds).set("voids", figures.voids);
    body.set("refunded_minor", figures.refunded_minor);
    body.set("discount_minor", figures.discount_minor);
    body.set("rounding_minor", figures.rounding_minor);
    body.set("first_receipt", figures.first_receipt).set("last_receipt", figures.last_receipt);
    body.set("float_minor", figures.float_minor).set("cash_in_minor", figures.cash_in_minor);
    body.set("cash_out_minor", figures.cash_out_minor);
    body.set("expected_minor", figures.expected_minor);
    if (figures.counted_minor) body.set("counted_minor", *figures.counted_minor);
    body.set("drawer_openings", figures.drawer_openings).set("tenders", std::move(tenders));
    body.set("taxes", std::move(taxes)).set("request", figures.request);
    return body;
}

Result<ShiftFigures> read_shift_figures(const json::Value& body) {
    Members members(body);
    ShiftFigures figures;
    figures.number = members.number("number", 1, kMaxSum);
    figures.shift = members.text("shift");
    figures.currency = members.currency("currency");
    read_receipts(members, figures);
    read_drawer(members, figures);
    members.each("tenders", kMaxShiftTenders, [&](Members& tender) {
        figures.tenders.push_back({tender.tender_kind("kind"), read_count(tender, "taken_minor"),
                                   read_count(tender, "given_back_minor")});
    });
    members.each("taxes", kMaxShiftTaxes, [&](Members& tax) {
        figures.taxes.push_back({tax.number("vat_bp", 0, kAllBasisPoints),
                                 read_sum(tax, "gross_minor"), read_sum(tax, "tax_minor")});
    });
    figures.request = members.text("request");
    if (members.error()) return *members.error();
    CF_TRY(check(figures));
    return figures;
}

}  // namespace counterfoil::ledger
