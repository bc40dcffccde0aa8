#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/import_reading.h"
#include "daemon/aggregator/api/offer.h"

namespace counterfoil::api {

using http::Method;
using services::ImportPlan;
using services::ImportState;
using services::Outcome;
using services::Refusal;

namespace {

constexpr std::size_t kMostBytes = 8UL << 20;
const std::string kTag = "imports";

struct Told {
    std::string id;
    std::string state;
    ImportState sums;
    std::vector<services::ImportProblem> problems = {};
};

Shape told_shape() {
    constexpr std::int64_t kText = 400;
    return {uuid("id"),
            text("state", 10).one_of({"checked", "working", "done", "failed"}),
            whole("customers"),
            whole("purchases"),
            whole("coupons"),
            whole("pins_left").say("to be hashed; then all is written at once"),
            text("why", kText).nullable().say("it failed"),
            whole("problem_count"),
            list("problems", {text("place", kText), text("sentence", kText)},
                 static_cast<std::int64_t>(kMostProblems))};
}

services::Readers::Answer told_answer(const Told& told, base::Language language) {
    json::Object answer;
    answer.set("id", told.id).set("state", told.state);
    answer.set("customers", told.sums.customers).set("purchases", told.sums.purchases);
    answer.set("coupons", told.sums.coupons).set("pins_left", told.sums.pins_left);
    set_or_null(answer, "why", base::said(told.sums.why, language));
    answer.set("problem_count", static_cast<std::int64_t>(told.problems.size()));
    json::Array problems;
    for (std::size_t i = 0; i < std::min(told.problems.size(), kMostProblems); ++i) {
        json::Object problem;
        problem.set("place", told.problems[i].place);
        problem.set("sentence", base::said(told.problems[i].sentence, language));
        problems.add(std::move(problem));
    }
    answer.set("problems", std::move(problems));
    return written(answer);
}

Told told_of(const std::string& id, const ImportState& state) {
    return {id, std::string(services::stage_name(state.stage)), state};
}

// The same for the same request of the same account, so that whoever repeats it does nothing twice.
std::string import_id(const Call& call) {
    const crypto::Digest digest =
        crypto::sha256({base::as_bytes("counterfoil/import/1\n"), base::as_bytes(call.claimed),
                        base::as_bytes("\n"), base::as_bytes(call.key), base::as_bytes("\n"),
                        base::ByteView(call.asked)});
    base::Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
    return id.text();
}

services::Fault fault_of(const std::vector<services::ImportProblem>& problems) {
    const services::ImportProblem& first = problems.front();
    const std::string count = std::to_string(problems.size());
    return {Refusal::import_wrong,
            {first.place + ": " + first.sentence.english + " (of " + count +
                 " problems; dry_run=true tells them all)",
             first.place + ": " + first.sentence.hungarian + " (összesen " + count +
                 " hiba; dry_run=true mindet felsorolja)"}};
}

Told checked(const std::string& id, ImportPlan plan) {
    Told told{id, "checked", {}};
    told.sums.customers = static_cast<std::int64_t>(plan.customers.size());
    told.sums.purchases = static_cast<std::int64_t>(plan.purchases.size());
    told.sums.coupons = static_cast<std::int64_t>(plan.coupons.size());
    told.problems = std::move(plan.problems);
    return told;
}

services::Readers::Answer import(const Ground& ground, store::Database& database, const Call& call,
                                 ImportPlan plan) {
    const bool is_dry = http::find(call.query, "dry_run") == "true";
    const std::string id = import_id(call);
    if (!is_dry) {
        CF_LET(const auto done, services::find_import_done(database, id));
        if (done) return told_answer(told_of(id, *done), call.language);
    }
    if (plan.problems.empty()) {
        CF_LET(plan.problems, services::check_against(database, plan));
    }
    if (is_dry) return told_answer(checked(id, std::move(plan)), call.language);
    if (!plan.problems.empty()) return fault_of(plan.problems);
    CF_LET(const ImportState state, ground.imports.start(id, call.claimed, std::move(plan)));
    return told_answer(told_of(id, state), call.language);
}

Offer import_offer(const std::string& path, const std::string& summary) {
    Offer offer{Method::post, path, Who::admin, summary, kTag};
    offer.status = 202;
    offer.response = told_shape();
    offer.query = {{flag("dry_run").say("tells what is wrong, line by line, and writes nothing")}};
    offer.body_bytes = kMostBytes;
    return offer;
}

Offer members_offer(const Ground& ground) {
    Offer members = import_offer("/api/imports/members",
                                 "Members out of a table: loyalty_id,name,email,phone,role");
    members.takes_csv = true;
    members.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        return import(ground, database, call, read_members(call.body_text, ground.settings));
    };
    return members;
}

Offer browser_data_offer(const Ground& ground) {
    Offer data = import_offer("/api/imports/browser-data",
                              "Customers, purchases and coupons that a browser has kept");
    data.request = browser_data_shape();
    data.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        return import(ground, database, call,
                      read_browser_data(call.body->root(), ground.settings));
    };
    return data;
}

Offer one_offer(const Ground& ground) {
    Offer one{Method::get, "/api/imports/{id}", Who::admin, "How an import goes", kTag};
    one.response = told_shape();
    one.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        const std::string id = call.place("id");
        if (const auto state = ground.imports.find(id))
            return told_answer(told_of(id, *state), call.language);
        CF_LET(const auto done, services::find_import_done(database, id));
        if (!done) return Refusal::import_unknown;
        return told_answer(told_of(id, *done), call.language);
    };
    return one;
}

}  // namespace

std::vector<Offer> import_offers(const Ground& ground) {
    return {members_offer(ground), browser_data_offer(ground), one_offer(ground)};
}

}  // namespace counterfoil::api
