#include "daemon/aggregator/services/sign_in.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/bench/bench_centre.h"
#include "tests/bench/figure.h"
#include "tests/bench/http_load.h"

namespace counterfoil::bench {
namespace {

constexpr CentreStock kLarge{1'000'000, 5'000'000, 1'000'000};
constexpr CentreStock kSmall{10'000, 50'000, 10'000};
constexpr std::int64_t kStep = 7'919;
constexpr std::int64_t kMembersAsked = 5'000;
constexpr const char* kLabel = "ms | the same of 10,000 members | under 10";

// Stays for the next run.
const BenchCentre& centre_with(const CentreStock& stock) {
    static const std::filesystem::path folder(COUNTERFOIL_BENCH_STORES);
    static const BenchCentre large(folder / "large", "", kLarge);
    static const BenchCentre small(folder / "small", "", kSmall);
    return stock.members == kLarge.members ? large : small;
}

using Target = std::string (*)(std::int64_t member, std::int64_t members);

double p99_ms(const CentreStock& stock, Target target) {
    const BenchCentre& centre = centre_with(stock);
    std::vector<std::string> requests;
    for (std::int64_t i = 0; i < kMembersAsked; ++i)
        requests.push_back(request_text("GET", target(i * kStep % stock.members + 1, stock.members),
                                        centre.token()));
    Load load{centre.port(), requests};
    load.connections = 1;
    load.run_ms = 2000;
    return run_load(load).p99_ms;
}

void api_p99(benchmark::State& state, Target target) {
    double large = 0;
    for (auto unused : state) large = p99_ms(kLarge, target);
    report(state, large, p99_ms(kSmall, target), kLabel);
}

std::string list(std::int64_t skip, const char* more) {
    return "/api/customers?limit=100&skip=" + std::to_string(skip) + more;
}

BENCHMARK_CAPTURE(api_p99, customer,
                  [](std::int64_t member, std::int64_t) {
                      return "/api/customers/" + member_id(member);
                  })
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(api_p99, first_customers, [](std::int64_t, std::int64_t) { return list(0, ""); })
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(api_p99, middle_customers,
                  [](std::int64_t, std::int64_t members) { return list(members / 2, ""); })
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(api_p99, last_customers,
                  [](std::int64_t, std::int64_t members) { return list(members - 150, ""); })
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(api_p99, loyal_customers,
                  [](std::int64_t, std::int64_t members) {
                      return list(members / 6, "&role=loyal");
                  })
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(api_p99, purchases,
                  [](std::int64_t member, std::int64_t) {
                      return "/api/purchases/" + member_id(member);
                  })
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(api_p99, coupons,
                  [](std::int64_t member, std::int64_t) {
                      return "/api/coupons/" + member_id(member);
                  })
    ->Iterations(1)
    ->UseRealTime();

// Without the PIN, which is meant to take long.
double sign_in_p99_ms(const CentreStock& stock) {
    const auto database = store::SqliteDatabase::read(centre_with(stock).database_file());
    CF_CHECK(database.ok());
    std::vector<double> times_us;
    for (std::int64_t i = 0; i < kMembersAsked; ++i) {
        const std::string card = member_card(i * kStep % stock.members + 1);
        times_us.push_back(microseconds([&] {
            CF_CHECK(services::find_by_loyalty_id(*database.value(), card).value().has_value());
        }));
    }
    return percentile(times_us, 0.99) / 1e3;
}

void api_sign_in_lookup_p99(benchmark::State& state) {
    double large = 0;
    for (auto unused : state) large = sign_in_p99_ms(kLarge);
    report(state, large, sign_in_p99_ms(kSmall), kLabel);
}
BENCHMARK(api_sign_in_lookup_p99)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace counterfoil::bench
