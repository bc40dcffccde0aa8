#include "firmware/journal/prune_limit.h"

#include <gtest/gtest.h>

#include <set>

namespace counterfoil::journal {
namespace {

PruneLimit limit(std::int64_t seq, KeptFor reason) {
    return {seq, reason};
}

TEST(PruneLimit, IsTheReceiptWhereNothingElseHoldsBack) {
    EXPECT_EQ(prune_limit({.head = 9000, .received = 5000}), limit(5000, KeptFor::receipt));
}

TEST(PruneLimit, IsNothingWithoutAReceipt) {
    EXPECT_EQ(prune_limit({.head = 9000}), limit(0, KeptFor::receipt));
}

TEST(PruneLimit, LeavesTheLastThousand) {
    EXPECT_EQ(prune_limit({.head = 9000, .received = 9000}), limit(8000, KeptFor::recent));
    EXPECT_EQ(prune_limit({.head = 300, .received = 300}), limit(0, KeptFor::recent));
}

TEST(PruneLimit, EndsBeforeAShiftWithoutItsReport) {
    EXPECT_EQ(prune_limit({.head = 9000, .received = 9000, .unreported = 41}),
              limit(40, KeptFor::shift));
    EXPECT_EQ(prune_limit({.head = 9000, .received = 30, .unreported = 41}),
              limit(30, KeptFor::receipt));
}

TEST(PruneLimit, EndsBeforeWhatIsNeeded) {
    EXPECT_EQ(prune_limit({.head = 9000, .received = 9000, .unreported = 41, .needed_from = 7}),
              limit(6, KeptFor::need));
    EXPECT_EQ(prune_limit({.head = 9000, .received = 9000, .needed_from = 1}),
              limit(0, KeptFor::need));
}

TEST(PruneLimit, TellsEachReasonInBothLanguages) {
    std::set<std::string_view> names;
    for (const KeptFor reason : {KeptFor::receipt, KeptFor::age, KeptFor::recent, KeptFor::shift,
                                 KeptFor::need, KeptFor::signer}) {
        names.insert(kept_for_name(reason));
        EXPECT_FALSE(kept_for_sentence(reason).english.empty());
        EXPECT_NE(kept_for_sentence(reason).english, kept_for_sentence(reason).hungarian);
    }
    EXPECT_EQ(names.size(), 6u);
}

}  // namespace
}  // namespace counterfoil::journal
