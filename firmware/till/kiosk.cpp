#include "firmware/till/kiosk.h"

#include <algorithm>
#include <array>
#include <map>

namespace counterfoil::till {

using checkout::Asked;
using checkout::Basket;
using checkout::BasketLine;
using checkout::Outcome;
using checkout::Payment;
using checkout::Quote;
using checkout::Recorded;
using checkout::Refusal;
using ledger::Sale;

namespace {

constexpr std::array<std::string_view, 5> kKinds{"product", "member", "coupon", "receipt",
                                                 "nothing"};

// The same product again is one more of it, unless somebody has changed its price.
void put_line(Basket& basket, const BasketLine& line) {
    const auto pieces = [](const BasketLine& of) {
        return of.quantity_milli.value_or(ledger::kOne);
    };
    const auto same = std::ranges::find_if(basket.lines, [&](const BasketLine& there) {
        return there.code == line.code && !there.changed() && !line.changed() &&
               pieces(there) % ledger::kOne == 0;
    });
    if (same == basket.lines.end() || pieces(line) % ledger::kOne != 0)
        basket.lines.push_back(line);
    else
        same->quantity_milli = pieces(*same) + pieces(line);
}

// Digits as many as a product's bar code has: where its check digit is wrong it was misread.
bool looks_printed(std::string_view text) {
    const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return digits && (text.size() == 8 || text.size() == 12 || text.size() == 13);
}

// Whether these are what was given for the sale, kind by kind.
bool is_paid_so(const Sale& sale, const std::vector<Payment>& payments) {
    std::map<std::string, std::int64_t> given;
    for (const ledger::SaleTender& tender : sale.tenders) given[tender.kind] += tender.given_minor;
    for (const Payment& payment : payments) given[payment.kind] -= payment.amount_minor;
    return std::ranges::all_of(given, [](const auto& kind) { return kind.second == 0; });
}

Outcome<BasketLine*> line_of(Basket& basket, std::int64_t line) {
    if (line < 1 || line > static_cast<std::int64_t>(basket.lines.size()))
        return Refusal::line_unknown;
    return &basket.lines[static_cast<std::size_t>(line - 1)];
}

}  // namespace

std::string_view kind_name(ScanAnswer::Kind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

Outcome<Basket> Kiosk::basket(const std::string& screen) {
    CF_LET(const auto held, file_.find_basket(screen));
    if (!held) return Basket{};
    CF_LET(const Basket basket, checkout::read_basket(*held));
    CF_LET(const bool sold, desk_.was_sold(basket.id));
    return sold ? Basket{} : basket;
}

Outcome<std::optional<Quote>> Kiosk::quote(const std::string& screen) {
    CF_LET(const Basket held, basket(screen));
    if (held.lines.empty()) return std::optional<Quote>();
    CF_LET(Quote quote, desk_.quote(held));
    return std::optional(std::move(quote));
}

Outcome<void> Kiosk::check_signed_in(const std::string& screen) {
    return desk_.staff().touch(screen, desk_.shop().settings());
}

Outcome<std::optional<std::string>> Kiosk::done_before(const Asked& asked) {
    CF_LET(const auto answer, file_.find_edit(asked.screen, asked.request));
    return answer;
}

Outcome<void> Kiosk::remember(const Asked& asked, const std::string& answer) {
    CF_TRY(file_.remember({asked.screen, asked.request, answer}));
    return {};
}

// What is left of a basket without lines is another one: it does not settle what was put aside.
Outcome<void> Kiosk::keep(const Asked& asked, Basket basket) {
    if (basket.lines.empty()) basket.id.clear();
    if (basket.id.empty()) basket.id = base::UuidMaker(clock_, entropy_).make().text();
    CF_LET(const std::string text, checkout::write_basket(basket));
    CF_TRY(checkout::read_basket(text));
    CF_TRY(file_.keep_basket({asked.screen, asked.request, ""}, basket.id, text));
    return {};
}

Outcome<void> Kiosk::change(const Asked& asked, const Change& change) {
    CF_TRY(check_signed_in(asked.screen));
    CF_LET(Basket held, basket(asked.screen));
    const Basket before = held;
    CF_TRY(change(held));
    if (held == before) return {};
    if (!held.lines.empty()) {
        const auto priced = desk_.quote(held);
        if (!priced.ok()) return priced.error();
    }
    return keep(asked, std::move(held));
}

// However it was typed, it is kept by the product's own number: the same product is one line here
// as it is in the cart that the screen shows.
Outcome<void> Kiosk::ring_up(const checkout::Item& item, BasketLine line, const Asked& asked) {
    if (line.quantity_milli && *line.quantity_milli <= 0) return Refusal::amount_not_positive;
    line.code = item.code;
    const Outcome<void> rung_up = change(asked, [&](Basket& basket) -> Outcome<void> {
        put_line(basket, line);
        return {};
    });
    if (rung_up.ok()) touched_ = item.code;
    return rung_up;
}

Outcome<void> Kiosk::add(const BasketLine& line, const Asked& asked) {
    CF_LET(const checkout::Item item, desk_.shop().find_product(line.code));
    return ring_up(item, line, asked);
}

Outcome<void> Kiosk::set_quantity(std::int64_t place, std::int64_t quantity_milli,
                                  const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        CF_LET(BasketLine * line, line_of(basket, place));
        touched_ = line->code;
        if (quantity_milli == 0)
            basket.lines.erase(basket.lines.begin() + (place - 1));
        else
            line->quantity_milli = quantity_milli;
        return {};
    });
}

