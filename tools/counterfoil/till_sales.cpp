#include <iostream>

#include "firmware/receipt/setter.h"
#include "tools/counterfoil/till_session.h"
#include "tools/counterfoil/till_text.h"

// What is sold, put aside, taken back and printed once more.
namespace counterfoil::tool {

using checkout::Asked;
using checkout::Basket;
using checkout::Outcome;
using checkout::Payment;
using checkout::Quote;
using ledger::Sale;
using Showing = checkout::Shop::Showing;

namespace {

// What is parked, and the items on top of it.
Outcome<Basket> items_of(TillSession& session, const TillCartOptions& options, const Asked& asked) {
    Basket basket;
    if (!options.parked.empty()) {
        CF_LET(basket, session.desk().recall(options.parked));
    }
    for (const std::string& item : options.items) {
        CF_LET(checkout::BasketLine line, read_item(item, session.currency()));
        line.reason = options.reason;
        if (line.changed()) CF_TRY(session.desk().approve(line, asked));
        basket.lines.push_back(std::move(line));
    }
    for (const std::string& coupon : options.coupons) basket.coupons.push_back(coupon);
    return basket;
}

// With the member, whose phone's code is good for one showing, unless it is only looked at.
Outcome<Basket> basket_of(TillSession& session, const TillCartOptions& options, const Asked& asked,
                          Showing showing) {
    CF_LET(Basket basket, items_of(session, options, asked));
    if (options.member.empty()) return basket;
    CF_LET(const auto known, session.desk().shop().recognise(options.member, showing));
    basket.member = known.member;
    return basket;
}

Outcome<std::vector<Payment>> payments_of(TillSession& session, const TillCartOptions& options) {
    std::vector<Payment> payments;
    const std::pair<const char*, const std::vector<std::string>*> kinds[] = {
        {"card", &options.card}, {"voucher", &options.voucher}, {"cash", &options.cash}};
    for (const auto& [kind, texts] : kinds)
        for (const std::string& text : *texts) {
            CF_LET(Payment payment, read_payment(kind, text, session.currency()));
            payments.push_back(std::move(payment));
        }
    return payments;
}

std::string quote_text(TillSession& session, const Quote& quote) {
    const auto said = [&](const base::Sentence& sentence) {
        return base::said(sentence, session.language());
    };
    std::string text;
    for (const ledger::SaleLine& line : quote.priced.lines)
        text += receipt::quantity_text(line.quantity_milli, line.by_weight, session.language()) +
                " x " + line.name + "  " + session.money_text(line.paid_minor()) + "\n";
    for (const loyalty::OfferOutcome& outcome : quote.priced.evaluation.offers)
        text += (outcome.applies() ? "+ " : "- ") + said(outcome.sentence) + "\n";
    for (const checkout::RefusedCoupon& refused : quote.refused)
        text += "- " + refused.fault.code() + ": " + said(refused.fault.sentence()) + "\n";
    text += "= " + session.money_text(quote.priced.total_minor);
    if (quote.member)
        text += ", " + (quote.member->name.empty() ? "member" : quote.member->name) + ": " +
                std::to_string(quote.member->points) + " + " + std::to_string(quote.priced.points);
    return text;
}

// A sale that this request was before is told and not printed again: a second paper is a copy, and
// that is for "till reprint" to make.
ExitCode tell_again(TillSession& session, const checkout::Recorded<Sale>& sold) {
    return session.tell(checkout::answer(sold),
                        "recorded before: receipt " + std::to_string(sold.body.receipt));
}

}  // namespace

ExitCode till_quote(const TillCartOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_LET(const Basket basket, basket_of(session, options, asked, Showing::looked_at));
        CF_LET(const Quote quote, session.desk().quote(basket));
        return session.tell(checkout::answer(quote, session.language()),
                            quote_text(session, quote));
    });
}

ExitCode till_sell(const TillCartOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        if (!asked.request.empty() && options.parked.empty()) {
            CF_LET(const Basket items, items_of(session, options, asked));
            CF_LET(const auto before, session.desk().sold_before(items, asked));
            if (before) return tell_again(session, *before);
        }
        CF_LET(const Basket basket, basket_of(session, options, asked, Showing::taken));
        CF_LET(const auto payments, payments_of(session, options));
        CF_LET(const auto sold, session.desk().sell(basket, payments, asked));
        return session.tell_paper(checkout::answer(sold), sold.seq);
    });
}

