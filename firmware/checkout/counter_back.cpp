#include "firmware/checkout/counter.h"

#include <algorithm>

// What is taken back, and what is printed once more.
namespace counterfoil::checkout {

using journal::CountedReceipt;
using journal::Draft;
using ledger::EventType;
using ledger::GivingBack;
using ledger::Sale;

namespace {

// The same amounts in the same tenders.
std::vector<ledger::SaleTender> given_back(std::vector<ledger::SaleTender> tenders) {
    for (ledger::SaleTender& tender : tenders) tender.given_minor = tender.amount_minor;
    return tenders;
}

bool is_all_back(const Sale& sale, const std::vector<journal::GivenBack>& given_back) {
    std::vector<std::int64_t> left;
    for (const ledger::SaleLine& line : sale.lines) left.push_back(line.quantity_milli);
    for (const journal::GivenBack& back : given_back)
        left.at(static_cast<std::size_t>(back.line - 1)) -= back.quantity_milli;
    return std::ranges::all_of(left, [](std::int64_t milli) { return milli == 0; });
}

}  // namespace

Outcome<Counter::Standing> Counter::standing(std::int64_t number) {
    CF_LET(const auto receipt, journal_.counted().find_receipt(number));
    if (!receipt) return Refusal::receipt_unknown;
    if (receipt->original != 0) return Refusal::receipt_is_refund;
    CF_LET(auto event, event_at(receipt->seq));
    CF_LET(Sale sale, ledger::read_sale(event.body.root()));
    return Standing{*receipt, std::move(event.shift), std::move(sale)};
}

Outcome<Sale> Counter::sale_of(std::int64_t number) {
    CF_LET(Standing sold, standing(number));
    return std::move(sold.sale);
}

Outcome<Recorded<GivingBack>> Counter::refund(const RefundWish& wish, const By& by) {
    CF_LET(const auto before, given_back_before(EventType::refund, by));
    if (before) return *before;
    CF_TRY(check_reason(wish.reason));
    CF_LET(const std::string shift, open_shift_name());
    CF_LET(const Standing sold, standing(wish.receipt));
    const Sale& sale = sold.sale;
    CF_LET(const auto earlier, journal_.counted().given_back(wish.receipt));
    const auto wanted = wish.lines.empty() ? everything_left(sale, earlier) : wish.lines;
    GivingBack back;
    CF_LET(back.lines, price_refund(sale, earlier, wanted));
    for (const ledger::BackLine& line : back.lines) back.total_minor += line.amount_minor;
    CF_LET(const Settlement paid,
           settle_refund(money::Money(back.total_minor, sale.currency), sold.receipt.back_minor,
                         tender_for(wish, sale), settings_.cash_step_minor));
    CF_TRY(check_drawer(paid.tenders));
    back.tenders = paid.tenders;
    back.rounding_minor = paid.rounding_minor;
    back.original_receipt = wish.receipt;
    back.reason = wish.reason;
    return give_back({EventType::refund, shift, wish.points_now, {}}, std::move(back), sold, by);
}

Outcome<Recorded<GivingBack>> Counter::void_last(const RefundWish& wish, const By& by) {
    CF_LET(const auto before, given_back_before(EventType::void_sale, by));
    if (before) return *before;
    CF_TRY(check_reason(wish.reason));
    CF_LET(const std::string shift, open_shift_name());
    CF_LET(const Standing sold, standing(wish.receipt));
    const Sale& sale = sold.sale;
    if (sold.receipt.back_minor != 0) return Refusal::receipt_given_back;
    CF_LET(const journal::Totals totals, journal_.totals());
    if (wish.receipt != totals.receipts || sold.shift != shift) return Refusal::receipt_not_last;
    GivingBack back;
    CF_LET(back.lines, price_refund(sale, {}, everything_left(sale, {})));
    back.total_minor = sale.total_minor;
    back.tenders = given_back(sale.tenders);
    CF_TRY(check_drawer(back.tenders));
    back.rounding_minor = sale.rounding_minor;
    back.original_receipt = wish.receipt;
    back.reason = wish.reason;
    CF_LET(auto roll_backs, roll_backs_of(sold.receipt, sale.coupons.size(), shift, by));
    return give_back({EventType::void_sale, shift, wish.points_now, std::move(roll_backs)},
                     std::move(back), sold, by);
}

Outcome<std::optional<Recorded<GivingBack>>> Counter::given_back_before(EventType type,
                                                                        const By& by) {
    CF_LET(const auto before, recorded_before(type, by));
    if (!before) return std::optional<Recorded<GivingBack>>();
    CF_LET(const GivingBack back, ledger::read_giving_back(before->body.root()));
    return std::optional(Recorded<GivingBack>{back, before->seq, 0});
}

// The sale's redemptions stand behind it, with nothing between but what the signer had to tell.
Outcome<std::vector<Draft>> Counter::roll_backs_of(const CountedReceipt& receipt,
                                                   std::size_t coupons, const std::string& shift,
                                                   const By& by) {
    std::vector<Draft> drafts;
    for (std::int64_t seq = receipt.seq + 1; drafts.size() < coupons; ++seq) {
        CF_CHECK(seq <= journal_.head().seq);
        CF_LET(const auto event, event_at(seq));
        if (event.type != ledger::type_name(EventType::coupon_redeemed)) continue;
        CF_LET(ledger::Redemption redemption, ledger::read_redemption(event.body.root()));
        CF_CHECK(redemption.receipt == receipt.receipt);
        redemption.undoes = seq;
        drafts.push_back({EventType::coupon_rolled_back, write_body(redemption), shift, by.staff});
    }
    return drafts;
}

// As it was paid, where that was in one way and nothing else is wished for; else in cash.
Payment Counter::tender_for(const RefundWish& wish, const Sale& sale) {
    if (!wish.tender.empty()) return {wish.tender, 0, wish.reference};
    const bool one_way = sale.tenders.size() == 1;
    if (!one_way) return {"cash", 0, ""};
    const ledger::SaleTender& tender = sale.tenders.front();
    return {tender.kind, 0, wish.reference.empty() ? tender.reference : wish.reference};
}

Outcome<void> Counter::check_drawer(const std::vector<ledger::SaleTender>& tenders) {
    CF_LET(const auto shift, journal_.counted().open_shift());
    std::int64_t cash_minor = 0;
    for (const ledger::SaleTender& tender : tenders)
        if (tender.kind == "cash") cash_minor += tender.amount_minor;
    if (shift && cash_minor > shift->cash_minor) return Refusal::drawer_too_empty;
    return {};
}

Outcome<Recorded<GivingBack>> Counter::give_back(TakingBack what, GivingBack back,
                                                 const Standing& sold, const By& by) {
    const Sale& sale = sold.sale;
    CF_LET(const journal::Totals totals, journal_.totals());
    back.receipt = totals.receipts + 1;
    back.currency = sale.currency;
    back.approved_by = by.approved_by;
    back.request = by.request;
    if (sale.member) {
        CF_LET(auto given_back, journal_.counted().given_back(back.original_receipt));
        for (const ledger::BackLine& line : back.lines)
            given_back.push_back({line.line, line.quantity_milli, line.amount_minor});
        const BackStep step{sold.receipt.back_minor, back.total_minor,
                            is_all_back(sale, given_back)};
        const std::int64_t points_now = what.points_now.value_or(sale.member->points_before);
        back.member = ledger::SaleMember{sale.member->id, points_now, points_back(sale, step)};
    }
    CF_TRY(ledger::check(back));
    std::vector<Draft> drafts;
    drafts.push_back({what.type, write_body(back), what.shift, by.staff});
    for (Draft& draft : what.more) drafts.push_back(std::move(draft));
    CF_LET([[maybe_unused]] const journal::Head head, journal_.append(drafts));
    CF_LET(const auto receipt, journal_.counted().find_receipt(back.receipt));
    CF_CHECK(receipt.has_value());
    return Recorded<GivingBack>{back, receipt->seq, 0};
}

Outcome<Counter::Copy> Counter::reprint(std::int64_t number, const By& by) {
    CF_LET(const auto before, recorded_before(EventType::reprint, by));
    if (before) {
        CF_LET(const std::int64_t receipt, before->body.root().integer("receipt"));
        CF_LET(const std::int64_t copy, before->body.root().integer("copy"));
        return Copy{receipt, copy};
    }
    CF_LET(const auto receipt, journal_.counted().find_receipt(number));
    if (!receipt) return Refusal::receipt_unknown;
    // Before it is recorded, for then a paper would be owed that nobody can print.
    if (receipt->seq <= journal_.base().seq) return Refusal::kept_at_centre;
    CF_LET(const std::int64_t copies, journal_.counted().copies(number));
    CF_LET(const auto shift, journal_.counted().open_shift());
    json::Object body;
    body.set("receipt", number).set("copy", copies + 1).set("request", by.request);
    CF_TRY(record(EventType::reprint, std::move(body), shift ? shift->shift : "", by));
    return Copy{number, copies + 1};
}

}  // namespace counterfoil::checkout
