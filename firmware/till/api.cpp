#include "firmware/till/api.h"

#include <algorithm>
#include <charconv>

#include "firmware/checkout/answers.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/pin_hash.h"

namespace counterfoil::till {

using checkout::Asked;
using checkout::Credentials;
using checkout::Fault;
using checkout::Outcome;
using http::Request;
using http::Responder;
using receipt::Language;

namespace {

constexpr int kBadRequest = 400;
constexpr int kUnauthorised = 401;
constexpr int kWrongType = 415;
constexpr std::size_t kScreenBytes = 16;
constexpr std::size_t kKeptEdits = 64;
constexpr std::size_t kKeptScreens = 64;
constexpr std::string_view kCookie = "screen";
constexpr std::size_t kMaxPin = 64;

}  // namespace

Language Api::language_of(const Request& request) {
    const auto wanted = request.headers.find("Accept-Language");
    if (!wanted) return Language::english;
    for (const std::string_view element : http::elements(*wanted)) {
        const auto language = receipt::language_from_code(element.substr(0, 2));
        if (language) return *language;
    }
    return Language::english;
}

namespace {

std::string_view cookie_of(const Request& request, std::string_view name) {
    const auto header = request.headers.find("Cookie");
    if (!header) return {};
    std::string_view rest = *header;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        std::string_view part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (part.starts_with(' ')) part.remove_prefix(1);
        if (part.starts_with(name) && part.substr(name.size()).starts_with('='))
            return part.substr(name.size() + 1);
    }
    return {};
}

bool is_json(const Request& request) {
    const auto type = request.headers.find("Content-Type");
    return type && type->starts_with("application/json");
}

std::optional<Credentials> approval_in(const Call& call) {
    const auto approval = call.body ? call.body->root().find("approval") : std::nullopt;
    if (!approval || !approval->is_object()) return {};
    ledger::Members members(*approval);
    Credentials credentials{members.text("staff"), members.text("pin", kMaxPin)};
    if (members.error()) return {};
    return credentials;
}

http::Response json_answer(const json::Object& answer) {
    const auto text = answer.write();
    CF_CHECK(text.ok());
    return http::json_response(200, text.value());
}

}  // namespace

ledger::Members Call::members() const {
    CF_CHECK(body.has_value());
    return ledger::Members(body->root());
}

std::int64_t Call::number(std::string_view name) const {
    const std::string digits = text(name);
    std::int64_t number = -1;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ptr == digits.data() + digits.size() ? number : -1;
}

std::string Call::text(std::string_view name) const {
    return std::string(http::find(parameters, name).value_or(""));
}

base::Status Api::add_routes(http::Router& router) {
    CF_TRY(add_session(router));
    CF_TRY(add_catalogue(router));
    CF_TRY(add_basket(router));
    CF_TRY(add_customer(router));
    CF_TRY(add_selling(router));
    CF_TRY(add_receipts(router));
    CF_TRY(add_day(router));
    return add_events(router);
}

base::Status Api::add(http::Router& router, Offer offer) {
    http::Description description{offer.summary, offer.request_schema, offer.response_schema, {}};
    // Shared by the route's handler, which outlives this call.
    const auto shared = std::make_shared<const Offer>(std::move(offer));
    http::Route route{shared->method,
                      shared->pattern,
                      [this, shared](const Request& request, Responder responder) {
                          answer(*shared, request, std::move(responder));
                      },
                      std::move(description),
                      {}};
    return router.add(std::move(route));
}

base::Status Api::add_edit(http::Router& router, http::Method method, const std::string& pattern,
                           const std::string& summary, std::function<Answer(Call&)> act) {
    return add(router, {method, pattern, Kind::record, summary, "", "",
                        [this, act = std::move(act)](Call& call) -> Answer {
                            CF_LET(const auto person, world_.kiosk.desk().signed_in(call.screen));
                            if (!person) return checkout::Refusal::not_signed_in;
                            return act(call);
                        }});
}

base::Status Api::add_all(http::Router& router, std::vector<Offer> offers) {
    for (Offer& offer : offers) CF_TRY(add(router, std::move(offer)));
    return {};
}

std::optional<std::string> Api::screen_of(const Request& request) const {
    const std::string_view cookie = cookie_of(request, kCookie);
    std::array<std::uint8_t, kScreenBytes> bytes{};
    if (!base::hex_into(cookie, bytes)) return {};
    return std::string(cookie);
}

std::string Api::new_screen() {
    std::array<std::uint8_t, kScreenBytes> bytes{};
    world_.entropy.fill(bytes);
    return base::to_hex(bytes);
}