ExitCode till_train(const TillCartOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_LET(const auto before, session.desk().trained_before(asked));
        if (before) return tell_again(session, *before);
        CF_LET(const Basket basket, basket_of(session, options, asked, Showing::looked_at));
        CF_LET(const auto payments, payments_of(session, options));
        CF_LET(const auto trained, session.desk().train(basket, payments, asked));
        return session.tell_paper(checkout::answer(trained), trained.seq);
    });
}

ExitCode till_park(const TillCartOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_LET(const Basket basket, basket_of(session, options, asked, Showing::looked_at));
        CF_LET(const std::string label, session.desk().park(basket, options.label, asked));
        json::Object answer;
        answer.set("label", label);
        return session.tell(answer, "parked: " + label);
    });
}

ExitCode till_parked(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const auto parked, session.desk().parked());
        std::string text = std::to_string(parked.size()) + " parked";
        for (const checkout::Parked& basket : parked)
            text +=
                "\n" + basket.label + "  " + basket.staff + "  " + base::to_local_text(basket.at);
        json::Object answer;
        answer.set("parked", checkout::answer(parked));
        return session.tell(answer, text);
    });
}

ExitCode till_drop(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_TRY(session.desk().drop(options.text, asked));
        json::Object answer;
        answer.set("label", options.text);
        return session.tell(answer, "dropped: " + options.text);
    });
}

ExitCode till_refund(const TillRefundOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        checkout::Counter::RefundWish wish{
            options.receipt, {}, options.tender, options.reference, options.reason};
        for (const std::string& line : options.lines) {
            CF_LET(const checkout::Wanted wanted, read_wanted(line));
            wish.lines.push_back(wanted);
        }
        CF_LET(const auto back, session.desk().refund(wish, asked));
        return session.tell_paper(checkout::answer(back), back.seq);
    });
}

ExitCode till_void(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_LET(const auto back, session.desk().void_last(options.receipt, options.text, asked));
        return session.tell_paper(checkout::answer(back), back.seq);
    });
}

ExitCode till_reprint(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_LET(const auto copy, session.desk().reprint(options.receipt, asked));
        CF_LET(const std::int64_t seq, session.desk().seq_of(copy.receipt));
        return session.tell_paper(checkout::answer(copy), seq, static_cast<int>(copy.copy));
    });
}

ExitCode till_member(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const auto person, session.desk().signed_in(options.till.screen));
        if (!person) return checkout::Refusal::not_signed_in;
        CF_LET(const auto known, session.desk().shop().recognise(options.text, Showing::looked_at));
        std::string text = known.name.empty() ? "a member of the programme" : known.name;
        text += " (" + known.member.id.text() + "), " + std::to_string(known.points) + " points, ";
        text += known.member.proven ? "proven by the phone" : "may earn, and not spend";
        return session.tell(checkout::answer(known), text);
    });
}

ExitCode till_points(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const Asked asked, session.asked());
        CF_LET(auto spent, session.desk().points_spent_before(asked));
        if (!spent) {
            CF_LET(const auto known, session.desk().shop().recognise(options.text));
            CF_LET(spent, session.desk().points_to_coupon(known.member, asked));
        }
        return session.tell(checkout::answer(*spent),
                            spent->coupon.code + ": " +
                                session.money_text(spent->coupon.value_minor) + " for " +
                                std::to_string(spent->points) + " points");
    });
}

ExitCode till_products(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        auto& shop = session.desk().shop();
        json::Array products;
        std::string text;
        CF_LET(const auto categories, shop.categories());
        for (const std::string& category : categories) {
            CF_LET(const auto found, shop.products_in(category));
            for (const mirror::Product& product : found) {
                if (product.name.find(options.text) == std::string::npos) continue;
                products.add(checkout::answer(product));
                if (!text.empty()) text += "\n";
                text += (product.plu ? std::to_string(*product.plu) : "-") + "  " +
                        std::to_string(product.gtin) + "  " + product.name + "  " +
                        session.money_text(product.unit_price_minor) +
                        (product.sold_by == mirror::SoldBy::weight ? "/kg" : "");
            }
        }
        json::Object answer;
        answer.set("products", std::move(products));
        return session.tell(answer, text);
    });
}

}  // namespace counterfoil::tool
