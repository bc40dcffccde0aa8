#include "firmware/checkout/counter.h"

#include "firmware/core/ledger/members.h"
#include "firmware/core/loyalty/earning.h"

namespace counterfoil::checkout {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using journal::Draft;
using ledger::EventType;
using ledger::GivingBack;
using ledger::Sale;

namespace {

Judged<void> check_amount(std::int64_t amount_minor) {
    if (amount_minor <= 0) return Refusal::amount_not_positive;
    if (amount_minor > ledger::kMaxMinor) return Refusal::amount_too_large;
    return {};
}

std::int64_t change_of(const Sale& sale) {
    std::int64_t change_minor = 0;
    for (const ledger::SaleTender& tender : sale.tenders)
        change_minor += tender.given_minor - tender.amount_minor;
    return change_minor;
}

}  // namespace

Outcome<std::string> Counter::open_shift_name() {
    CF_LET(const auto shift, journal_.counted().open_shift());
    if (!shift) return Refusal::no_shift;
    return shift->shift;
}

Judged<void> Counter::check_request(const By& by) {
    const bool is_ours =
        by.request.starts_with(ledger::kBasketMark) || by.request.starts_with(kConfigMark);
    if (by.request.size() > kMaxRequest || is_ours) return Refusal::request_wrong;
    return {};
}

Outcome<std::optional<Counter::Before>> Counter::recorded_before(EventType type, const By& by) {
    if (by.request.empty()) return std::optional<Before>();
    CF_TRY(check_request(by));
    CF_LET(const std::int64_t seq, journal_.counted().find_request(by.request));
    if (seq == 0) return std::optional<Before>();
    CF_LET(Before before, event_at(seq));
    if (before.type != ledger::type_name(type)) return Refusal::request_reused;
    return std::optional(std::move(before));
}

Outcome<void> Counter::check_same(const Before& before, std::string_view name,
                                  std::int64_t amount_minor) {
    CF_LET(const std::int64_t recorded_minor, before.body.root().integer(name));
    if (recorded_minor != amount_minor) return Refusal::request_reused;
    return {};
}

Outcome<Counter::Before> Counter::event_at(std::int64_t seq) {
    CF_LET(const auto event, journal_.find_event(seq));
    if (!event && seq <= journal_.base().seq) return Refusal::kept_at_centre;
    CF_CHECK(event.has_value());
    CF_LET(const ledger::EventView view, ledger::read_event(event->bytes));
    CF_LET(json::Document body, ledger::read_body(view));
    return Before{seq, std::string(view.type), std::string(view.shift), std::move(body)};
}

Outcome<std::int64_t> Counter::record(EventType type, json::Object body, const std::string& shift,
                                      const By& by) {
    if (!by.approved_by.empty()) body.set("approved_by", by.approved_by);
    std::vector<Draft> drafts;
    drafts.push_back({type, std::move(body), shift, by.staff});
    CF_LET(const journal::Head head, journal_.append(drafts));
    return head.seq;
}

Outcome<ShiftReport> Counter::open_shift(std::int64_t float_minor, const By& by) {
    CF_LET(const auto before, recorded_before(EventType::shift_opened, by));
    if (before) {
        CF_TRY(check_same(*before, "float_minor", float_minor));
        return report_of(before->shift);
    }
    if (float_minor < 0) return Refusal::amount_negative;
    if (float_minor > ledger::kMaxMinor) return Refusal::amount_too_large;
    CF_LET(const auto open, journal_.counted().open_shift());
    if (open) return Refusal::shift_open;
    // Events only ever rise, so that the name is new.
    const std::string name = "S" + std::to_string(journal_.head().seq + 1);
    json::Object body;
    body.set("float_minor", float_minor).set("request", by.request);
    CF_TRY(record(EventType::shift_opened, std::move(body), name, by));
    return report();
}

Outcome<Settlement> Counter::settle_for(const PricedCart& priced,
                                        const std::vector<Payment>& payments) const {
    CF_LET(const Settlement paid, settle(money::Money(priced.total_minor, settings_.currency),
                                         payments, settings_.cash_step_minor));
    return paid;
}

Sale Counter::sale_from(const Cart& cart, const PricedCart& priced, const Settlement& paid,
                        const By& by) const {
    CF_CHECK(cart.currency() == settings_.currency);
    Sale sale;
    sale.currency = settings_.currency;
    sale.lines = priced.lines;
    sale.coupons = priced.coupons;
    sale.tenders = paid.tenders;
    sale.total_minor = priced.total_minor;
    sale.rounding_minor = paid.rounding_minor;
    if (cart.member())
        sale.member =
            ledger::SaleMember{cart.member()->id.text(), cart.member()->points, priced.points};
    sale.request = by.request;
    return sale;
}

// Asked before pricing, so that the answer is the rules' own; the projections refuse it once more
// where it is counted.
Outcome<void> Counter::check_uses(const Cart& cart) {
    for (const CartCoupon& coupon : cart.coupons()) {
        CF_LET(const std::int64_t used, journal_.counted().spending().coupon_uses(coupon.coupon));
        if (used >= coupon.redemption.of) return coupon_used_up();
    }
    return {};
}

std::vector<Draft> Counter::sale_drafts(const Cart& cart, const PricedCart& priced,
                                        const Sale& sale, const std::string& shift,
                                        const By& by) const {
    std::vector<Draft> drafts;
    drafts.push_back({EventType::sale, write_body(sale), shift, by.staff});
    for (ledger::Redemption redemption : priced.redemptions) {
        redemption.receipt = sale.receipt;
        if (sale.member) redemption.member = sale.member->id;
        drafts.push_back({EventType::coupon_redeemed, write_body(redemption), shift, by.staff});
    }
    for (std::size_t i = 0; i < cart.lines().size(); ++i)
        for (const Override& change : cart.lines()[i].overrides) {
            json::Object body;
            body.set("receipt", sale.receipt).set("line", static_cast<std::int64_t>(i + 1));
            body.set("before_minor", change.before_minor).set("after_minor", change.after_minor);
            body.set("approved_by", change.approved_by).set("reason", change.reason);
            const bool of_price = change.kind == Override::Kind::price;
            drafts.push_back({of_price ? EventType::price_override : EventType::discount_override,
                              std::move(body), shift, by.staff});
        }
    return drafts;
}

Outcome<std::optional<Recorded<Sale>>> Counter::sale_before(EventType type, const By& by) {
    CF_LET(const auto before, recorded_before(type, by));
    if (!before) return std::optional<Recorded<Sale>>();
    CF_LET(const Sale sale, ledger::read_sale(before->body.root()));
    return std::optional(Recorded<Sale>{sale, before->seq, change_of(sale)});
}

Outcome<std::optional<Recorded<Sale>>> Counter::sold_before(const By& by) {
    return sale_before(EventType::sale, by);
}

Outcome<std::optional<Recorded<Sale>>> Counter::trained_before(const By& by) {
    return sale_before(EventType::training_sale, by);
}

Outcome<Recorded<Sale>> Counter::sell(const Cart& cart, const PricedCart& priced,
                                      const std::vector<Payment>& payments, const By& by,
                                      const std::string& basket) {
    CF_LET(const auto before, sold_before(by));
    if (before) return *before;
    CF_LET(const std::string shift, open_shift_name());
    if (!basket.empty()) {
        CF_LET(const auto sold, journal_.counted().find_request(ledger::basket_request(basket)));
        if (sold != 0) return Refusal::parked_unknown;
    }
    CF_TRY(check_uses(cart));
    CF_LET(const Settlement paid, settle_for(priced, payments));
    Sale sale = sale_from(cart, priced, paid, by);
    sale.basket = basket;
    CF_LET(const journal::Totals totals, journal_.totals());
    sale.receipt = totals.receipts + 1;
    sale.turnover_minor = totals.turnover_minor + sale.total_minor;
    CF_TRY(ledger::check(sale));
    const std::vector<Draft> drafts = sale_drafts(cart, priced, sale, shift, by);
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    CF_LET(const auto receipt, journal_.counted().find_receipt(sale.receipt));
    CF_CHECK(receipt && receipt->total_minor == sale.total_minor);
    return Recorded<Sale>{sale, receipt->seq, paid.change_minor};
}

Outcome<Recorded<Sale>> Counter::train(const Cart& cart, const PricedCart& priced,
                                       const std::vector<Payment>& payments, const By& by) {
    CF_LET(const auto before, sale_before(EventType::training_sale, by));
    if (before) return *before;
    CF_LET(const Settlement paid, settle_for(priced, payments));
    const Sale sale = sale_from(cart, priced, paid, by);
    CF_TRY(ledger::check(sale));
    CF_LET(const std::int64_t seq, record(EventType::training_sale, write_body(sale), "", by));
    return Recorded<Sale>{sale, seq, paid.change_minor};
}

Outcome<std::optional<ledger::PointsSpent>> Counter::points_spent_before(const By& by) {
    CF_LET(const auto before, recorded_before(EventType::points_spent, by));
    if (!before) return std::optional<ledger::PointsSpent>();
    CF_LET(const ledger::PointsSpent spent, ledger::read_points_spent(before->body.root()));
    return std::optional(spent);
}

Outcome<ledger::PointsSpent> Counter::spend_points(const ledger::PointsSpent& wish, const By& by) {
    CF_LET(const auto before, points_spent_before(by));
    if (before) return *before;
    CF_LET(const std::string shift, open_shift_name());
    ledger::PointsSpent spent = wish;
    spent.request = by.request;
    CF_TRY(record(EventType::points_spent, write_body(spent), shift, by));
    return spent;
}

Outcome<void> Counter::move_cash(EventType type, std::int64_t amount_minor,
                                 const std::string& reason, const By& by) {
    CF_LET(const auto before, recorded_before(type, by));
    if (before) return check_same(*before, "amount_minor", amount_minor);
    CF_TRY(check_amount(amount_minor));
    CF_TRY(check_reason(reason));
    CF_LET(const auto shift, journal_.counted().open_shift());
    if (!shift) return Refusal::no_shift;
    if (type == EventType::cash_out && amount_minor > shift->cash_minor)
        return Refusal::drawer_too_empty;
    json::Object body;
    body.set("amount_minor", amount_minor).set("reason", reason).set("request", by.request);
    CF_TRY(record(type, std::move(body), shift->shift, by));
    return {};
}

Outcome<void> Counter::cash_in(std::int64_t amount_minor, const std::string& reason, const By& by) {
    return move_cash(EventType::cash_in, amount_minor, reason, by);
}

Outcome<void> Counter::cash_out(std::int64_t amount_minor, const std::string& reason,
                                const By& by) {
    return move_cash(EventType::cash_out, amount_minor, reason, by);
}

Outcome<void> Counter::open_drawer(const std::string& reason, const By& by) {
    CF_LET(const auto before, recorded_before(EventType::drawer_opened, by));
    if (before) return {};
    CF_TRY(check_reason(reason));
    CF_LET(const std::string shift, open_shift_name());
    json::Object body;
    body.set("reason", reason).set("request", by.request);
    CF_TRY(record(EventType::drawer_opened, std::move(body), shift, by));
    return {};
}

Outcome<ShiftReport> Counter::report_of(std::string_view shift) {
    CF_LET(auto figures, journal_.counted().shift_figures(shift));
    CF_CHECK(figures.has_value());
    // Without a receipt nothing says which currency it is.
    if (figures->first_receipt == 0) figures->currency = settings_.currency;
    return *std::move(figures);
}

Outcome<ShiftReport> Counter::report() {
    CF_LET(const std::string shift, open_shift_name());
    return report_of(shift);
}

Outcome<Recorded<ShiftReport>> Counter::close_shift(std::int64_t counted_minor, const By& by) {
    CF_LET(const auto before, recorded_before(EventType::z_report, by));
    if (before) {
        CF_TRY(check_same(*before, "counted_minor", counted_minor));
        CF_LET(const ShiftReport figures, ledger::read_shift_figures(before->body.root()));
        return Recorded<ShiftReport>{figures, before->seq, 0};
    }
    if (counted_minor < 0) return Refusal::amount_negative;
    if (counted_minor > ledger::kMaxMinor) return Refusal::amount_too_large;
    CF_LET(ShiftReport figures, report());
    CF_LET(const journal::Totals totals, journal_.totals());
    figures.number = totals.z_reports + 1;
    figures.counted_minor = counted_minor;
    figures.request = by.request;
    CF_TRY(check(figures));
    json::Object body;
    body.set("expected_minor", figures.expected_minor).set("counted_minor", counted_minor);
    body.set("difference_minor", figures.difference_minor());
    if (!by.approved_by.empty()) body.set("approved_by", by.approved_by);
    std::vector<Draft> drafts;
    drafts.push_back({EventType::shift_closed, std::move(body), figures.shift, by.staff});
    drafts.push_back({EventType::z_report, write_body(figures), figures.shift, by.staff});
    CF_LET(const journal::Head head, journal_.append(drafts));
    return Recorded<ShiftReport>{figures, head.seq, 0};
}

}  // namespace counterfoil::checkout
