#include "daemon/aggregator/api/lists.h"

namespace counterfoil::api {
namespace {

constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kRows = 100;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::int64_t kPlace = 150;

services::Outcome<std::optional<std::int64_t>> time_if(const Call& call, const char* name) {
    const auto given = http::find(call.query, name);
    if (!given) return std::optional<std::int64_t>();
    CF_LET(const std::int64_t time, time_in(name, *given));
    return std::optional(time);
}

}  // namespace

std::vector<Offer::Query> part_query() {
    return {{integer("limit", 1, kMostRows).say("how many at most; 100")},
            {integer("offset", 0, kMostSkipped).say("how many to pass over; 0")}};
}

services::Part part_of(const Call& call) {
    return {call.query_number("offset", 0), call.query_number("limit", kRows)};
}

Shape page_shape(const char* name, const Shape& item) {
    return {integer("total", 0, json::kMaxInteger), list(name, item)};
}

std::vector<Offer::Query> slice_query() {
    return {{integer("limit", 1, kMostRows).say("how many at most; 100")},
            {text("after", kPlace).say("what the part before said as next")},
            {time("from").say("of then or later")},
            {time("to").say("before then")}};
}

services::Outcome<services::SliceAsk> slice_ask(const Call& call) {
    services::SliceAsk ask;
    ask.after = http::find(call.query, "after").value_or("");
    ask.limit = call.query_number("limit", kRows);
    CF_LET(ask.from_ms, time_if(call, "from"));
    CF_LET(ask.to_ms, time_if(call, "to"));
    return ask;
}

Shape slice_shape(const char* name, const Shape& item) {
    return {integer("total", 0, json::kMaxInteger)
                .nullable()
                .say("null where they would have to be counted for it"),
            list(name, item),
            text("next", kPlace)
                .nullable()
                .say("the place behind these, for after; a part can have fewer than limit, or "
                     "none, and be followed by more; null: nothing follows")};
}

}  // namespace counterfoil::api
