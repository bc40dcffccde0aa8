#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/journal/recheck.h"
#include "firmware/till/manager_routes.h"
#include "firmware/till/route_parts.h"

// The ledger, as a manager reads it and has it checked.
namespace counterfoil::till {

using base::Result;
using checkout::Refusal;
using http::Method;

namespace {

constexpr std::int64_t kMostListed = 100;
constexpr std::int64_t kListed = 50;
constexpr std::int64_t kChecked = 1000;
constexpr std::int64_t kMostChecked = 2000;

// A whole number in the query, within bounds; what is none counts as `otherwise`.
std::int64_t queried(const Call& call, std::string_view name, std::int64_t otherwise) {
    Call asked;
    asked.parameters = call.query;
    const std::int64_t number = asked.number(name);
    return number < 0 ? otherwise : number;
}

Result<json::Object> event_line(const ledger::EventView& view, bool is_synced) {
    json::Object line;
    line.set("seq", view.seq).set("type", view.type).set("at", view.at);
    if (!view.staff.empty()) line.set("staff", view.staff);
    if (!view.shift.empty()) line.set("shift", view.shift);
    line.set_flag("synced", is_synced);
    const auto body = ledger::read_body(view);
    if (!body.ok()) return line;
    for (const char* name : {"receipt", "total_minor"}) {
        const auto number = body.value().root().integer(name);
        if (number.ok()) line.set(name, number.value());
    }
    return line;
}

json::Object told(const journal::Recheck& recheck) {
    json::Object object;
    object.set("checked", recheck.checked).set("from_seq", recheck.from_seq);
    object.set("to_seq", recheck.to_seq).set("unsigned", recheck.unsigned_events);
    object.set_flag("ok", recheck.bad_seq == 0);
    if (recheck.bad_seq == 0) return object;
    object.set("first_bad_seq", recheck.bad_seq);
    object.set("fault", ledger::fault_name(recheck.fault));
    return std::move(object.set("detail", ledger::fault_sentence(recheck.fault)));
}

Result<json::Object> recheck(const TillFolder& folder, std::int64_t events) {
    CF_LET(auto reader, journal::JournalReader::open(folder.journal().database));
    CF_LET(const journal::Recheck done, journal::recheck_last(reader, events));
    return told(done);
}

}  // namespace

Answer ManagerRoutes::events(const Call& call) {
    const std::int64_t receipted = world_.doorbell().receipted();
    const journal::Head head = world_.journal.head();
    const bool unsynced_only = http::find(call.query, "unsynced") == "1";
    const std::int64_t base = world_.journal.base().seq;
    const std::int64_t end = unsynced_only ? std::max(base, receipted) : base;
    const std::int64_t most =
        std::clamp<std::int64_t>(queried(call, "limit", kListed), 1, kMostListed);
    std::int64_t seq = std::min(queried(call, "before", head.seq + 1), head.seq + 1) - 1;
    json::Array lines;
    for (std::int64_t listed = 0; seq > end && listed < most; --seq, ++listed) {
        CF_LET(const auto stored, world_.journal.find_event(seq));
        if (!stored) break;
        CF_LET(const ledger::EventView view, ledger::read_event(stored->bytes));
        CF_LET(json::Object line, event_line(view, seq <= receipted));
        lines.add(std::move(line));
    }
    json::Object last;
    last.set("seq", head.seq).set("hash", base::to_hex(head.hash));
    json::Object object;
    object.set("events", std::move(lines)).set("head", std::move(last));
    object.set("receipted_seq", receipted).set("unsynced", world_.doorbell().unsynced());
    object.set("oldest_unsynced_s", world_.doorbell().oldest_s());
    return std::move(object.set("pruned_seq", base));
}

Answer ManagerRoutes::event(const Call& call) {
    const std::int64_t seq = call.number("seq");
    CF_LET(const auto stored, world_.journal.find_event(seq));
    if (!stored)
        return seq >= 1 && seq <= world_.journal.base().seq ? Refusal::kept_at_centre
                                                            : Refusal::event_unknown;
    CF_LET(const ledger::EventView view, ledger::read_event(stored->bytes));
    CF_LET(const json::Document body, ledger::read_body(view));
    json::Object object;
    object.set("seq", seq).set("type", view.type).set("at", view.at);
    object.set("terminal", view.terminal).set("epoch", view.epoch);
    object.set("staff", view.staff).set("shift", view.shift);
    object.set("hash", base::to_hex(ledger::event_hash(stored->bytes)));
    object.set("prev", base::to_hex(view.prev));
    object.set_flag("signed", stored->signature.has_value());
    object.set_flag("synced", seq <= world_.doorbell().receipted());
    return std::move(object.set("body", body.root()));
}

void ManagerRoutes::verify(const Call& call, std::function<void(Answer)> then) {
    ledger::Members members = call.members();
    const std::int64_t events =
        members.has("events") ? members.number("events", 1, kMostChecked) : kChecked;
    if (members.error()) return then(checkout::Fault(*members.error()));
    http::Loop& loop = world_.loop;
    // Shared by the checker's thread and the loop, one after the other.
    const auto held = std::make_shared<std::function<void(Answer)>>(std::move(then));
    const bool asked = checker_.ask([&loop, held, events, folder = world_.folder] {
        const auto checked = std::make_shared<Result<json::Object>>(recheck(folder, events));
        loop.post([held, checked] {
            if (!checked->ok()) return (*held)(checkout::Fault(checked->error()));
            (*held)(std::move(*checked).value());
        });
    });
    if (!asked) (*held)(Refusal::busy);
}

base::Status ManagerRoutes::add_journal(http::Router& router) {
    Api::Managed list{Method::get, "/api/journal", "The ledger's events, the newest first"};
    list.parameters = {{"before", "query", "only events before this one", false},
                       {"limit", "query", "so many at most: 50, or up to 100", false},
                       {"unsynced", "query", "1: only what the centre does not hold", false}};
    list.response_schema = schema_of(
        "events:list! head:object! receipted_seq:integer! unsynced:integer! "
        "oldest_unsynced_s:integer! pruned_seq:integer!");
    list.act = [this](Call& call) { return events(call); };
    CF_TRY(world_.api.add_managed(router, std::move(list)));
    Api::Managed one{Method::get, "/api/journal/{seq}", "An event, whole"};
    one.response_schema = schema_of(
        "seq:integer! type:string! at:string! terminal:string! epoch:integer! staff:string! "
        "shift:string! hash:string! prev:string! signed:boolean! synced:boolean! body:object!");
    one.act = [this](Call& call) { return event(call); };
    CF_TRY(world_.api.add_managed(router, std::move(one)));
    Api::Managed check{Method::post, "/api/journal/verify",
                       "Check the last events: their order, their links, their signatures"};
    check.request_schema = schema_of("events:integer approval:approval");
    check.response_schema = schema_of(
        "checked:integer! from_seq:integer! to_seq:integer! unsigned:integer! ok:boolean! "
        "first_bad_seq:integer fault:string detail:string");
    check.act_later = [this](Call& call, std::function<void(Answer)> then) {
        verify(call, std::move(then));
    };
    return world_.api.add_managed(router, std::move(check));
}

}  // namespace counterfoil::till
