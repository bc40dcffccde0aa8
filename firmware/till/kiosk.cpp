#include "firmware/till/kiosk.h"

#include <algorithm>
#include <array>

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
void ring_up(Basket& basket, const BasketLine& line) {
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

Outcome<void> Kiosk::keep(const std::string& screen, Basket basket) {
    if (basket.id.empty()) basket.id = base::UuidMaker(clock_, entropy_).make().text();
    CF_LET(const std::string text, checkout::write_basket(basket));
    CF_TRY(checkout::read_basket(text));
    CF_TRY(file_.keep_basket(screen, text));
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
    return keep(asked.screen, std::move(held));
}

Outcome<void> Kiosk::add(const BasketLine& line, const Asked& asked) {
    // However it was typed, it is kept by the product's own number: the same product is one line
    // here as it is in the cart that the screen shows.
    CF_LET(const checkout::Item item, desk_.shop().find_product(line.code));
    BasketLine known = line;
    known.code = item.code;
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        ring_up(basket, known);
        return {};
    });
}

Outcome<void> Kiosk::set_quantity(std::int64_t place, std::int64_t quantity_milli,
                                  const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        CF_LET(BasketLine * line, line_of(basket, place));
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
        line->unit_minor = wish.unit_minor;
        line->off_minor = wish.off_minor;
        line->off_permille = wish.off_permille;
        line->reason = wish.reason;
        line->approved_by.clear();
        if (line->changed()) return desk_.approve(*line, asked);
        line->reason.clear();
        const BasketLine plain = *line;
        basket.lines.erase(basket.lines.begin() + (wish.line - 1));
        ring_up(basket, plain);
        return {};
    });
}

Outcome<void> Kiosk::attach(const std::string& member, const Asked& asked) {
    return change(asked, [&](Basket& basket) -> Outcome<void> {
        CF_LET(const checkout::KnownMember known, desk_.shop().recognise(member));
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
    CF_TRY(file_.forget_basket(asked.screen));
    return {};
}

Outcome<Recorded<Sale>> Kiosk::sell(const std::vector<Payment>& payments, const Asked& asked) {
    // Asked first: a request that is repeated finds the next basket on the screen, or none.
    CF_LET(const auto before, desk_.sold_by_request(asked));
    if (before) return *before;
    CF_LET(const Basket held, basket(asked.screen));
    // The basket is known to be sold by the sale itself: nobody waits for the disk once more to
    // have it cleared away, and the next one takes its place.
    return desk_.sell(held, payments, asked);
}

Outcome<Recorded<Sale>> Kiosk::train(const std::vector<Payment>& payments, const Asked& asked) {
    CF_LET(const auto before, desk_.trained_before(asked));
    if (before) return *before;
    CF_LET(const Basket held, basket(asked.screen));
    CF_LET(const Recorded<Sale> trained, desk_.train(held, payments, asked));
    [[maybe_unused]] const auto cleared = file_.forget_basket(asked.screen);
    return trained;
}

Outcome<std::string> Kiosk::park(const std::string& label, const Asked& asked) {
    CF_LET(const Basket held, basket(asked.screen));
    CF_LET(const std::string parked, desk_.park(held, label, asked));
    CF_TRY(file_.forget_basket(asked.screen));
    return parked;
}

Outcome<void> Kiosk::recall(const std::string& label, const Asked& asked) {
    CF_TRY(check_signed_in(asked.screen));
    CF_LET(const Basket held, basket(asked.screen));
    if (!held.lines.empty()) return Refusal::basket_not_empty;
    CF_LET(const Basket parked, desk_.recall(label));
    return keep(asked.screen, parked);
}

ScanAnswer Kiosk::scan(const std::string& screen, const std::string& text,
                       const std::string& format) {
    ScanAnswer answer;
    answer.text = text;
    const auto take = [&](ScanAnswer::Kind kind, const Outcome<void>& outcome) {
        answer.kind = kind;
        if (!outcome.ok()) answer.fault = outcome.error();
        return answer;
    };
    const auto signed_in = check_signed_in(screen);
    if (!signed_in.ok()) return take(ScanAnswer::Kind::nothing, signed_in);
    const Asked asked{screen, "", {}};
    const auto scanned = token::read_scanned(text, format);
    if (!scanned.ok())
        return take(ScanAnswer::Kind::nothing, Outcome<void>(checkout::Fault(scanned.error())));
    if (std::holds_alternative<token::ProductCode>(scanned.value())) {
        BasketLine line;
        line.code = text;
        const auto item = desk_.shop().find_product(text);
        if (!item.ok()) return take(ScanAnswer::Kind::product, item.error());
        line.code = item.value().code;
        return take(ScanAnswer::Kind::product, add(line, asked));
    }
    if (const auto* receipt = std::get_if<token::ReceiptCode>(&scanned.value()))
        return scan_receipt(screen, text, *receipt);
    const bool is_coupon = std::holds_alternative<token::SignedCoupon>(scanned.value()) ||
                           std::holds_alternative<token::PrintedCoupon>(scanned.value());
    if (is_coupon) return take(ScanAnswer::Kind::coupon, lay(text, asked));
    return take(ScanAnswer::Kind::member, attach(text, asked));
}

ScanAnswer Kiosk::scan_receipt(const std::string& screen, const std::string& text,
                               const token::ReceiptCode& code) {
    ScanAnswer answer;
    answer.kind = ScanAnswer::Kind::receipt;
    answer.text = text;
    const auto found = desk_.receipt_of(code);
    if (!found.ok()) {
        answer.fault = found.error();
        return answer;
    }
    answer.receipt = found.value();
    const auto held = basket(screen);
    if (!held.ok())
        answer.fault = held.error();
    else if (!held.value().lines.empty())
        answer.fault = checkout::Fault(Refusal::basket_not_empty);
    return answer;
}

}  // namespace counterfoil::till
