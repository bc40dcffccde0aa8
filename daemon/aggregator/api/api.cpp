#include "daemon/aggregator/api/api.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "daemon/aggregator/api/admission.h"
#include "daemon/aggregator/api/table.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/http/network.h"

namespace counterfoil::api {

using http::Request;
using http::Responder;
using services::Fault;
using services::Outcome;
using services::Refusal;

namespace {

constexpr std::size_t kMaxKey = 100;
constexpr std::int64_t kMsPerS = 1000;
constexpr std::int64_t kAnsweredMs = 24LL * 60 * 60 * kMsPerS;
// A body over that is not read for whoever may not send it.
constexpr std::size_t kUnjudgedBytes = 64UL * 1024;

std::string_view bearer_in(const Request& request) {
    constexpr std::string_view kScheme = "bearer ";
    const auto header = request.headers.find("Authorization");
    if (!header || header->size() <= kScheme.size() ||
        !http::same_name(header->substr(0, kScheme.size()), kScheme))
        return {};
    return header->substr(kScheme.size());
}

// What the last server before us says; what others said before it may be anybody's invention.
std::string address_of(const Request& request, const std::string& proxy) {
    if (proxy.empty() || request.remote_address != proxy) return request.remote_address;
    // It may have written a line of its own behind the others'.
    std::string_view last;
    for (const auto& [name, value] : request.headers)
        if (http::same_name(name, "X-Forwarded-For")) last = value;
    const auto addresses = http::elements(last);
    constexpr std::size_t kLongest = 45;
    constexpr std::string_view kCharacters = "0123456789abcdefABCDEF.:";
    if (addresses.empty() || addresses.back().empty() || addresses.back().size() > kLongest ||
        addresses.back().find_first_not_of(kCharacters) != std::string_view::npos)
        return request.remote_address;
    return std::string(addresses.back());
}

Outcome<void> take_body(const Offer& offer, const Request& request, Call& call) {
    if (offer.request.empty() && !offer.takes_csv) return {};
    if (request.body.empty()) return Refusal::body_missing;
    const auto type = request.headers.find("Content-Type");
    call.is_csv = offer.takes_csv && type && type->starts_with("text/csv");
    if (!call.is_csv && offer.request.empty()) return Refusal::not_csv;
    if (!call.is_csv && (!type || !type->starts_with("application/json"))) return Refusal::not_json;
    call.body_text = request.body;
    return {};
}

crypto::Digest digest_of(const Request& request) {
    // Each with its length before it, so that no two requests are the same bytes.
    std::string asked;
    const auto add = [&](std::string_view part) {
        asked.append(std::to_string(part.size())).append(":").append(part);
    };
    add(http::method_name(request.method));
    add(request.target.path());
    for (const auto& [name, value] : request.target.query) {
        add(name);
        add(value);
    }
    return crypto::sha256({base::as_bytes(asked), base::as_bytes(request.body)});
}

// A PIN is shown once, an address of many is not kept: whoever asks again with the same key gets
// the rest.
std::string without(const std::string& member, std::string answer) {
    const std::string name = "\"" + member + "\":";
    const std::string beginning = name + "\"";
    for (std::size_t at = 0; (at = answer.find(beginning, at)) != std::string::npos;) {
        const std::size_t end = answer.find('"', at + beginning.size());
        CF_CHECK(end != std::string::npos);
        answer.replace(at, end + 1 - at, name + "null");
        at += name.size();
    }
    return answer;
}

// For whoever asks again; what nobody asks for any more goes.
base::Status keep_answer(services::Desk& desk, const Call& call, std::string_view answer) {
    const std::int64_t now_ms = desk.now().unix_ms;
    const std::array<store::Value, 1> old{now_ms - kAnsweredMs};
    const store::Value about =
        call.about.empty() ? store::Value() : store::Value(std::string_view(call.about));
    const std::array<store::Value, 6> fresh{std::string_view(call.claimed),
                                            std::string_view(call.key),
                                            base::ByteView(call.asked),
                                            answer,
                                            now_ms,
                                            about};
    store::Database& database = desk.untold();
    return database.together([&]() -> base::Status {
        CF_TRY(database.run_each("DELETE FROM answered WHERE at_ms < $1", old.size(), old));
        return database.run_each(
            "INSERT INTO answered (account, request, digest, answer, at_ms, about) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            fresh.size(), fresh);
    });
}

http::Response table_response(const std::string& name, const Call& call, std::string text) {
    http::Response response;
    response.headers.set("Content-Type", "text/csv; charset=utf-8; header=present");
    response.headers.set("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
    if (call.total) response.headers.set("X-Total-Count", std::to_string(*call.total));
    if (!call.next.empty()) response.headers.set("X-Next", call.next);
    response.body = std::move(text);
    return response;
}

http::Description description_of(const Offer& offer) {
    http::Description description{
        offer.summary, offer.request.schema_text(), offer.response.schema_text(), {offer.tag}};
    for (const Offer::Query& query : offer.query)
        description.parameters.push_back({query.field.name, "query", query.field.told, false});
    if (offer.takes_csv) {
        description.request_type = "text/csv";
        description.request_schema = R"({"type":"string"})";
    }
    if (offer.method != http::Method::get && offer.who != Who::anybody)
        description.parameters.push_back(
            {"Idempotency-Key", "header",
             "the same when a request is repeated: then it is answered and not done again", false});
    description.response_status = offer.status;
    description.needs_token = offer.who != Who::anybody;
    return description;
}

// Somebody tried what he does not know.
bool is_wrong_secret(const services::Fault& fault) {
    const services::Fault kSecrets[] = {Refusal::terminal_code_wrong,
                                        Refusal::terminal_certificate_wrong};
    return std::ranges::any_of(kSecrets, [&](const auto& one) { return one.code == fault.code; });
}

}  // namespace

// One request on its way.
struct Api::Job {
    // Shared by all requests of the route.
    SharedOffer offer;
    Call call;
    Responder responder;
};

Api::Api(const World& world, const Limits& limits)
    : world_(world),
      proxy_(limits.proxy),
      requests_(limits.requests_per_minute, kMinuteMs),
      sign_ins_(limits.sign_ins_per_minute, kMinuteMs),
      failures_(limits.sign_ins_per_minute, kMinuteMs),
      request_log_(world.log, limits.log_lines_per_second) {}

base::Status Api::add_routes(http::Router& router) {
    CF_TRY(add_all(router, sign_in_offers(world_.ground)));
    CF_TRY(add_all(router, customer_offers(world_.ground)));
    CF_TRY(add_all(router, purchase_offers(world_.ground)));
    CF_TRY(add_all(router, coupon_offers(world_.ground)));
    CF_TRY(add_all(router, account_offers(world_.ground)));
    CF_TRY(add_all(router, book_offers(world_.ground)));
    CF_TRY(add_all(router, book_coupon_offers(world_.ground)));
    CF_TRY(add_all(router, pool_offers()));
    CF_TRY(add_all(router, import_offers(world_.ground)));
    CF_TRY(add_all(router, terminal_offers(world_.ground)));
    CF_TRY(add_all(router, device_offers(world_.ground)));
    CF_TRY(add_all(router, evidence_offers()));
    return add_all(router, shop_offers());
}

base::Status Api::add_all(http::Router& router, std::vector<Offer> offers) {
    for (Offer& offer : offers) CF_TRY(add(router, std::move(offer)));
    return {};
}

base::Status Api::add(http::Router& router, Offer offer) {
    CF_CHECK((offer.read != nullptr) + (offer.tell != nullptr) + (offer.act != nullptr) == 1);
    if (!offer.table.empty())
        offer.query.push_back(
            {text("format", 4)
                 .one_of({"json", "csv"})
                 .say("csv: the list as a table, with X-Total-Count and X-Next; so does Accept: "
                      "text/csv")});
    http::Description description = description_of(offer);
    // Shared with the requests that are under way.
    const auto shared = std::make_shared<const Offer>(std::move(offer));
    http::Route route{shared->method, shared->pattern,
                      [this, shared](const Request& request, Responder responder) {
                          answer(shared, request, std::move(responder));
                      },
                      std::move(description), shared->body_bytes};
    if (shared->body_bytes > kUnjudgedBytes)
        route.judge_head = [this, shared](const Request& request) {
            return judge_head(*shared, request);
        };
    return router.add(std::move(route));
}

Call Api::begin(const Request& request) {
    Call call;
    call.request = std::to_string(++last_request_);
    call.address = http::network_of(address_of(request, proxy_));
    call.arrived_ms = world_.ground.clock.now().unix_ms;
    call.language = http::language_of(request.headers);
    return call;
}

std::optional<http::Response> Api::judge_head(const Offer& offer, const Request& request) {
    Call call = begin(request);
    const auto checked = check_head(offer, request, call);
    if (checked.ok()) return {};
    return refusal(offer, call, checked.error());
}

// What is known without the store is enough to read a body. It is looked up before anything is done
// with that, and counted then.
Outcome<void> Api::check_head(const Offer& offer, const Request& request, Call& call) {
    CF_TRY(take_token(offer, request, call));
    if (offer.who == Who::admin && !call.claims_admin) return Refusal::admin_required;
    const std::int64_t wait_ms = requests_.wait_ms(
        call.claimed.empty() ? call.address : call.claimed, world_.ground.clock.steady_ms());
    if (wait_ms == 0) return {};
    ++figures_.limited;
    return Fault::after(Refusal::too_many_requests, wait_ms);
}

void Api::answer(const SharedOffer& offer, const Request& request, Responder responder) {
    // Shared by the threads on which it is answered, one after the other.
    const auto job = std::make_shared<Job>(Job{offer, begin(request), std::move(responder)});
    if (auto taken = take(*offer, request, job->call); !taken.ok())
        return respond(*job, taken.error());
    if (offer->read || offer->tell || offer->look || offer->toil) return start_reading(job);
    start_acting(job);
}

Outcome<void> Api::take(const Offer& offer, const Request& request, Call& call) {
    CF_TRY(take_token(offer, request, call));
    CF_TRY(limit(offer, call));
    CF_TRY(take_body(offer, request, call));
    call.path = request.parameters;
    call.query = request.target.query;
    call.wants_table = !offer.table.empty() && wants_table(request.headers, call.query);
    if (offer.method == http::Method::get) return {};
    call.asked = digest_of(request);
    const auto key = request.headers.find("Idempotency-Key");
    if (!key || call.claimed.empty()) return {};
    if (key->empty() || key->size() > kMaxKey || characters_of(*key) < 0)
        return wrong_field("Idempotency-Key", {"1 to 100 characters", "1–100 karakter"});
    call.key = *key;
    return {};
}

Outcome<void> Api::take_token(const Offer& offer, const Request& request, Call& call) {
    if (offer.who == Who::anybody) return {};
    const std::string_view token = bearer_in(request);
    if (token.empty()) return Refusal::token_missing;
    CF_LET(const Claims claims, prove(token, call.address));
    call.claimed = claims.account;
    call.generation = claims.generation;
    call.claims_admin = roles_.is_admin(claims.account, claims.is_admin);
    return {};
}

// To prove a token takes time, which nobody gets for any number of bad ones: they count as requests
// of the address that they came from. One that was proved before costs nothing, so that nobody
// is kept out by others.
Outcome<Claims> Api::prove(std::string_view token, const std::string& address) {
    Tokens& tokens = world_.ground.tokens;
    const base::WallTime now = world_.ground.clock.now();
    if (tokens.is_proved(token)) return tokens.verify(token, now);
    const std::int64_t now_ms = world_.ground.clock.steady_ms();
    if (const std::int64_t wait_ms = requests_.wait_ms(address, now_ms)) {
        ++figures_.limited;
        return Fault::after(Refusal::too_many_requests, wait_ms);
    }
    auto claims = tokens.verify(token, now);
    if (!claims.ok()) requests_.take(address, now_ms);
    return claims;
}

Outcome<void> Api::limit(const Offer& offer, const Call& call) {
    const std::int64_t now_ms = world_.ground.clock.steady_ms();
    const auto refuse_for = [this](std::int64_t wait_ms, Refusal why) -> Outcome<void> {
        if (wait_ms == 0) return {};
        ++figures_.limited;
        return Fault::after(why, wait_ms);
    };
    if (offer.is_guarded)
        CF_TRY(refuse_for(failures_.wait_ms(call.address, now_ms), Refusal::too_many_sign_ins));
    else if (offer.who == Who::anybody && offer.toil)
        return refuse_for(sign_ins_.take(call.address, now_ms), Refusal::too_many_sign_ins);
    const std::string& who = call.claimed.empty() ? call.address : call.claimed;
    return refuse_for(requests_.take(who, now_ms), Refusal::too_many_requests);
}

void Api::start_reading(const SharedJob& job) {
    services::Readers::Question question;
    question.look = [job](store::Database& database, const services::Slate& slate) {
        return look(database, slate, *job);
    };
    question.done = [this, job](services::Readers::Answer answer) {
        if (!answer.ok() || job->offer->read || job->offer->tell)
            return finish(job, std::move(answer));
        if (job->offer->toil) return start_toiling(job);
        start_acting(job);
    };
    if (job->offer->tell) question.wanted = [job] { return wanted_of(*job->offer, job->call); };
    question.bytes = job->call.bytes();
    if (!world_.readers.ask(std::move(question))) finish(job, Fault(Refusal::busy));
}

services::Readers::Answer Api::look(store::Database& database, const services::Slate& slate,
                                    Job& job) {
    CF_TRY(find_caller(*job.offer, database, slate, job.call));
    CF_TRY(admit(*job.offer, job.call));
    if (job.offer->tell) return job.offer->tell(slate, job.call);
    if (job.offer->read) return read(database, job);
    if (job.offer->look) CF_TRY(job.offer->look(database, job.call));
    return std::string();
}

services::Readers::Answer Api::read(store::Database& database, Job& job) {
    CF_LET(std::string answer, job.offer->read(database, job.call));
    if (!job.call.wants_table) return answer;
    CF_LET(Table table, table_of(answer, job.offer->response, job.offer->table));
    job.call.total = table.total;
    job.call.next = std::move(table.next);
    return std::move(table.text);
}

void Api::start_toiling(const SharedJob& job) {
    const bool is_taken = world_.worker.ask([this, job] {
        auto done = job->offer->toil(job->call);
        if (!done.ok()) return finish(job, done.error());
        start_acting(job);
    });
    if (!is_taken) finish(job, Fault(Refusal::busy));
}

void Api::start_acting(const SharedJob& job) {
    const bool is_taken = world_.clerk.ask(
        {job->call.claimed, [this, job](services::Desk& desk) { return act_once(desk, *job); },
         [this, job](services::Clerk::Answer answer) {
             if (answer.ok() && job->offer->settled) job->offer->settled();
             if (const auto& became = job->call.became; answer.ok() && became)
                 roles_.note(became->account, became->is_admin);
             finish(job, std::move(answer));
         },
         [job] { return wanted_of(*job->offer, job->call); }, job->call.bytes()});
    if (!is_taken) finish(job, Fault(Refusal::busy));
}

services::Clerk::Answer Api::act_once(services::Desk& desk, Job& job) {
    Call& call = job.call;
    CF_TRY(find_caller(*job.offer, desk, call));
    CF_TRY(admit(*job.offer, call));
    if (call.key.empty()) return job.offer->act(desk, call);
    const std::string_view account = call.claimed;
    CF_LET(const store::Rows known,
           desk.untold().query(
               "SELECT digest, answer FROM answered WHERE account = $1 AND request = $2",
               {account, std::string_view(call.key)}));
    if (!known.empty() && base::as_text(known.blob(0, 0)) != base::as_text(call.asked))
        return Refusal::request_reused;
    if (!known.empty() && known.text(0, 1).empty()) return Refusal::customer_unknown;
    if (!known.empty()) return std::string(known.text(0, 1));
    CF_LET(std::string answer, job.offer->act(desk, call));
    CF_TRY(keep_answer(desk, call, without(job.offer->told_once, answer)));
    return answer;
}

void Api::finish(const SharedJob& job, Outcome<std::string> answer) {
    world_.loop.post(
        [this, job, answer = std::move(answer)]() mutable { respond(*job, std::move(answer)); });
}

void Api::respond(Job& job, Outcome<std::string> answer) {
    const Offer& offer = *job.offer;
    if (!answer.ok()) {
        if (offer.is_guarded && is_wrong_secret(answer.error()))
            failures_.take(job.call.address, world_.ground.clock.steady_ms());
        return job.responder.send(refusal(offer, job.call, answer.error()));
    }
    ++figures_.answered;
    http::Response response = job.call.wants_table
                                  ? table_response(offer.table, job.call, std::move(answer).value())
                                  : http::json_response(offer.status, std::move(answer).value());
    dress(offer, job.call, response);
    job.responder.send(std::move(response));
}

http::Response Api::refusal(const Offer& offer, const Call& call, const Fault& fault) {
    ++(fault.cause ? figures_.failed : figures_.refused);
    if (fault.cause)
        world_.log.error(
            "request_failed",
            {{"request", call.request}, {"route", offer.pattern}, {"why", fault.cause->line()}});
    http::Response response = http::error_response({fault.status, fault.code, fault.sentence},
                                                   call.language, world_.ground.clock.now());
    if (fault.wait_s > 0) response.headers.set("Retry-After", std::to_string(fault.wait_s));
    if (fault.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    dress(offer, call, response);
    return response;
}

void Api::dress(const Offer& offer, const Call& call, http::Response& response) {
    response.headers.set("X-Request-Id", call.request);
    response.headers.set("Cache-Control", "no-store");
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - call.begun);
    figures_.requests.add(offer, call, response.status, took.count());
    request_log_.write({call.request, http::method_name(offer.method), offer.pattern,
                        response.status, took.count(), call.claimed},
                       world_.ground.clock.steady_ms());
}

}  // namespace counterfoil::api
