#include "tests/sim/ingest_crash.h"

#include <gtest/gtest.h>

namespace counterfoil::test {
namespace {

// Tests of twenty-five seeds, so that they run beside each other; the soak runs many more.
class IngestCrash : public testing::TestWithParam<std::uint64_t> {};

TEST_P(IngestCrash, LosesNothingThatHasAReceiptAndTakesNothingTwice) {
    for (std::uint64_t seed = GetParam(); seed < GetParam() + 25; ++seed) {
        const auto wrong = run_ingest_crash(seed);
        ASSERT_FALSE(wrong) << "seed " << seed << ": " << *wrong;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, IngestCrash, testing::Values(1, 26, 51, 76));

}  // namespace
}  // namespace counterfoil::test
