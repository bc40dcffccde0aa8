#include "tests/sim/ingest_cut.h"

#include <gtest/gtest.h>

#include <functional>

namespace counterfoil::test {
namespace {

// How often the connection was cut in all.
std::int64_t cuts(std::uint64_t seeds, const std::function<CutPlan(std::uint64_t)>& plan) {
    std::int64_t cuts = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const CutStory story = run_ingest_cuts(seed, plan(seed));
        EXPECT_EQ(story.wrong, std::nullopt) << "seed " << seed;
        cuts += story.cuts;
    }
    return cuts;
}

// The soak tells many more of these stories.
constexpr std::uint64_t kSeeds = 20;

TEST(IngestCuts, AtSomeCommitsOfManyDaysLoseAndDoubleNothing) {
    EXPECT_GE(
        cuts(kSeeds,
             [](std::uint64_t seed) {
                 return CutPlan{IngestWay::keep, static_cast<CutMoment>(seed % 3), true, false, 5};
             }),
        10);
}

TEST(IngestCuts, AtSomeMessagesOfManyDaysLoseAndDoubleNothing) {
    EXPECT_GE(cuts(kSeeds,
                   [](std::uint64_t seed) {
                       return CutPlan{IngestWay::take, static_cast<CutMoment>(seed % 3), false,
                                      false, 151};
                   }),
              10);
}

class IngestCut : public testing::TestWithParam<CutMoment> {};

TEST_P(IngestCut, AtEveryCommitOfADayLosesAndDoublesNothing) {
    EXPECT_GT(cuts(2,
                   [](std::uint64_t) {
                       return CutPlan{IngestWay::take, GetParam(), true, false, 1};
                   }),
              5);
}

TEST_P(IngestCut, TogetherWithTheServersEndLosesAndDoublesNothing) {
    EXPECT_GE(cuts(3,
                   [](std::uint64_t) {
                       return CutPlan{IngestWay::take, GetParam(), true, true, 3};
                   }),
              3);
}

INSTANTIATE_TEST_SUITE_P(, IngestCut,
                         testing::Values(CutMoment::before, CutMoment::halfway, CutMoment::after),
                         [](const auto& tried) {
                             if (tried.param == CutMoment::before) return "BeforeAMessage";
                             return tried.param == CutMoment::halfway ? "HalfwayThroughAMessage"
                                                                      : "AfterAMessageWasDone";
                         });

}  // namespace
}  // namespace counterfoil::test
