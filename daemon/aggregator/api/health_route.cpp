#include "daemon/aggregator/api/health_route.h"

#include <algorithm>

#include "daemon/aggregator/api/answers.h"

namespace counterfoil::api {
namespace {

constexpr const char* kStore = "store";
// Whoever waits so long for his turn waits behind many.
constexpr std::int64_t kLongWaitMs = 2000;

Shape part_shape() {
    constexpr std::int64_t kName = 20;
    constexpr std::int64_t kSentence = 300;
    return {text("name", kName), text("state", kName).one_of({"ok", "degraded"}),
            text("sentence", kSentence), whole("latency_ms").nullable(),
            whole("age_s").nullable().say("since it was last so, or last done")};
}

void set_if(json::Object& object, const char* name, const std::optional<std::int64_t>& number) {
    if (number)
        object.set(name, *number);
    else
        object.set_null(name);
}

json::Object part_answer(const HealthPart& part, base::Language language) {
    json::Object object;
    object.set("name", part.name).set("state", part.is_well ? "ok" : "degraded");
    object.set("sentence", base::said(part.sentence, language));
    set_if(object, "latency_ms", part.latency_ms);
    set_if(object, "age_s", part.age_s);
    return object;
}

// What this question itself has shown: how long it waited for its thread, and the store for it.
void look_at(store::Database& database, const base::Clock& clock, const Call& call,
             std::vector<HealthPart>& parts) {
    const std::int64_t waited_ms = clock.now().unix_ms - call.arrived_ms;
    const std::int64_t begun_ms = clock.steady_ms();
    const auto read = database.query("SELECT COUNT(*) FROM terminal", {});
    for (HealthPart& part : parts) {
        if (part.name == "readers") {
            part.latency_ms = std::max<std::int64_t>(waited_ms, 0);
            part.is_well = waited_ms < kLongWaitMs;
        }
        if (part.name != kStore) continue;
        part.latency_ms = clock.steady_ms() - begun_ms;
        if (read.ok()) continue;
        part.is_well = false;
        part.sentence = {"It cannot be read: " + std::string(base::code_name(read.error().code())),
                         "Nem olvasható: " + std::string(base::code_name(read.error().code()))};
    }
}

}  // namespace

Offer health_offer(const base::Clock& clock, std::function<std::vector<HealthPart>()> parts) {
    Offer offer{http::Method::get, "/health/detailed", Who::admin, "How each part of the centre is",
                "operation"};
    offer.response = {text("status", 10).one_of({"ok", "degraded"}), list("parts", part_shape())};
    offer.trusts_token = true;
    offer.read = [&clock, parts = std::move(parts)](store::Database& database,
                                                    Call& call) -> services::Readers::Answer {
        auto all = parts();
        look_at(database, clock, call, all);
        json::Array told;
        bool is_well = true;
        for (const HealthPart& part : all) {
            is_well = is_well && part.is_well;
            told.add(part_answer(part, call.language));
        }
        json::Object answer;
        answer.set("status", is_well ? "ok" : "degraded").set("parts", std::move(told));
        return written(answer);
    };
    return offer;
}

}  // namespace counterfoil::api