void Api::refuse(Responder responder, const Fault& fault, const Call& call) {
    const auto text = checkout::answer(fault, call.language, world_.clock.now()).write();
    CF_CHECK(text.ok());
    http::Response response = http::json_response(fault.status(), text.value());
    if (fault.code() == "locked_out") response.headers.set("Retry-After", "30");
    responder.send(std::move(response));
}

void Api::answer(const Offer& offer, const Request& request, Responder responder) {
    const auto call = std::make_shared<Call>();
    call->language = language_of(request);
    call->parameters = request.parameters;
    call->query = request.target.query;
    const auto screen = screen_of(request);
    if (!screen && offer.kind != Kind::read)
        return responder.fail(kUnauthorised, "screen_unknown",
                              "This screen is not known yet. Ask for /api/till first.");
    call->screen = screen.value_or("");
    const std::string_view key = request.headers.find("Idempotency-Key").value_or("");
    if (key.size() > checkout::kMaxRequest || (key.empty() && offer.kind == Kind::record))
        return responder.fail(kBadRequest, "idempotency_key_missing",
                              "A write needs an Idempotency-Key of up to a hundred letters.");
    call->asked = Asked{call->screen, std::string(key), {}};
    if (http::is_write(request.method) && !request.body.empty()) {
        if (!is_json(request))
            return responder.fail(kWrongType, "not_json", "Send application/json.");
        auto body = json::Document::parse(request.body);
        if (!body.ok() || !body.value().root().is_object())
            return responder.fail(kBadRequest, "malformed", "The body is no JSON object.");
        call->body = std::move(body).value();
    } else {
        call->body = json::Document::parse("{}").value();
    }
    const auto approval = approval_in(*call);
    if (!approval) return run(offer, *call, std::move(responder));
    const auto person = world_.kiosk.desk().signed_in(call->screen);
    if (!person.ok() || !person.value())
        return refuse(std::move(responder), Fault(checkout::Refusal::not_signed_in), *call);
    // Held by the callback until the PIN was looked at.
    const auto held = std::make_shared<Responder>(std::move(responder));
    check_pin(call, *approval, [this, &offer, call, held](const Outcome<void>& checked) {
        if (!checked.ok()) return refuse(std::move(*held), checked.error(), *call);
        run(offer, *call, std::move(*held));
    });
}

// The trial is counted before, and what became of it after; in between, the till goes on.
void Api::check_pin(std::shared_ptr<Call> call, const Credentials& credentials,
                    std::function<void(Outcome<void>)> then) {
    auto& staff = world_.kiosk.desk().staff();
    // Asked before the trial is counted: a till that is busy is no wrong PIN.
    if (!world_.worker.has_room()) return then(Fault(checkout::Refusal::busy));
    const auto person = staff.begin(credentials.staff);
    if (!person.ok()) return then(person.error());
    const auto finish = [this, call, person = person.value(), then](bool matches) {
        if (!matches) ++world_.figures.pins_wrong;
        const auto ended = world_.kiosk.desk().staff().end(person, matches);
        if (ended.ok()) call->asked.approval.checked = person.id;
        then(ended);
    };
    http::Loop& loop = world_.loop;
    const bool asked =
        world_.worker.ask([&loop, finish, pin = credentials.pin, hash = person.value().pin_hash] {
            const bool matches = crypto::pin_matches(pin, hash);
            loop.post([finish, matches] { finish(matches); });
        });
    CF_CHECK(asked);  // only the loop asks, so that the room that was seen is there
}

void Api::run(const Offer& offer, Call& call, Responder responder) {
    const bool is_edit = offer.kind == Kind::edit;
    // A key is good for one edit of one place.
    std::string key = call.asked.request;
    if (!key.empty()) key = offer.pattern + " " + key;
    const auto known = edits_.find(call.screen);
    const bool again = is_edit && !key.empty() && known != edits_.end() &&
                       std::ranges::find(known->second, key) != known->second.end();
    if (!again) {
        const Answer answer = offer.act(call);
        if (!answer.ok()) return refuse(std::move(responder), answer.error(), call);
        if (is_edit && !key.empty()) remember_edit(call.screen, key);
        if (offer.kind == Kind::record || is_edit) {
            used(call);
            if (world_.recorded) world_.recorded();
            world_.feed.tell("state", state(call.screen, call.language), call.screen);
        }
        if (!is_edit) return responder.send(json_answer(answer.value()));
    }
    responder.send(json_answer(state(call.screen, call.language)));
}