Outcome<void> Kiosk::change_price(const PriceChange& wish, const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        CF_LET(BasketLine * line, line_of(basket, wish.line));
        touched_ = line->code;
        line->unit_minor = wish.unit_minor;
        line->off_minor = wish.off_minor;
        line->off_permille = wish.off_permille;
        line->reason = wish.reason;
        line->approved_by.clear();
        if (line->changed()) return desk_.approve(*line, asked);
        line->reason.clear();
        const BasketLine plain = *line;
        basket.lines.erase(basket.lines.begin() + (wish.line - 1));
        put_line(basket, plain);
        return {};
    });
}

Outcome<void> Kiosk::attach(const ScannedText& member, const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        CF_LET(const checkout::KnownMember known,
               desk_.shop().recognise(member.text, checkout::Shop::Showing::taken, member.format));
        // A phone's proof is not undone by a card of the same member.
        const bool same = basket.member && basket.member->id == known.member.id;
        if (!same || known.member.proven) basket.member = known.member;
        return {};
    });
}

Outcome<void> Kiosk::detach(const Asked& asked) {
    return change(asked, [](Basket& basket) -> Outcome<void> {
        basket.member.reset();
        return {};
    });
}

Outcome<void> Kiosk::lay(const std::string& coupon, const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        if (std::ranges::find(basket.coupons, coupon) != basket.coupons.end())
            return loyalty::Refusal::offer_repeated;
        if (basket.coupons.size() >= ledger::kMaxSaleCoupons)
            return loyalty::Refusal::too_many_offers;
        CF_TRY(desk_.judge_coupon(coupon, basket.member));
        basket.coupons.push_back(coupon);
        return {};
    });
}

Outcome<void> Kiosk::take_away_coupon(std::int64_t place, const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        if (place < 1 || place > static_cast<std::int64_t>(basket.coupons.size()))
            return Refusal::line_unknown;
        basket.coupons.erase(basket.coupons.begin() + (place - 1));
        return {};
    });
}

Outcome<void> Kiosk::clear(const Asked& asked) {
    CF_TRY(check_signed_in(asked.screen));
    CF_TRY(file_.forget_basket({asked.screen, asked.request, ""}));
    return {};
}

// A request that is repeated finds its own basket gone; the key of an earlier one does not stand
// for what is in the basket now.
Outcome<Recorded<Sale>> Kiosk::sell(const std::vector<Payment>& payments, const Asked& asked) {
    CF_LET(const auto before, desk_.sold_by_request(asked));
    CF_LET(const Basket held, basket(asked.screen));
    if (before && !held.lines.empty()) return Refusal::request_reused;
    if (before && !is_paid_so(before->body, payments)) return Refusal::request_reused;
    if (before) return *before;
    // The basket is known to be sold by the sale itself: nobody waits for the disk once more to
    // have it cleared away, and the next one takes its place.
    return desk_.sell(held, payments, asked);
}

