#include "tests/sim/ingest_cut.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/sim/ingest_kill.h"

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

// The process is killed when the server has done it: before the receipt, and in the middle of one.
TEST(IngestCuts, AProcessKilledWhileItAnswersKeepsItsPromisesOnPostgresToo) {
    const std::string dsn = PostgresServer::shared().make_database();
    std::int64_t kills = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const auto moment = static_cast<KillMoment>(seed % 3);
        const KillStory story =
            run_ingest_kills(seed, {IngestWay::take, KillPlace::answer, moment, 11, dsn});
        EXPECT_EQ(story.wrong, std::nullopt) << "seed " << seed;
        kills += story.kills;
    }
    EXPECT_GE(kills, 10);
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