void Api::remember_edit(const std::string& screen, const std::string& key) {
    if (edits_.size() >= kKeptScreens && !edits_.contains(screen)) edits_.erase(edits_.begin());
    auto& edits = edits_[screen];
    edits.push_back(key);
    if (edits.size() > kKeptEdits) edits.pop_front();
}

// Scanners and the customer's display follow the screen at which somebody works.
void Api::used(const Call& call) {
    const auto person = world_.kiosk.desk().signed_in(call.screen);
    const bool works = person.ok() && person.value();
    if (works) {
        active_screen_ = call.screen;
        active_language_ = call.language;
    } else if (active_screen_ == call.screen) {
        active_screen_.clear();
    }
}

void Api::sign_in(const Request& request, Responder responder) {
    const auto call = std::make_shared<Call>();
    call->language = language_of(request);
    call->screen = screen_of(request).value_or("");
    if (call->screen.empty())
        return responder.fail(kUnauthorised, "screen_unknown",
                              "This screen is not known yet. Ask for /api/till first.");
    const auto body = json::Document::parse(request.body);
    if (!is_json(request) || !body.ok())
        return responder.fail(kBadRequest, "malformed", "Send staff and pin as JSON.");
    ledger::Members members(body.value().root());
    const Credentials credentials{members.text("staff"), members.text("pin", kMaxPin)};
    if (members.error())
        return responder.fail(kBadRequest, "malformed", members.error()->message());
    const auto held = std::make_shared<Responder>(std::move(responder));
    check_pin(call, credentials, [this, call, held](const Outcome<void>& checked) {
        if (!checked.ok()) return refuse(std::move(*held), checked.error(), *call);
        auto& desk = world_.kiosk.desk();
        const auto in = desk.staff().let_in(call->screen, call->asked.approval.checked);
        if (!in.ok()) return refuse(std::move(*held), in.error(), *call);
        active_screen_ = call->screen;
        active_language_ = call->language;
        const json::Object now = state(call->screen, call->language);
        world_.feed.tell("state", now, call->screen);
        held->send(json_answer(now));
    });
}

void Api::scanned(const std::string& text, const std::string& format) {
    const ScanAnswer answer = world_.kiosk.scan(active_screen_, text, format);
    ++(answer.fault ? world_.figures.scans_refused : world_.figures.scans_taken);
    json::Object told;
    told.set("kind", kind_name(answer.kind)).set_flag("taken", !answer.fault);
    // Nobody in particular is told what nobody works with.
    if (!active_screen_.empty()) told.set("text", text);
    if (answer.receipt != 0) told.set("receipt", answer.receipt);
    if (answer.fault) {
        told.set("error_code", answer.fault->code());
        told.set("detail", receipt::said(answer.fault->sentence(), active_language_));
    }
    // The beep comes after what it tells of.
    world_.feed.tell("scan", told, active_screen_);
    if (!answer.fault && !active_screen_.empty())
        world_.feed.tell("state", state(active_screen_, active_language_), active_screen_);
}

void Api::tell_all() {
    json::Object changed;
    changed.set("at", base::to_rfc3339(world_.clock.now()));
    world_.feed.tell("changed", changed);
}

json::Object Api::state(const std::string& screen, Language language) {
    auto& desk = world_.kiosk.desk();
    json::Object now;
    now.set("terminal", desk.shop().terminal()).set("shop", desk.shop().settings().issuer.name);
    now.set("currency", desk.shop().settings().currency.code());
    const auto person = desk.signed_in(screen);
    if (person.ok() && person.value())
        now.set("signed_in", checkout::answer(*person.value()));
    else
        now.set_null("signed_in");
    const auto report = desk.open_report();
    if (report.ok())
        now.set("shift", report.value().shift);
    else
        now.set_null("shift");
    const auto parked = desk.parked();
    now.set("parked", parked.ok() ? static_cast<std::int64_t>(parked.value().size()) : 0);
    const auto quote = world_.kiosk.quote(screen);
    if (quote.ok() && quote.value())
        now.set("basket", checkout::answer(*quote.value(), language));
    else
        now.set_null("basket");
    const auto basket = world_.kiosk.basket(screen);
    if (basket.ok() && basket.value().lines.empty() && basket.value().member) {
        const auto member = desk.shop().member_now(*basket.value().member);
        if (member.ok()) now.set("member", checkout::answer(member.value()));
    }
    if (!quote.ok())
        now.set("error", checkout::answer(quote.error(), language, world_.clock.now()));
    return now;
}

}  // namespace counterfoil::till
