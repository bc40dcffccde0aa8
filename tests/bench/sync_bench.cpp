#include "tests/bench/figure.h"
#include "tests/daemon/sync/till_site.h"

// The sync daemon as a process, at a broker and a centre of its own. The floors are what is asked
// of it.
namespace counterfoil::bench {
namespace {

constexpr int kBacklog = 100'000;
constexpr int kLiveSales = 200;
constexpr double kAskedPerSecond = 20'000 / 5.0;
constexpr double kAskedMb = 16;
constexpr double kAskedMs = 1000;
constexpr double kAskedPercent = 0.5;

struct Measured {
    double events_per_second = 0;
    double most_mb = 0;
    double live_p99_ms = 0;
    double idle_percent = 0;
};

double drain(sync::TillSite& site, sync::Bell& bell, double& most_mb) {
    const double took_us = microseconds([&] {
        site.sync().start();
        while (
            !bell.hears([](const wire::Standing& told) { return told.receipted > kBacklog; }, 20))
            most_mb = std::max(most_mb, site.sync().usage().resident_mb);
    });
    return kBacklog * 1e6 / took_us;
}

double live_p99_ms(sync::TillSite& site, sync::Bell& bell) {
    std::vector<double> took_ms;
    for (int sold = 0; sold < kLiveSales; ++sold)
        took_ms.push_back(microseconds([&] {
                              const std::int64_t seq = site.till().sell(1);
                              bell.ring(seq);
                              CF_CHECK(bell.hears_receipt(seq));
                          }) /
                          1000);
    return percentile(std::move(took_ms), 0.99);
}

double idle_percent(sync::TillSite& site) {
    constexpr int kSeconds = 10;
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const double before_s = site.sync().usage().processor_s;
    std::this_thread::sleep_for(std::chrono::seconds(kSeconds));
    return (site.sync().usage().processor_s - before_s) * 100 / kSeconds;
}

const Measured& measured() {
    static const Measured once = [] {
        Measured measured;
        sync::TillSite site;
        site.till().sell(kBacklog, 200);
        site.start_centre();
        sync::Bell bell(site.till().folder());
        measured.events_per_second = drain(site, bell, measured.most_mb);
        measured.live_p99_ms = live_p99_ms(site, bell);
        measured.idle_percent = idle_percent(site);
        return measured;
    }();
    return once;
}

void sync_drain(benchmark::State& state) {
    for (auto _ : state)
        report(state, measured().events_per_second, kAskedPerSecond,
               "events/s | 20,000 in five seconds | >= 1");
}
BENCHMARK(sync_drain)->Iterations(1);

void sync_memory(benchmark::State& state) {
    for (auto _ : state)
        report(state, measured().most_mb, kAskedMb,
               "MB | the most with a backlog of 100,000 | <= 1");
}
BENCHMARK(sync_memory)->Iterations(1);

void sync_live_p99(benchmark::State& state) {
    for (auto _ : state)
        report(state, measured().live_p99_ms, kAskedMs,
               "ms | a second from commit to receipt | <= 1");
}
BENCHMARK(sync_live_p99)->Iterations(1);

void sync_idle(benchmark::State& state) {
    for (auto _ : state)
        report(state, measured().idle_percent, kAskedPercent,
               "% of a core | half a percent | <= 1");
}
BENCHMARK(sync_idle)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