Outcome<Recorded<Sale>> Kiosk::train(const std::vector<Payment>& payments, const Asked& asked) {
    CF_LET(const auto before, desk_.trained_before(asked));
    CF_LET(const Basket held, basket(asked.screen));
    if (before && !held.lines.empty()) return Refusal::request_reused;
    if (before && !is_paid_so(before->body, payments)) return Refusal::request_reused;
    if (before) return *before;
    CF_LET(const Recorded<Sale> trained, desk_.train(held, payments, asked));
    [[maybe_unused]] const auto cleared = file_.forget_basket({asked.screen, "", ""});
    return trained;
}

Outcome<std::string> Kiosk::park(const std::string& label, const Asked& asked) {
    CF_TRY(check_signed_in(asked.screen));
    CF_LET(const auto before, done_before(asked));
    if (before) return *before;
    CF_LET(const Basket held, basket(asked.screen));
    CF_LET(const std::string parked, desk_.park(held, label, asked));
    CF_TRY(file_.forget_basket({asked.screen, asked.request, parked}));
    return parked;
}

// A basket on a screen at which nobody works any more is taken from there.
Outcome<void> Kiosk::recall(const std::string& label, const Asked& asked) {
    CF_TRY(check_signed_in(asked.screen));
    CF_LET(const Basket held, basket(asked.screen));
    if (!held.lines.empty()) return Refusal::basket_not_empty;
    CF_LET(const Basket parked, desk_.recall(label));
    CF_LET(const auto there, file_.screen_of_basket(parked.id));
    if (there && *there != asked.screen) {
        CF_LET(const auto person, desk_.signed_in(*there));
        if (person) return Refusal::parked_held;
    }
    return keep(asked, parked);
}

ScanAnswer Kiosk::scan(const ScannedText& scanned, const Asked& asked) {
    ScanAnswer answer;
    answer.text = scanned.text;
    const auto take = [&](ScanAnswer::Kind kind, const Outcome<void>& outcome) {
        answer.kind = kind;
        if (!outcome.ok()) answer.fault = outcome.error();
        return answer;
    };
    const auto signed_in = check_signed_in(asked.screen);
    if (!signed_in.ok()) return take(ScanAnswer::Kind::nothing, signed_in);
    const auto code = token::read_scanned(scanned.text, scanned.format);
    if (!code.ok())
        return take(ScanAnswer::Kind::nothing, Outcome<void>(checkout::Fault(code.error())));
    if (const auto* product = std::get_if<token::ProductCode>(&code.value())) {
        const auto item = desk_.shop().find_product(*product);
        if (!item.ok()) return take(ScanAnswer::Kind::product, item.error());
        return take(ScanAnswer::Kind::product, ring_up(item.value(), {}, asked));
    }
    if (const auto* receipt = std::get_if<token::ReceiptCode>(&code.value()))
        return scan_receipt(scanned, *receipt, asked);
    const bool is_coupon = std::holds_alternative<token::SignedCoupon>(code.value()) ||
                           std::holds_alternative<token::PrintedCoupon>(code.value());
    if (is_coupon) return take(ScanAnswer::Kind::coupon, lay(scanned.text, asked));
    const Outcome<void> attached = attach(scanned, asked);
    if (!attached.ok() && attached.error().code() == "member_unknown" && scanned.format.empty() &&
        looks_printed(scanned.text))
        return take(ScanAnswer::Kind::product, Refusal::not_a_product);
    return take(ScanAnswer::Kind::member, attached);
}

ScanAnswer Kiosk::scan_receipt(const ScannedText& scanned, const token::ReceiptCode& code,
                               const Asked& asked) {
    ScanAnswer answer;
    answer.kind = ScanAnswer::Kind::receipt;
    answer.text = scanned.text;
    const auto found = desk_.receipt_of(code);
    if (!found.ok()) {
        answer.fault = found.error();
        return answer;
    }
    answer.receipt = found.value();
    const auto held = basket(asked.screen);
    if (!held.ok())
        answer.fault = held.error();
    else if (!held.value().lines.empty())
        answer.fault = checkout::Fault(Refusal::basket_not_empty);
    return answer;
}

}  // namespace counterfoil::till
