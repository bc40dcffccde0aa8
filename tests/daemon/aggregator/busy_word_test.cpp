#include "daemon/aggregator/busy_word.h"

#include <gtest/gtest.h>

#include "firmware/core/base/bytes.h"
#include "firmware/core/crypto/verifier.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/support/test_till.h"

namespace counterfoil::aggregator {
namespace {

TEST(BusyWord, IsSaidOnceToEachUntilItWasToTryAgain) {
    BusyWord word;
    EXPECT_TRUE(word.is_due("T1", 5000));
    EXPECT_FALSE(word.is_due("T1", 5001));
    EXPECT_TRUE(word.is_due("T2", 5001)) << "another one";
    EXPECT_FALSE(word.is_due("T1", 5000 + BusyWord::kRetryAfterMs - 1));
    EXPECT_TRUE(word.is_due("T1", 5000 + BusyWord::kRetryAfterMs));
    EXPECT_FALSE(word.is_due("T1", 5001 + BusyWord::kRetryAfterMs));
}

TEST(BusyWord, KeepsNoMoreNamesInMindThanItMay) {
    BusyWord word;
    for (std::size_t i = 0; i < BusyWord::kMostNamed; ++i)
        EXPECT_TRUE(word.is_due("T" + std::to_string(i), 5000));
    EXPECT_FALSE(word.is_due("one more", 5000));
    EXPECT_TRUE(word.is_due("one more", 5000 + BusyWord::kRetryAfterMs)) << "others are over";
}

TEST(BusyWord, IsOneThatATerminalReads) {
    const test::TestTill centre(99, "centre");
    const auto verifier = crypto::Verifier::create(centre.key.public_key()).value();
    const auto said = wire::read_from_centre(BusyWord::message(), verifier);
    ASSERT_TRUE(said.ok());
    const auto& nak = std::get<wire::Nak>(said.value());
    EXPECT_EQ(nak.reason, wire::Reason::too_busy);
    EXPECT_EQ(nak.retry_after_ms, BusyWord::kRetryAfterMs);
}

}  // namespace
}  // namespace counterfoil::aggregator
