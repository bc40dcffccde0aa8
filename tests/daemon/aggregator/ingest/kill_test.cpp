#include <gtest/gtest.h>

#include "tests/sim/ingest_kill.h"

namespace counterfoil::ingest {
namespace {

using test::IngestWay;
using test::KillMoment;
using test::KillPlace;

// The soak tells many more of these stories.
class KillDuringIngest : public testing::TestWithParam<KillMoment> {
  protected:
    static constexpr std::uint64_t kSeeds = 20;
    static constexpr std::int64_t kSome = 23;

    // How often the process was killed in all.
    static std::int64_t kills(std::uint64_t seeds, IngestWay way, KillPlace place,
                              std::int64_t every) {
        std::int64_t kills = 0;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const auto story = test::run_ingest_kills(seed, {way, place, GetParam(), every});
            EXPECT_EQ(story.wrong, std::nullopt) << "seed " << seed;
            kills += story.kills;
        }
        return kills;
    }
};

TEST_P(KillDuringIngest, LeavesGroupsWholeAtEveryWriteOfADay) {
    EXPECT_GT(kills(1, IngestWay::take, KillPlace::disk, 1), 50);
}

TEST_P(KillDuringIngest, LeavesGroupsWholeAtSomeWritesOfManyDays) {
    EXPECT_GT(kills(kSeeds, IngestWay::take, KillPlace::disk, kSome), 60);
}

TEST_P(KillDuringIngest, LeavesWhatIsKeptWholeWithoutAReceptionToo) {
    EXPECT_GT(kills(kSeeds, IngestWay::keep, KillPlace::disk, kSome), 60);
}

TEST_P(KillDuringIngest, KeepsPromisesWhetherMadeSentOrHalfSent) {
    EXPECT_GT(kills(kSeeds, IngestWay::take, KillPlace::answer, 5), 30);
}

INSTANTIATE_TEST_SUITE_P(Killed, KillDuringIngest,
                         testing::Values(KillMoment::before, KillMoment::halfway,
                                         KillMoment::after),
                         test::MomentName());

}  // namespace
}  // namespace counterfoil::ingest
