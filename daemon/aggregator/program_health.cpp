#include <algorithm>

#include "daemon/aggregator/program.h"

// How a program's parts are, and who is told.
namespace counterfoil::aggregator {

using api::HealthPart;
using base::Status;
using http::Request;
using http::Responder;

namespace {

// Whoever shares requests out sends them elsewhere then.
constexpr int kUnwellStatus = 503;
constexpr std::int64_t kMsInSecond = 1000;
constexpr std::uintmax_t kBytesInMegabyte = 1'000'000;
// Less is soon none: a backup, or a day of many tills, takes as much.
constexpr std::uintmax_t kLeastFree = 512 * kBytesInMegabyte;

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

HealthPart backlog_part(const Intake::State& state) {
    const std::string what = number(state.waiting) + " / " + number(state.waiting_bytes);
    return {"backlog",
            state.waiting_bytes < Intake::kMostWaiting.bytes_of_all / 2,
            {"Messages and bytes of terminals that wait: " + what + ".",
             "A terminálok várakozó üzenetei és bájtjai: " + what + "."}};
}

HealthPart disk_part(const std::filesystem::path& folder) {
    std::error_code problem;
    const auto space = std::filesystem::space(folder, problem);
    if (problem) return {"disk", false, {problem.message(), problem.message()}};
    const std::string free = number(space.available / kBytesInMegabyte);
    return {"disk",
            space.available >= kLeastFree,
            {"Free where its data lies: " + free + " MB.",
             "Szabad hely az adatok lemezén: " + free + " MB."}};
}

HealthPart imports_part(const std::vector<services::ImportState>& states) {
    std::uint64_t working = 0;
    std::int64_t pins_left = 0;
    for (const services::ImportState& state : states) {
        if (state.stage != services::ImportState::Stage::working) continue;
        ++working;
        pins_left += state.pins_left;
    }
    const std::string left = std::to_string(pins_left);
    return {"imports",
            true,
            {"Under way: " + number(working) + "; PINs to be made: " + left + ".",
             "Folyamatban: " + number(working) + "; hátralévő PIN-ek: " + left + "."}};
}

// Whoever asked is on this machine, and asks for nobody else.
bool is_local(const Request& request) {
    const bool is_loopback =
        request.remote_address.starts_with("127.") || request.remote_address == "::1";
    return is_loopback && !request.headers.find("X-Forwarded-For");
}

}  // namespace

HealthPart Program::store_part(const Intake::State& state) const {
    const bool is_well = !state.is_failing && !is_beside_failing_;
    return {"store", is_well,
            is_well ? base::Sentence{"It keeps what comes.", "Megőrzi, ami jön."}
                    : base::Sentence{"It cannot be written; the log says why.",
                                     "Nem írható; az okát a napló mondja meg."}};
}

HealthPart Program::broker_part() const {
    HealthPart part{"broker", true, {"There is none.", "Nincs."}};
    if (broker_.authority.empty()) return part;
    part.is_well = is_reached_;
    part.sentence = is_reached_ ? base::Sentence{"It is reached.", "Elérhető."}
                                : base::Sentence{"It is not reached.", "Nem érhető el."};
    part.age_s = (clock_.steady_ms() - reached_changed_ms_) / kMsInSecond;
    return part;
}

HealthPart Program::audit_part() const {
    const std::uint64_t found = audit_findings_;
    const std::string signatures = number(audited_signatures_);
    HealthPart part{
        "audit",
        found == 0 && !is_audit_failing_,
        {"Signatures looked at again: " + signatures + "; found wrong: " + number(found) + ".",
         "Újra megvizsgált aláírások: " + signatures + "; hibásnak talált: " + number(found) +
             "."}};
    const std::int64_t last_ms = audited_ms_;
    if (last_ms > 0) part.age_s = (clock_.steady_ms() - last_ms) / kMsInSecond;
    return part;
}

std::vector<HealthPart> Program::health_parts() {
    const Intake::State state = intake_->state();
    return {store_part(state),
            broker_part(),
            backlog_part(state),
            disk_part(data_),
            audit_part(),
            {"readers", true, {"They answer.", "Válaszolnak."}},
            imports_part(front_->import_states())};
}

http::Response Program::health() {
    const auto parts = health_parts();
    const bool is_well = std::ranges::all_of(parts, &HealthPart::is_well);
    const bool can_work = parts.front().is_well;
    return http::json_response(can_work ? 200 : kUnwellStatus,
                               is_well ? R"({"status":"ok"})" : R"({"status":"degraded"})");
}

Status Program::add_operation_routes() {
    const auto add = [this](const std::string& path, const std::string& summary,
                            http::Handler handler) {
        return router_.add(
            {http::Method::get, path, std::move(handler), {summary, "", "", {}}, {}});
    };
    CF_TRY(add("/health", "Whether the centre works: 503 where it cannot",
               [this](const Request&, Responder responder) { responder.send(health()); }));
    CF_TRY(
        front_->add_route(router_, api::health_offer(clock_, [this] { return health_parts(); })));
    return add("/metrics", "Its figures, as Prometheus reads them; for its own machine",
               [this](const Request& request, Responder responder) {
                   if (!is_local(request)) return responder.fail(http::nothing_here());
                   http::Response response;
                   response.headers.set("Content-Type", "text/plain; version=0.0.4");
                   response.body = figures();
                   responder.send(std::move(response));
               });
}

}  // namespace counterfoil::aggregator
