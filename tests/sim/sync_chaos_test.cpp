#include "tests/sim/sync_chaos.h"

#include <gtest/gtest.h>

namespace counterfoil::test {
namespace {

// Under the sanitizers every process takes several times as long to start.
constexpr std::uint64_t kSeeds = COUNTERFOIL_SANITIZED ? 1 : 5;

// Some seeds in each of four processes, so that they run beside each other; the soak runs more.
class Sync : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Sync, SurvivesChaos) {
    ChaosBroker broker;
    for (std::uint64_t seed = GetParam(); seed < GetParam() + kSeeds; ++seed) {
        const ChaosStory story = run_sync_chaos(seed, broker);
        ASSERT_FALSE(story.wrong) << "seed " << seed << ": " << *story.wrong;
        EXPECT_GT(story.events, 2);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Sync, testing::Values(1, 6, 11, 16));

}  // namespace
}  // namespace counterfoil::test
