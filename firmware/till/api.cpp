#include "firmware/till/api.h"

#include <charconv>

#include "firmware/checkout/answers.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/base/error_code.h"
#include "firmware/core/central/rows.h"
#include "firmware/core/crypto/digest.h"
#include "firmware/core/crypto/pin_hash.h"

namespace counterfoil::till {

using base::Language;
using checkout::Asked;
using checkout::Credentials;
using checkout::Fault;
using checkout::Outcome;
using http::Request;
using http::Responder;

namespace {

constexpr std::size_t kSecretBytes = 16;
constexpr std::size_t kMaxPin = 64;
constexpr const char* kNameCookie = "screen";
constexpr const char* kProofCookie = "session";

http::Refusal screen_unknown() {
    return {401,
            "screen_unknown",
            {"This screen is not known yet. Ask for /api/till first and send its cookie.",
             "Ezt a képernyőt még nem ismerjük. Előbb kérje le az /api/till címet, és küldje "
             "vissza a sütijét."}};
}

http::Refusal key_missing() {
    return {400,
            "idempotency_key_missing",
            {"A write needs an Idempotency-Key header of up to a hundred letters.",
             "Íráshoz legfeljebb száz betűs Idempotency-Key fejléc kell."}};
}

http::Refusal not_json() {
    return {415,
            "not_json",
            {"Send the body as application/json.",
             "A kérés törzsét application/json formában küldje."}};
}

http::Refusal malformed() {
    return {400, "malformed", {"The body is no JSON object.", "A törzs nem JSON-objektum."}};
}

std::string_view cookie_in(const Request& request, std::string_view name) {
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

Outcome<std::optional<Credentials>> approval_in(const Call& call) {
    if (!call.body->root().find("approval")) return std::optional<Credentials>();
    CF_LET(const json::Value approval, call.body->root().object("approval"));
    ledger::Members members(approval);
    Credentials credentials{members.text("staff"), members.text("pin", kMaxPin)};
    if (members.error()) return *members.error();
    return std::optional(std::move(credentials));
}

http::Response json_answer(const json::Object& answer) {
    const auto text = answer.write();
    CF_CHECK(text.ok());
    return http::json_response(200, text.value());
}

std::string proof_of(std::string_view secret) {
    return base::to_hex(crypto::sha256({base::as_bytes(secret)}));
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
    CF_TRY(add_parking(router));
    CF_TRY(add_receipts(router));
    CF_TRY(add_day(router));
    return add_events(router);
}

http::Description Api::description_of(const Offer& offer) {
    http::Description description{offer.summary, offer.request_schema, offer.response_schema, {}};
    description.parameters = offer.parameters;
    if (offer.kind != Kind::read)
        description.parameters.push_back(
            {kNameCookie, "cookie", "the screen, from GET /api/till", true});
    if (offer.kind >= Kind::edit)
        description.parameters.push_back({"Idempotency-Key", "header",
                                          "new for each write, the same when it is repeated",
                                          true});
    return description;
}

base::Status Api::add(http::Router& router, Offer offer) {
    http::Description description = description_of(offer);
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

base::Status Api::add_change(http::Router& router, http::Method method, const std::string& pattern,
                             const std::string& summary, std::function<Answer(Call&)> act,
                             const std::string& request_schema) {
    return add(router, {method, pattern, Kind::change, summary, request_schema, "",
                        [this, act = std::move(act)](Call& call) -> Answer {
                            CF_LET(const auto person, world_.kiosk.desk().signed_in(call.screen));
                            if (!person) return checkout::Refusal::not_signed_in;
                            return act(call);
                        }});
}

checkout::Outcome<void> Api::check_manager(const Call& call, Kind kind) {
    checkout::CashDesk& desk = world_.kiosk.desk();
    if (kind != Kind::read) return desk.check_manager(call.asked);
    CF_LET(const auto person, desk.signed_in(call.screen));
    if (!person) return checkout::Refusal::not_signed_in;
    if (person->role != central::Role::manager) return checkout::Refusal::manager_needed;
    return {};
}

base::Status Api::add_managed(http::Router& router, Managed managed) {
    const bool is_read = managed.method == http::Method::get;
    const Kind kind = is_read ? Kind::read : managed.is_change ? Kind::change : Kind::ask;
    Offer offer{managed.method,         managed.pattern,         kind, managed.summary,
                managed.request_schema, managed.response_schema, {}};
    offer.parameters = std::move(managed.parameters);
    offer.act = [this, kind, act = std::move(managed.act)](Call& call) -> Answer {
        CF_TRY(check_manager(call, kind));
        return act(call);
    };
    if (managed.act_later)
        offer.act_later = [this, kind, act = std::move(managed.act_later)](
                              Call& call, std::function<void(Answer)> then) {
            const auto may = check_manager(call, kind);
            if (!may.ok()) return then(may.error());
            act(call, std::move(then));
        };
    return add(router, std::move(offer));
}

base::Status Api::add_read(http::Router& router, const std::string& pattern,
                           const std::string& summary, const std::string& response_schema,
                           std::function<Answer(Call&)> act) {
    return add(router, {http::Method::get, pattern, Kind::read, summary, "", response_schema,
                        std::move(act)});
}

base::Status Api::add_all(http::Router& router, std::vector<Offer> offers) {
    for (Offer& offer : offers) CF_TRY(add(router, std::move(offer)));
    return {};
}

// Tills of one machine share a browser's cookies, whatever their ports are.
std::string Api::cookie(const std::string& name, const std::string& value) const {
    return name + "-" + world_.kiosk.desk().shop().terminal() + "=" + value +
           "; Path=/; HttpOnly; SameSite=Strict";
}

std::string Api::name_of(const Request& request) const {
    const std::string& terminal = world_.kiosk.desk().shop().terminal();
    const std::string_view name = cookie_in(request, std::string(kNameCookie) + "-" + terminal);
    std::array<std::uint8_t, kSecretBytes> bytes{};
    return base::hex_into(name, bytes) ? std::string(name) : std::string();
}

// A name that somebody else gave this browser is worth nothing without what signing in made.
bool Api::proves(const std::string& name, const Request& request) const {
    if (name.empty()) return false;
    const std::string& terminal = world_.kiosk.desk().shop().terminal();
    const std::string_view secret = cookie_in(request, std::string(kProofCookie) + "-" + terminal);
    const auto proved = world_.kiosk.desk().staff().proves(name, proof_of(secret));
    return proved.ok() && proved.value();
}

std::string Api::new_secret() {
    std::array<std::uint8_t, kSecretBytes> bytes{};
    world_.entropy.fill(bytes);
    return base::to_hex(bytes);
}

void Api::refuse(Responder responder, const Fault& fault, const Call& call) {
    const auto text = checkout::answer(fault, call.language, world_.clock.now()).write();
    CF_CHECK(text.ok());
    http::Response response = http::json_response(fault.status(), text.value());
    constexpr std::int64_t kSecondMs = 1000;
    if (call.wait_ms > 0)
        response.headers.set("Retry-After", std::to_string(call.wait_ms / kSecondMs + 1));
    responder.send(std::move(response));
}

// A call's parts; what is wrong with its form is refused here.
Api::Taken Api::take(Kind kind, const Request& request) const {
    // Shared with the worker, which may look at a PIN for it.
    const auto call = std::make_shared<Call>();
    call->language = http::language_of(request.headers);
    call->parameters = request.parameters;
    call->query = request.target.query;
    call->known_as = name_of(request);
    if (call->known_as.empty() && kind != Kind::read) return screen_unknown();
    if (proves(call->known_as, request)) call->screen = call->known_as;
    const std::string_view key = request.headers.find("Idempotency-Key").value_or("");
    if (key.size() > checkout::kMaxRequest || (key.empty() && kind >= Kind::edit))
        return key_missing();
    call->asked = Asked{call->screen, std::string(key), {}};
    const bool has_body = http::is_write(request.method) && !request.body.empty();
    if (has_body && !is_json(request)) return not_json();
    auto body = json::Document::parse(has_body ? std::string_view(request.body) : "{}");
    if (!body.ok() || !body.value().root().is_object()) return malformed();
    call->body = std::move(body).value();
    return call;
}

void Api::answer(const Offer& offer, const Request& request, Responder responder) {
    const Taken taken = take(offer.kind, request);
    if (!taken.ok()) return responder.fail(taken.error());
    const auto& call = taken.value();
    // The ledger knows its own keys; any other is good for one edit of one place.
    if (offer.kind == Kind::edit || offer.kind == Kind::change)
        call->asked.request = offer.pattern + " " + call->asked.request;
    const auto approval = approval_in(*call);
    if (!approval.ok()) return refuse(std::move(responder), approval.error(), *call);
    if (!approval.value()) return run(offer, call, std::move(responder));
    run_approved(offer, call, *approval.value(), std::move(responder));
}

// What was approved is done by who asked for it, and not by who has signed in since.
void Api::run_approved(const Offer& offer, SharedCall call, const Credentials& approval,
                       Responder responder) {
    const auto person = world_.kiosk.desk().signed_in(call->screen);
    if (!person.ok() || !person.value())
        return refuse(std::move(responder), Fault(checkout::Refusal::not_signed_in), *call);
    // Held by the callback until the PIN was looked at.
    const auto held = std::make_shared<Responder>(std::move(responder));
    check_pin(call, approval,
              [this, &offer, call, held, who = person.value()->id](const Outcome<void>& checked) {
                  if (!checked.ok()) return refuse(std::move(*held), checked.error(), *call);
                  const auto now = world_.kiosk.desk().signed_in(call->screen);
                  if (!now.ok() || !now.value() || now.value()->id != who)
                      return refuse(std::move(*held), Fault(checkout::Refusal::not_signed_in),
                                    *call);
                  run(offer, call, std::move(*held));
              });
}

// The trial is counted before, and what became of it after; in between, the till goes on.
void Api::check_pin(SharedCall call, const Credentials& credentials,
                    std::function<void(Outcome<void>)> then) {
    auto& staff = world_.kiosk.desk().staff();
    // Asked before the trial is counted: a till that is busy is no wrong PIN.
    if (!world_.worker.has_room()) return then(Fault(checkout::Refusal::busy));
    const auto person = staff.begin(credentials.staff);
    if (!person.ok()) {
        const auto locked_ms = staff.locked_ms(credentials.staff);
        if (locked_ms.ok()) call->wait_ms = locked_ms.value();
        return then(person.error());
    }
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

// What was done by the same request before is answered as it was then.
Answer Api::act_once(const Offer& offer, Call& call) {
    if (offer.kind != Kind::edit && offer.kind != Kind::change) return offer.act(call);
    CF_LET(const auto before, world_.kiosk.done_before(call.asked));
    if (before) return json::Object();
    CF_LET(json::Object answer, offer.act(call));
    CF_LET(const auto kept, world_.kiosk.done_before(call.asked));
    if (!kept) CF_TRY(world_.kiosk.remember(call.asked, ""));
    return answer;
}

void Api::run_later(const Offer& offer, const SharedCall& call, Responder responder) {
    // Held by the callback until it is done.
    const auto held = std::make_shared<Responder>(std::move(responder));
    offer.act_later(*call, [this, call, held](Answer answer) {
        if (!answer.ok()) return refuse(std::move(*held), answer.error(), *call);
        held->send(json_answer(answer.value()));
    });
}

void Api::run(const Offer& offer, const SharedCall& shared, Responder responder) {
    if (offer.act_later) return run_later(offer, shared, std::move(responder));
    Call& call = *shared;
    Answer answer = act_once(offer, call);
    if (!answer.ok()) return refuse(std::move(responder), answer.error(), call);
    if (offer.kind < Kind::edit) return responder.send(json_answer(answer.value()));
    used(call);
    if (world_.recorded) world_.recorded();
    json::Object now = state(call.screen, call.language);
    if (!call.screen.empty()) tell_state(call.screen);
    if (offer.kind != Kind::edit || offer.concerns_all) tell_all();
    if (!offer.told_as.empty()) now.set(offer.told_as, std::move(answer).value());
    responder.send(json_answer(offer.kind == Kind::edit ? now : answer.value()));
}

bool Api::somebody_works_at(const std::string& screen) const {
    const auto person = world_.kiosk.desk().signed_in(screen);
    return !screen.empty() && person.ok() && person.value();
}

void Api::used(const Call& call) {
    if (somebody_works_at(call.screen))
        active_screen_ = call.screen;
    else if (active_screen_ == call.screen)
        active_screen_.clear();
}

void Api::take_up(const Call& call) {
    if (somebody_works_at(active_screen_) || !somebody_works_at(call.screen)) return;
    active_screen_ = call.screen;
}

void Api::greet(const Request& request, Responder responder) {
    const Taken taken = take(Kind::read, request);
    if (!taken.ok()) return responder.fail(taken.error());
    const Call& call = *taken.value();
    take_up(call);
    http::Response response = json_answer(state(call.screen, call.language));
    if (call.known_as.empty())
        response.headers.add("Set-Cookie", cookie(kNameCookie, new_secret()));
    responder.send(std::move(response));
}

void Api::sign_in(const Request& request, Responder responder) {
    const Taken taken = take(Kind::ask, request);
    if (!taken.ok()) return responder.fail(taken.error());
    const auto& call = taken.value();
    ledger::Members members = call->members();
    const Credentials credentials{members.text("staff"), members.text("pin", kMaxPin)};
    if (members.error()) return refuse(std::move(responder), *members.error(), *call);
    // Held by the callback until the PIN was looked at.
    const auto held = std::make_shared<Responder>(std::move(responder));
    check_pin(call, credentials, [this, call, held](const Outcome<void>& checked) {
        if (!checked.ok()) return refuse(std::move(*held), checked.error(), *call);
        const std::string secret = new_secret();
        const auto in = world_.kiosk.desk().staff().let_in(
            call->known_as, call->asked.approval.checked, proof_of(secret));
        if (!in.ok()) return refuse(std::move(*held), in.error(), *call);
        call->screen = call->known_as;
        used(*call);
        world_.feed.drop(call->known_as);
        http::Response response = json_answer(state(call->screen, call->language));
        response.headers.add("Set-Cookie", cookie(kProofCookie, secret));
        held->send(std::move(response));
    });
}

void Api::scanned(const std::string& text, const std::string& format) {
    const ScanAnswer answer = world_.kiosk.scan({text, format}, Asked{active_screen_, "", {}});
    ++(answer.fault ? world_.figures.scans_refused : world_.figures.scans_taken);
    // The beep comes after what it tells of.
    world_.feed.tell_each(
        "scan",
        [&](Language language) {
            json::Object told;
            told.set("kind", kind_name(answer.kind)).set_flag("taken", !answer.fault);
            // Nobody in particular is told what nobody works with.
            if (!active_screen_.empty()) told.set("text", text);
            if (answer.receipt != 0) told.set("receipt", answer.receipt);
            if (!answer.fault) return told;
            told.set("error_code", base::error_code(answer.fault->code()));
            told.set("detail", base::said(answer.fault->sentence(), language));
            return told;
        },
        active_screen_);
    if (!answer.fault && !active_screen_.empty()) tell_state(active_screen_);
}

void Api::tell_all() {
    json::Object changed;
    changed.set("at", base::to_rfc3339(world_.clock.now()));
    world_.feed.tell("changed", changed);
}

}  // namespace counterfoil::till
