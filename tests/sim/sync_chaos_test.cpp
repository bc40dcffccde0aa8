#include "tests/sim/sync_chaos.h"

#include <gtest/gtest.h>

namespace counterfoil::test {
namespace {

// Some seeds in each of four processes, so that they run beside each other; the soak runs many
// more.
class Sync : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Sync, SurvivesChaos) {
    ChaosBroker broker;
    for (std::uint64_t seed = GetParam(); seed < GetParam() + 5; ++seed) {
        const ChaosStory story = run_sync_chaos(seed, broker);
        ASSERT_FALSE(story.wrong) << "seed " << seed << ": " << *story.wrong;
        EXPECT_GT(story.events, 2);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Sync, testing::Values(1, 6, 11, 16));

}  // namespace
}  // namespace counterfoil::test
