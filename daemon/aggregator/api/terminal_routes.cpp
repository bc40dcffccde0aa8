#include "daemon/aggregator/services/terminals.h"

#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/offer.h"

namespace counterfoil::api {

using http::Method;
using services::Desk;
using services::Outcome;
using services::TerminalView;

namespace {

constexpr std::int64_t kCode = 20;
constexpr std::int64_t kReason = 200;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kRows = 100;
constexpr std::int64_t kFingerprint = 64;
const std::string kTag = "terminals";

Shape view_shape() {
    return {terminal("name"),
            whole("store"),
            flag("is_revoked"),
            text("certificate", kFingerprint).say("its SHA-256, in hexadecimal"),
            time("last_seen").nullable(),
            whole("epoch").say("of its ledger, the last one that is open; 0: none is"),
            whole("events_held").say("of all epochs"),
            whole("reported_epoch").nullable().say("where its own ledger went when it said so"),
            whole("reported_seq").nullable(),
            whole("backlog").say("events that it had when it said so, and are not held"),
            flag("is_frozen").say("two histories of one of its ledgers were found"),
            whole("forks"),
            whole("quarantined").say("messages that could not be taken")};
}

json::Object view_answer(const TerminalView& view) {
    json::Object answer;
    answer.set("name", view.name).set("store", view.store);
    answer.set_flag("is_revoked", view.is_revoked).set("certificate", view.certificate);
    const auto set_or_null = [&](const char* name, const std::optional<std::int64_t>& number) {
        if (number)
            answer.set(name, *number);
        else
            answer.set_null(name);
    };
    if (view.seen_ms)
        answer.set("last_seen", services::document_time(*view.seen_ms));
    else
        answer.set_null("last_seen");
    answer.set("epoch", view.epoch).set("events_held", view.events);
    set_or_null("reported_epoch", view.said_epoch);
    set_or_null("reported_seq", view.said_seq);
    answer.set("backlog", view.backlog).set_flag("is_frozen", view.is_frozen);
    answer.set("forks", view.forks).set("quarantined", view.quarantined);
    return answer;
}

Outcome<void> check_free_name(Call& call) {
    if (call.text("terminal") != ingest::kCentre) return {};
    return wrong_field("terminal", {"not the centre's own name", "nem a központ saját neve"});
}

Offer code_offer() {
    Offer code{Method::post, "/api/terminals/codes", Who::admin,
               "A code by which a terminal is set up, once, within a quarter of an hour", kTag};
    code.status = 201;
    code.request = {terminal("terminal"), integer("store", 1, services::kMostStore)};
    code.response = {text("code", kCode).nullable().say("told once"), terminal("terminal"),
                     whole("store"), time("expires_at")};
    code.told_once = "code";
    code.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(check_free_name(call));
        CF_LET(const services::TerminalCode made,
               services::make_terminal_code(desk, call.text("terminal"), call.integer("store")));
        json::Object answer;
        answer.set("code", made.code).set("terminal", call.text("terminal"));
        answer.set("store", call.integer("store"));
        answer.set("expires_at", services::document_time(made.expires_ms));
        return written(answer);
    };
    return code;
}

Offer all_offer() {
    Offer all{Method::get, "/api/terminals", Who::admin, "Terminals, a part of the list", kTag};
    all.table = "terminals";
    all.response = {integer("total", 0, json::kMaxInteger), list("terminals", view_shape())};
    all.query = {{integer("skip", 0, kMostSkipped).say("how many to pass over; 0")},
                 {integer("limit", 1, kMostRows).say("how many at most; 100")}};
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const services::TerminalPage page,
               services::list_terminals(database, call.query_number("skip", 0),
                                        call.query_number("limit", kRows)));
        json::Array terminals;
        for (const TerminalView& view : page.terminals) terminals.add(view_answer(view));
        json::Object answer;
        answer.set("total", page.total).set("terminals", std::move(terminals));
        return written(answer);
    };
    return all;
}

Offer one_offer() {
    Offer one{Method::get, "/api/terminals/{name}", Who::admin, "One terminal", kTag};
    one.response = view_shape();
    one.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const TerminalView view, services::find_terminal(database, call.place("name")));
        return written(view_answer(view));
    };
    return one;
}

Offer revoke_offer(const Ground& ground) {
    Offer revoke{Method::post, "/api/terminals/{name}/revoke", Who::admin,
                 "Takes a terminal's rights back: what it sends is not taken any more", kTag};
    revoke.request = {text("reason", kReason)};
    revoke.response = view_shape();
    revoke.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(services::revoke_terminal(desk, call.place("name"), call.text("reason")));
        CF_LET(const TerminalView view,
               services::find_terminal(desk.database(), call.place("name")));
        return written(view_answer(view));
    };
    revoke.settled = ground.terminals_changed;
    return revoke;
}

}  // namespace

std::vector<Offer> terminal_offers(const Ground& ground) {
    return {code_offer(), all_offer(), one_offer(), revoke_offer(ground)};
}

}  // namespace counterfoil::api
