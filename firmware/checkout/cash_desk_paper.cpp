#include "firmware/checkout/cash_desk.h"

#include <algorithm>

// What the ledger says, as it is printed.
namespace counterfoil::checkout {

using ledger::EventType;
using receipt::Receipt;

namespace {

constexpr std::int64_t kSecondMs = 1000;

}  // namespace

Outcome<std::int64_t> CashDesk::seq_of(std::int64_t receipt) {
    CF_LET(const auto counted, world_.shop.journal.counted().find_receipt(receipt));
    if (!counted) return Refusal::receipt_unknown;
    return counted->seq;
}

Refusal CashDesk::not_there(std::int64_t seq) const {
    const bool is_pruned = seq >= 1 && seq <= world_.shop.journal.base().seq;
    return is_pruned ? Refusal::kept_at_centre : Refusal::receipt_unknown;
}

Outcome<std::int64_t> CashDesk::receipt_of(const token::ReceiptCode& code) {
    if (code.terminal != shop_.terminal()) return Refusal::receipt_of_another_till;
    CF_LET(const auto event, world_.shop.journal.find_event(code.seq));
    if (!event) return not_there(code.seq);
    const crypto::Digest hash = ledger::event_hash(event->bytes);
    if (!std::equal(code.hash_prefix.begin(), code.hash_prefix.end(), hash.begin()))
        return Refusal::receipt_unknown;
    CF_LET(const ledger::EventView view, ledger::read_event(event->bytes));
    CF_LET(const json::Document document, ledger::read_body(view));
    const auto receipt = document.root().integer("receipt");
    if (!receipt.ok()) return Refusal::receipt_unknown;
    return receipt.value();
}

Outcome<ReceiptFacts> CashDesk::facts_of(std::int64_t receipt) {
    journal::Projections& counted = world_.shop.journal.counted();
    CF_LET(const auto found, counted.find_receipt(receipt));
    if (!found) return Refusal::receipt_unknown;
    CF_LET(const auto event, world_.shop.journal.find_event(found->seq));
    if (!event) return not_there(found->seq);
    CF_LET(const ledger::EventView view, ledger::read_event(event->bytes));
    CF_LET(const json::Document document, ledger::read_body(view));
    ReceiptFacts facts;
    facts.seq = found->seq;
    facts.type = ledger::type_from_name(view.type).value_or(EventType::sale);
    CF_LET(facts.at, base::from_rfc3339(view.at));
    facts.total_minor = found->total_minor;
    facts.back_minor = found->back_minor;
    facts.original_receipt = found->original;
    if (found->original != 0) {
        CF_LET(ledger::GivingBack back, ledger::read_giving_back(document.root()));
        facts.tenders = std::move(back.tenders);
        return facts;
    }
    CF_LET(ledger::Sale sale, ledger::read_sale(document.root()));
    CF_LET(const auto before, counted.given_back(receipt));
    for (const ledger::SaleLine& line : sale.lines) facts.lines.push_back({line, 0});
    for (const Wanted& left : everything_left(sale, before))
        facts.lines.at(static_cast<std::size_t>(left.line - 1)).left_milli =
            left.quantity_milli.value_or(0);
    facts.tenders = std::move(sale.tenders);
    return facts;
}

Outcome<receipt::CouponTerms> CashDesk::terms_of(const ledger::MadeCoupon& coupon) {
    CF_LET(const auto book, shop_.find_book(coupon.book));
    receipt::CouponTerms terms;
    terms.currency = shop_.settings().currency;
    terms.valid_until = base::to_local_text({coupon.expires_s * kSecondMs});
    terms.min_basket_minor = book ? book->min_basket_minor : 0;
    return terms;
}

Outcome<Receipt> CashDesk::paper_of(std::int64_t seq, const receipt::Options& options) {
    CF_LET(const auto event, world_.shop.journal.find_event(seq));
    if (!event) return not_there(seq);
    CF_LET(const ledger::EventView view, ledger::read_event(event->bytes));
    CF_LET(const json::Document document, ledger::read_body(view));
    CF_LET(const base::WallTime at, base::from_rfc3339(view.at));
    const receipt::Fiscal fiscal{std::string(view.terminal), seq, base::to_local_text(at),
                                 ledger::event_hash(event->bytes), event->signature};
    const receipt::Issuer& issuer = shop_.settings().issuer;
    const auto type = ledger::type_from_name(view.type);
    if (type == EventType::sale || type == EventType::training_sale) {
        CF_LET(const ledger::Sale sale, ledger::read_sale(document.root()));
        return receipt::render(sale, fiscal, issuer, options);
    }
    if (type == EventType::z_report) {
        CF_LET(const ledger::ShiftFigures figures, ledger::read_shift_figures(document.root()));
        return receipt::render(figures, &fiscal, issuer, options);
    }
    if (type == EventType::points_spent) {
        CF_LET(const ledger::PointsSpent spent, ledger::read_points_spent(document.root()));
        CF_LET(const receipt::CouponTerms terms, terms_of(spent.coupon));
        return receipt::render(spent, terms, fiscal, issuer, options);
    }
    if (type != EventType::refund && type != EventType::void_sale) return Refusal::receipt_unknown;
    CF_LET(const ledger::GivingBack back, ledger::read_giving_back(document.root()));
    CF_LET(const ledger::Sale original, counter_.sale_of(back.original_receipt));
    receipt::Options titled = options;
    titled.is_void = type == EventType::void_sale;
    return receipt::render(back, original, fiscal, issuer, titled);
}

Receipt CashDesk::paper_of(const ShiftReport& report, const receipt::Options& options) const {
    receipt::Options dated = options;
    dated.at = base::to_local_text(world_.shop.clock.now());
    return receipt::render(report, nullptr, shop_.settings().issuer, dated);
}

}  // namespace counterfoil::checkout
