#include "firmware/checkout/counter.h"

#include "firmware/core/loyalty/earning.h"

namespace counterfoil::checkout {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using journal::CountedShift;
using journal::Draft;
using ledger::EventType;
using ledger::GivingBack;
using ledger::Sale;

namespace {

constexpr std::int64_t kMaxCashMinor = 1'000'000'000'000;
constexpr std::size_t kMaxReason = 200;

// A use case's refusal on its way out.
template <class T>
Result<T> with_error(Judged<T> judged) {
    if (!judged.ok()) return as_error(judged.error());
    return std::move(judged).value();
}

Status check_amount(std::int64_t amount_minor) {
    if (amount_minor <= 0) return as_error(Refusal::amount_not_positive);
    if (amount_minor > kMaxCashMinor) return as_error(Refusal::amount_too_large);
    return {};
}

// The body of an event that this program has written.
Result<json::Document> body_of(const ledger::SignedEvent& event) {
    CF_LET(const ledger::EventView view, ledger::read_event(event.bytes));
    return json::Document::parse(view.body, {ledger::kMaxEventBytes, ledger::kMaxEventDepth});
}

}  // namespace

Error as_error(Refusal refusal) {
    return Error(Code::refused, std::string(refusal_name(refusal)) + ": " +
                                    std::string(refusal_sentence(refusal)));
}

Result<std::string> Counter::open_shift_name() {
    CF_LET(const auto shift, journal_.counted().open_shift());
    if (!shift) return as_error(Refusal::no_shift);
    return shift->shift;
}

Result<std::optional<ledger::SignedEvent>> Counter::recorded_before(const By& by,
                                                                    std::int64_t& seq) {
    if (by.request.empty()) return std::optional<ledger::SignedEvent>();
    CF_LET(seq, journal_.counted().find_request(by.request));
    if (seq == 0) return std::optional<ledger::SignedEvent>();
    return journal_.find_event(seq);
}

Result<ShiftReport> Counter::open_shift(std::int64_t float_minor, const By& by) {
    if (float_minor < 0) return as_error(Refusal::amount_not_positive);
    if (float_minor > kMaxCashMinor) return as_error(Refusal::amount_too_large);
    CF_LET(const auto open, journal_.counted().open_shift());
    if (open) return as_error(Refusal::shift_open);
    // Events only ever rise, so that the name is new.
    const std::string name = "S" + std::to_string(journal_.head().seq + 1);
    json::Object body;
    body.set("float_minor", float_minor).set("request", by.request);
    std::vector<Draft> drafts;
    drafts.push_back({EventType::shift_opened, std::move(body), name, by.staff});
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    return report();
}

Result<Counter::Priced> Counter::reckon(const Cart& cart, const std::vector<Payment>& payments) {
    CF_CHECK(cart.currency() == settings_.currency);
    CF_LET(PricedCart priced, with_error(cart.price()));
    CF_LET(Settlement paid, with_error(settle(money::Money(priced.total_minor, settings_.currency),
                                              payments, settings_.cash_step_minor)));
    return Priced{std::move(priced), std::move(paid)};
}

Sale Counter::sale_from(const Cart& cart, const Priced& priced, const By& by) const {
    Sale sale;
    sale.currency = settings_.currency;
    sale.lines = priced.cart.lines;
    sale.coupons = priced.cart.coupons;
    sale.tenders = priced.paid.tenders;
    sale.total_minor = priced.cart.total_minor;
    sale.rounding_minor = priced.paid.rounding_minor;
    if (cart.member())
        sale.member =
            ledger::SaleMember{cart.member()->id.text(), cart.member()->points, priced.cart.points};
    sale.request = by.request;
    return sale;
}

Status Counter::check_uses(const Cart& cart) {
    for (const CartCoupon& coupon : cart.coupons()) {
        CF_LET(const std::int64_t used, journal_.counted().coupon_uses(coupon.coupon));
        if (used >= coupon.uses) return as_error(Refusal::coupon_used_up);
    }
    return {};
}

Result<Recorded<Sale>> Counter::sell(const Cart& cart, const std::vector<Payment>& payments,
                                     const By& by) {
    std::int64_t seq = 0;
    CF_LET(const auto before, recorded_before(by, seq));
    if (before) {
        CF_LET(const json::Document body, body_of(*before));
        CF_LET(const Sale sale, ledger::read_sale(body.root()));
        std::int64_t change_minor = 0;
        for (const ledger::SaleTender& tender : sale.tenders)
            change_minor += tender.given_minor - tender.amount_minor;
        return Recorded<Sale>{sale, seq, change_minor};
    }
    CF_LET(const std::string shift, open_shift_name());
    CF_TRY(check_uses(cart));
    CF_LET(const Priced priced, reckon(cart, payments));
    Sale sale = sale_from(cart, priced, by);
    CF_LET(const journal::Totals totals, journal_.totals());
    sale.receipt = totals.receipts + 1;
    sale.turnover_minor = totals.turnover_minor + sale.total_minor;
    std::vector<Draft> drafts;
    drafts.push_back({EventType::sale, write_body(sale), shift, by.staff});
    for (const ledger::SaleCoupon& coupon : sale.coupons) {
        json::Object body;
        body.set("coupon", coupon.coupon).set("receipt", sale.receipt);
        drafts.push_back({EventType::coupon_redeemed, std::move(body), shift, by.staff});
    }
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    CF_LET(const auto receipt, journal_.counted().find_receipt(sale.receipt));
    CF_CHECK(receipt && receipt->total_minor == sale.total_minor);
    return Recorded<Sale>{sale, receipt->seq, priced.paid.change_minor};
}

Result<Recorded<Sale>> Counter::train(const Cart& cart, const std::vector<Payment>& payments,
                                      const By& by) {
    CF_LET(const Priced priced, reckon(cart, payments));
    const Sale sale = sale_from(cart, priced, by);
    std::vector<Draft> drafts;
    drafts.push_back({EventType::training_sale, write_body(sale), "", by.staff});
    CF_LET(const journal::Head head, journal_.append(drafts));
    return Recorded<Sale>{sale, head.seq, priced.paid.change_minor};
}

Result<Sale> Counter::sale_of(std::int64_t number) {
    CF_LET(const auto receipt, journal_.counted().find_receipt(number));
    if (!receipt) return as_error(Refusal::receipt_unknown);
    if (receipt->original != 0) return as_error(Refusal::receipt_is_refund);
    CF_LET(const auto event, journal_.find_event(receipt->seq));
    CF_CHECK(event.has_value());
    CF_LET(const json::Document body, body_of(*event));
    return ledger::read_sale(body.root());
}

Result<Recorded<GivingBack>> Counter::refund(const RefundWish& wish, const By& by) {
    std::int64_t seq = 0;
    CF_LET(const auto before, recorded_before(by, seq));
    if (before) {
        CF_LET(const json::Document body, body_of(*before));
        CF_LET(const GivingBack back, ledger::read_giving_back(body.root()));
        return Recorded<GivingBack>{back, seq, 0};
    }
    if (wish.reason.empty() || wish.reason.size() > kMaxReason)
        return as_error(Refusal::reason_missing);
    CF_LET(const std::string shift, open_shift_name());
    CF_LET(const Sale sale, sale_of(wish.receipt));
    CF_LET(const auto given_back, journal_.counted().given_back(wish.receipt));
    const auto wanted = wish.lines.empty() ? everything_left(sale, given_back) : wish.lines;
    GivingBack back;
    CF_LET(back.lines, with_error(price_refund(sale, given_back, wanted)));
    for (const ledger::BackLine& line : back.lines) back.total_minor += line.amount_minor;
    CF_LET(const Settlement paid,
           with_error(settle_refund(money::Money(back.total_minor, sale.currency),
                                    {wish.tender, back.total_minor, wish.reference},
                                    settings_.cash_step_minor)));
    back.tenders = paid.tenders;
    back.rounding_minor = paid.rounding_minor;
    CF_LET(const journal::Totals totals, journal_.totals());
    back.receipt = totals.receipts + 1;
    back.original_receipt = wish.receipt;
    back.currency = sale.currency;
    back.reason = wish.reason;
    back.request = by.request;
    if (sale.member) {
        CF_LET(const auto counted, journal_.counted().find_receipt(wish.receipt));
        const auto reversed =
            loyalty::points_reversed({sale.total_minor, sale.member->points_earned},
                                     {counted->back_minor, back.total_minor});
        CF_CHECK(reversed.ok());
        back.member =
            ledger::SaleMember{sale.member->id, sale.member->points_before, reversed.value()};
    }
    std::vector<Draft> drafts;
    drafts.push_back({EventType::refund, write_body(back), shift, by.staff});
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    CF_LET(const auto receipt, journal_.counted().find_receipt(back.receipt));
    CF_CHECK(receipt.has_value());
    return Recorded<GivingBack>{back, receipt->seq, 0};
}

Status Counter::move_cash(EventType type, std::int64_t amount_minor, const std::string& reason,
                          const By& by) {
    std::int64_t seq = 0;
    CF_LET(const auto before, recorded_before(by, seq));
    if (before) return {};
    CF_TRY(check_amount(amount_minor));
    if (reason.empty() || reason.size() > kMaxReason) return as_error(Refusal::reason_missing);
    CF_LET(const std::string shift, open_shift_name());
    json::Object body;
    body.set("amount_minor", amount_minor).set("reason", reason).set("request", by.request);
    std::vector<Draft> drafts;
    drafts.push_back({type, std::move(body), shift, by.staff});
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    return {};
}

Status Counter::cash_in(std::int64_t amount_minor, const std::string& reason, const By& by) {
    return move_cash(EventType::cash_in, amount_minor, reason, by);
}

Status Counter::cash_out(std::int64_t amount_minor, const std::string& reason, const By& by) {
    CF_LET(const auto shift, journal_.counted().open_shift());
    if (shift && amount_minor > shift->cash_minor) return as_error(Refusal::drawer_too_empty);
    return move_cash(EventType::cash_out, amount_minor, reason, by);
}

Status Counter::open_drawer(const std::string& reason, const By& by) {
    if (reason.empty() || reason.size() > kMaxReason) return as_error(Refusal::reason_missing);
    CF_LET(const std::string shift, open_shift_name());
    json::Object body;
    body.set("reason", reason).set("request", by.request);
    std::vector<Draft> drafts;
    drafts.push_back({EventType::drawer_opened, std::move(body), shift, by.staff});
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    return {};
}

Result<ShiftReport> Counter::report_of(const CountedShift& shift) {
    ShiftReport report;
    report.shift = shift;
    CF_LET(report.tenders, journal_.counted().tender_totals(shift.shift));
    return report;
}

Result<ShiftReport> Counter::report() {
    CF_LET(const auto shift, journal_.counted().open_shift());
    if (!shift) return as_error(Refusal::no_shift);
    return report_of(*shift);
}

Result<ShiftReport> Counter::close_shift(std::int64_t counted_minor, const By& by) {
    if (counted_minor < 0) return as_error(Refusal::amount_not_positive);
    if (counted_minor > kMaxCashMinor) return as_error(Refusal::amount_too_large);
    CF_LET(const ShiftReport open, report());
    json::Object body;
    body.set("expected_minor", open.shift.cash_minor).set("counted_minor", counted_minor);
    body.set("difference_minor", counted_minor - open.shift.cash_minor);
    body.set("request", by.request);
    std::vector<Draft> drafts;
    drafts.push_back({EventType::shift_closed, std::move(body), open.shift.shift, by.staff});
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    CF_LET(const auto closed, journal_.counted().find_shift(open.shift.shift));
    CF_CHECK(closed.has_value() && !closed->is_open);
    CF_LET(ShiftReport report, report_of(*closed));
    report.counted_minor = counted_minor;
    return report;
}

}  // namespace counterfoil::checkout
