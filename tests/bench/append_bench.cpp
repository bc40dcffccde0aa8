#include "firmware/journal/journal.h"
#include "tests/bench/bare_floor.h"
#include "tests/bench/figure.h"
#include "tests/support/test_till.h"
#include "tools/counterfoil/plausible_shop.h"

namespace counterfoil::bench {
namespace {

constexpr int kRounds = 3000;

struct Times {
    std::vector<double> value;
    std::vector<double> floor;
};

// In turns, so that what disturbs the machine disturbs both.
Times measure() {
    const test::TemporaryFolder folder;
    test::TestTill till;
    auto made = journal::Journal::create(journal::Paths::in(folder.path()), till.world(),
                                         till.certificates);
    CF_CHECK(made.ok());
    journal::Journal& ledger = made.value();
    BareFloor floor(folder / "floor.db", till.key);
    // As many bytes as the event of a sale of three lines.
    const std::vector<std::string> bytes{std::string(700, 'x')};
    tool::PlausibleShop shop(1);
    Times times;
    while (times.value.size() < kRounds) {
        auto drafts = shop.next();
        const bool one_sale = drafts.size() == 1;
        const double took = microseconds([&] { CF_CHECK(ledger.append(drafts).ok()); });
        if (!one_sale) continue;
        times.value.push_back(took);
        times.floor.push_back(microseconds([&] { floor.record(bytes); }));
    }
    return times;
}

void durable_append(benchmark::State& state) {
    Times times;
    for (auto unused : state) times = measure();
    const bool median = state.range(0) == 50;
    const double share = median ? 0.5 : 0.99;
    report(state, percentile(times.value, share), percentile(times.floor, share),
           std::string("us | bare one-row durable commit and one signature | ") +
               (median ? "at most 1.3" : ""));
}
BENCHMARK(durable_append)->ArgName("p")->Arg(50)->Arg(99)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
