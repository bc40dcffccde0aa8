#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "firmware/core/base/clock.h"
#include "tests/sim/sync_chaos.h"

namespace counterfoil::test {
namespace {

struct Total {
    std::uint64_t stories = 0;
    std::uint64_t failed = 0;
    std::int64_t kills = 0;
    std::uint64_t cuts = 0;
    std::int64_t events = 0;
    std::int64_t longest_ms = 0;
};

void count(std::uint64_t seed, const ChaosStory& story, Total& total) {
    ++total.stories;
    total.kills += story.kills;
    total.cuts += story.cuts;
    total.events += story.events;
    total.longest_ms = std::max(total.longest_ms, story.settling_ms);
    if (!story.wrong) return;
    ++total.failed;
    std::cout << "seed " << seed << " failed: " << *story.wrong << "\n" << std::flush;
}

void tell(const Total& total, std::int64_t took_ms) {
    std::cout << "sync chaos: " << total.stories << " stories, " << total.failed << " failed, "
              << total.kills << " kills, " << total.cuts << " cuts, " << total.events
              << " events, settled in " << total.longest_ms << " ms at most, " << took_ms / 1000
              << " s\n"
              << std::flush;
}

}  // namespace
}  // namespace counterfoil::test

// Runs seeded stories, and tells of those that go wrong: sync_soak FIRST_SEED COUNT.
int main(int argc, char** argv) {
    using namespace counterfoil::test;
    if (argc != 3) {
        std::cerr << "usage: sync_soak FIRST_SEED COUNT\n";
        return 2;
    }
    constexpr std::uint64_t kTellEvery = 20;
    const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
    const std::uint64_t stories = std::strtoull(argv[2], nullptr, 10);
    const counterfoil::base::SystemClock clock;
    const std::int64_t start_ms = clock.steady_ms();
    Total total;
    ChaosBroker broker;
    for (std::uint64_t seed = first; seed < first + stories; ++seed) {
        count(seed, run_sync_chaos(seed, broker), total);
        if (total.stories % kTellEvery == 0 || total.stories == stories)
            tell(total, clock.steady_ms() - start_ms);
    }
    return total.failed == 0 ? 0 : 1;
}
