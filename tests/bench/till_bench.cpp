#include <fcntl.h>
#include <unistd.h>

#include "firmware/core/base/descriptor.h"
#include "tests/bench/bench_till.h"
#include "tests/bench/figure.h"

namespace counterfoil::bench {
namespace {

constexpr int kSales = 500;
constexpr int kScans = 300;
constexpr int kManySales = 10'000;
constexpr std::int64_t kEvents = 100'000;
constexpr std::size_t kDraftsAtOnce = 200;
constexpr int kStarts = 5;
constexpr double kUsInMs = 1000;

struct Times {
    std::vector<double> value;
    std::vector<double> floor;
};

// From the request to the answer, which is given once the sale is on the disk. In turns with the
// use case alone, at a till of its own, so that what disturbs the machine disturbs both.
Times sell_over_http() {
    const TillPlace place;
    const RunningTill till(place);
    Screen screen(till.port());
    screen.begin_day();
    test::TestShop alone;
    alone.sign_in("anna");
    CF_CHECK(alone.desk().open_shift(20'000, alone.asked()).ok());
    const checkout::Basket basket = test::TestShop::basket({{101, 1}});
    Times times;
    for (int round = 0; round < kSales; ++round) {
        screen.ring_up();
        times.value.push_back(microseconds([&] { screen.pay(); }));
        const auto asked = alone.asked("bench-" + std::to_string(round));
        times.floor.push_back(microseconds([&] {
            CF_CHECK(alone.desk().sell(basket, {{"cash", 1890, ""}}, asked).ok());
        }));
    }
    return times;
}

void http_sale(benchmark::State& state) {
    Times times;
    for (auto unused : state) times = sell_over_http();
    const double share = state.range(0) == 50 ? 0.5 : 0.99;
    report(state, percentile(times.value, share), percentile(times.floor, share),
           "us | use case alone | ");
}
BENCHMARK(http_sale)->ArgName("p")->Arg(50)->Arg(99)->Iterations(1)->UseRealTime();

void await_event(http::Client& stream, const std::string& name) {
    for (;;) {
        const auto event = stream.next_event();
        CF_CHECK(event.ok());
        if (event.value().name == name) return;
    }
}

// Each scan waits for all that the one before it caused.
std::vector<double> scan_and_hear() {
    const TillPlace place;
    const RunningTill till(place);
    Screen screen(till.port());
    screen.begin_day();
    const auto stream = screen.events();
    // The till opens its scanner on its own thread.
    while (!std::filesystem::exists(place.scanner())) std::this_thread::yield();
    const base::Descriptor scanner = base::Descriptor::open(place.scanner(), O_WRONLY | O_NOCTTY);
    CF_CHECK(scanner.ok());
    const std::string line = std::to_string(test::TestShop::gtin(101)) + "\n";
    std::vector<double> times;
    for (int scan = 0; scan < kScans; ++scan) {
        times.push_back(microseconds([&] {
            const auto size = static_cast<ssize_t>(line.size());
            CF_CHECK(::write(scanner.number(), line.data(), line.size()) == size);
            await_event(*stream, "scan");
        }));
        await_event(*stream, "state");
    }
    return times;
}

void scan_to_event(benchmark::State& state) {
    std::vector<double> times;
    for (auto unused : state) times = scan_and_hear();
    report(state, percentile(times, 0.99), percentile(times, 0.5),
           "us | its own median | at most 100000 us");
}
BENCHMARK(scan_to_event)->ArgName("p")->Arg(99)->Iterations(1)->UseRealTime();

struct Memory {
    double fresh_mb = 0;
    double used_mb = 0;
};

// The shipped program's own, all of it: the process is asked, not this one.
Memory memory_of_sales() {
    const TillPlace place;
    const TillProcess till(place);
    Screen screen(till.port());
    screen.begin_day();
    Memory memory;
    memory.fresh_mb = till.resident_mb();
    for (int sales = 0; sales < kManySales; ++sales) {
        screen.ring_up();
        screen.pay();
    }
    memory.used_mb = till.resident_mb();
    return memory;
}

void till_memory(benchmark::State& state) {
    Memory memory;
    for (auto unused : state) memory = memory_of_sales();
    report(state, memory.used_mb, memory.fresh_mb,
           "MB | before the first of " + std::to_string(kManySales) + " sales | at most 48 MB");
}
BENCHMARK(till_memory)->Iterations(1)->UseRealTime();

void fill(journal::Journal& journal) {
    journal::Totals totals = journal.totals().value();
    while (journal.head().seq < kEvents) {
        std::vector<journal::Draft> drafts;
        const auto room = static_cast<std::size_t>(kEvents - journal.head().seq);
        while (drafts.size() < std::min(kDraftsAtOnce, room)) {
            drafts.push_back(test::sale_draft(totals, 1890));
            ++totals.receipts;
            totals.turnover_minor += 1890;
        }
        CF_CHECK(journal.append(drafts).ok());
    }
}

// In turns: opening the ledger, and the whole till until it answers. With the files in memory.
Times start_and_ask() {
    const TillPlace place([](test::TestShop& shop) { fill(shop.journal()); });
    Times times;
    for (int start = 0; start < kStarts; ++start) {
        times.floor.push_back(microseconds(
            [&] { CF_CHECK(till::TillLedger::open(place.folder(), place.clock()).ok()); }));
        std::optional<RunningTill> till;
        times.value.push_back(microseconds([&] {
            till.emplace(place);
            const auto health = http::Client("127.0.0.1", till->port()).get("/health");
            CF_CHECK(health.ok() && health.value().status == 200);
        }));
    }
    return times;
}

void start_to_ready(benchmark::State& state) {
    Times times;
    for (auto unused : state) times = start_and_ask();
    report(state, percentile(times.value, 0.5) / kUsInMs, percentile(times.floor, 0.5) / kUsInMs,
           "ms | opening the ledger alone, 100,000 events in it | under 1000 ms");
}
BENCHMARK(start_to_ready)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace counterfoil::bench
