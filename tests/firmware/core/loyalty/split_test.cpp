#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "firmware/core/loyalty/split.h"
#include "tests/support/properties.h"

namespace counterfoil::loyalty {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(SplitByWeight, GivesWhatIsLeftOverToTheLargestRemainders) {
    EXPECT_EQ(split_by_weight(100, {1, 1, 1}), (Numbers{34, 33, 33}));
    EXPECT_EQ(split_by_weight(200, {1, 1, 1}), (Numbers{67, 67, 66}));
    EXPECT_EQ(split_by_weight(10, {1, 2, 4}), (Numbers{1, 3, 6}));
    EXPECT_EQ(split_by_weight(7, {0, 3, 0}), (Numbers{0, 7, 0}));
    EXPECT_EQ(split_by_weight(1, {5, 5}), (Numbers{1, 0}));
}

TEST(SplitByWeight, GivesNothingWhereThereIsNothing) {
    EXPECT_EQ(split_by_weight(0, {}), Numbers{});
    EXPECT_EQ(split_by_weight(0, {0, 0}), (Numbers{0, 0}));
    EXPECT_EQ(split_by_weight(0, {3, 4}), (Numbers{0, 0}));
}

TEST(SplitByWeight, HoldsTheLargestNumbers) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(split_by_weight(most, {most}), Numbers{most});
    EXPECT_EQ(split_by_weight(most, {most / 2, most / 2 + 1}), (Numbers{most / 2, most / 2 + 1}));
    EXPECT_EQ(split_by_weight(most, {1, 1}), (Numbers{most / 2 + 1, most / 2}));
}

TEST(SplitByWeight, StopsAtWhatCannotBeSplit) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    EXPECT_DEATH((void)split_by_weight(1, {}), "check failed");
    EXPECT_DEATH((void)split_by_weight(1, {0, 0}), "check failed");
    EXPECT_DEATH((void)split_by_weight(-1, {1}), "check failed");
    EXPECT_DEATH((void)split_by_weight(1, {2, -1}), "check failed");
    EXPECT_DEATH((void)split_by_weight(1, {most, 1}), "check failed");
}

TEST(SplitByWeight, AddsUpAndStaysWithinAUnitOfTheProportion) {
    test::expect_always([] {
        Numbers weights;
        for (int lines = test::draw(1, 20); lines > 0; --lines)
            weights.push_back(test::one_in(5) ? 0 : test::draw<std::int64_t>(1, 5000));
        const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        RC_PRE(sum > 0);
        const auto amount = test::draw<std::int64_t>(0, 3 * sum);
        const Numbers shares = split_by_weight(amount, weights);
        RC_ASSERT(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}) == amount);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            RC_ASSERT(shares[i] >= amount * weights[i] / sum);
            RC_ASSERT((shares[i] - 1) * sum < amount * weights[i] || shares[i] == 0);
            RC_ASSERT(amount > sum || shares[i] <= weights[i]);
        }
    });
}

}  // namespace
}  // namespace counterfoil::loyalty
