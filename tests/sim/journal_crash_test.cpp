#include "tests/sim/journal_crash.h"

#include <gtest/gtest.h>

namespace counterfoil::test {
namespace {

// Ten tests of fifty seeds, so that they run beside each other; the soak runs many more.
class JournalCrash : public testing::TestWithParam<std::uint64_t> {};

TEST_P(JournalCrash, LosesNothingThatWasConfirmed) {
    for (std::uint64_t seed = GetParam(); seed < GetParam() + 50; ++seed) {
        const auto wrong = run_journal_crash(seed);
        ASSERT_FALSE(wrong) << "seed " << seed << ": " << *wrong;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, JournalCrash,
                         testing::Values(1, 51, 101, 151, 201, 251, 301, 351, 401, 451));

}  // namespace
}  // namespace counterfoil::test
