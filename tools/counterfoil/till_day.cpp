#include <iostream>

#include "firmware/core/central/names.h"
#include "tools/counterfoil/command_words.h"
#include "tools/counterfoil/pin.h"
#include "tools/counterfoil/till_session.h"
#include "tools/counterfoil/till_text.h"

// Setting a till up, who works at it, its shifts and its drawer.
namespace counterfoil::tool {

using base::Result;
using checkout::Fault;
using checkout::Outcome;
using checkout::ShiftReport;

namespace {

base::Status init(const TillInitOptions& options) {
    const till::TillFolder folder{options.till.data};
    const base::SystemClock clock;
    till::TillCard card;
    card.store = static_cast<std::uint16_t>(options.store);
    card.columns = static_cast<int>(options.columns);
    card.language = base::language_from_code(options.till.language).value_or(card.language);
    CF_TRY(till::set_up(folder, options.terminal, card, clock));
    return {};
}

Outcome<std::int64_t> amount_of(TillSession& session, const std::string& text) {
    CF_LET(const TypedAmount amount, read_amount(text, session.currency()));
    if (!amount.currency.empty() && amount.currency != session.currency().code())
        return checkout::Refusal::currency_foreign;
    return amount.minor;
}

using MoveCash = Outcome<void> (checkout::CashDesk::*)(std::int64_t, const std::string&,
                                                       const checkout::Asked&);

ExitCode move_cash(const TillPlainOptions& options, MoveCash move, const std::string& done) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const checkout::Asked asked, session.asked());
        CF_LET(const std::int64_t amount_minor, amount_of(session, options.amount));
        CF_TRY((session.desk().*move)(amount_minor, options.text, asked));
        json::Object answer;
        answer.set("amount_minor", amount_minor);
        return session.tell(answer, done + ": " + session.money_text(amount_minor));
    });
}

json::Object status_answer(TillSession& session, const ShiftReport* shift,
                           const std::optional<mirror::Staff>& person, std::int64_t parked) {
    json::Object answer;
    answer.set("terminal", session.desk().shop().terminal());
    if (person)
        answer.set("signed_in", checkout::answer(*person));
    else
        answer.set_null("signed_in");
    if (shift != nullptr)
        answer.set("shift", checkout::answer(*shift));
    else
        answer.set_null("shift");
    answer.set("parked", parked);
    return answer;
}

}  // namespace

ExitCode till_init(const TillInitOptions& options) {
    const base::Status status = init(options);
    if (!status.ok()) return refuse_at_till(options.till, Fault(status.error()));
    std::cout << "set up: " << options.terminal << " of store " << options.store << " in "
              << options.till.data << "; next: counterfoil bundle load FILE --data "
              << shell_word(options.till.data) << " --keys FOLDER\n";
    return kDone;
}

ExitCode till_status(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const auto person, session.desk().signed_in(options.till.screen));
        CF_LET(const auto parked, session.desk().parked());
        const auto report = session.desk().open_report();
        if (!report.ok() && !report.error().is_refusal()) return report.error();
        const ShiftReport* shift = report.ok() ? &report.value() : nullptr;
        const auto count = static_cast<std::int64_t>(parked.size());
        std::string text = session.desk().shop().terminal();
        text += person ? ", " + person->name + " is signed in" : ", nobody is signed in";
        text += shift != nullptr ? ", shift " + shift->shift + " is open with " +
                                       std::to_string(shift->sales) + " sales"
                                 : ", no shift is open";
        text += ", " + std::to_string(count) + " parked";
        return session.tell(status_answer(session, shift, person, count), text);
    });
}

ExitCode till_sign_in(const TillSignInOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(std::string pin, read_pin(options.till.pin_file));
        CF_LET(const mirror::Staff person,
               session.desk().staff().sign_in(options.till.screen, {options.staff, pin}));
        return session.tell(
            checkout::answer(person),
            "signed in: " + person.name + " (" + std::string(central::name_of(person.role)) + ")");
    });
}

ExitCode till_sign_out(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_TRY(session.desk().staff().sign_out(options.till.screen));
        return session.tell(json::Object(), "signed out");
    });
}

ExitCode till_open(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const checkout::Asked asked, session.asked());
        CF_LET(const std::int64_t float_minor, amount_of(session, options.amount));
        CF_LET(const ShiftReport report, session.desk().open_shift(float_minor, asked));
        return session.tell(checkout::answer(report), "opened: shift " + report.shift + " with " +
                                                          session.money_text(float_minor));
    });
}

ExitCode till_report(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const checkout::Asked asked, session.asked());
        CF_LET(const ShiftReport report, session.desk().report(asked));
        std::string text = session.desk().paper_of(report, session.paper_options()).text();
        text.pop_back();
        return session.tell(checkout::answer(report), text);
    });
}

ExitCode till_close(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const checkout::Asked asked, session.asked());
        CF_LET(const std::int64_t counted_minor, amount_of(session, options.amount));
        CF_LET(const auto closed, session.desk().close_shift(counted_minor, asked));
        return session.tell_paper(checkout::answer(closed.body), closed.seq);
    });
}

ExitCode till_cash_in(const TillPlainOptions& options) {
    return move_cash(options, &checkout::CashDesk::cash_in, "put in");
}

ExitCode till_cash_out(const TillPlainOptions& options) {
    return move_cash(options, &checkout::CashDesk::cash_out, "taken out");
}

ExitCode till_drawer(const TillPlainOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const checkout::Asked asked, session.asked());
        CF_TRY(session.desk().open_drawer(options.text, asked));
        return session.tell(json::Object(), "the drawer may open");
    });
}

}  // namespace counterfoil::tool
