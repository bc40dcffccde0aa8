#include "daemon/aggregator/turns.h"

#include <gtest/gtest.h>

namespace counterfoil::aggregator {
namespace {

using Queue = Turns<int>;

constexpr std::size_t kItem = Queue::kItemBytes;

std::string taken(Queue& queue) {
    std::string text;
    for (; !queue.empty(); queue.pop())
        text += (text.empty() ? "" : " ") + std::to_string(queue.front());
    return text;
}

TEST(Turns, TakesOneOfEachInTurnAndEachsInOrder) {
    Queue queue({10 * kItem, 100 * kItem}, Dropping::newest);
    for (int i = 1; i <= 5; ++i) queue.add("loud", i, 0);
    queue.add("quiet", 10, 0);
    queue.add("other", 20, 0);
    queue.add("quiet", 11, 0);
    EXPECT_EQ(queue.size(), 8u);
    EXPECT_EQ(taken(queue), "1 10 20 2 11 3 4 5");
    EXPECT_EQ(queue.bytes(), 0u);
}

TEST(Turns, WhoComesLaterDoesNotWaitForAllThatIsThere) {
    Queue queue({10 * kItem, 100 * kItem}, Dropping::newest);
    for (int i = 1; i <= 5; ++i) queue.add("loud", i, 0);
    queue.pop();
    queue.add("quiet", 10, 0);
    queue.pop();
    EXPECT_EQ(taken(queue), "10 3 4 5");
}

TEST(Turns, WhoHasTooMuchLosesItsOwn) {
    for (const Dropping dropping : {Dropping::newest, Dropping::oldest}) {
        Queue queue({3 * kItem, 100 * kItem}, dropping);
        queue.add("quiet", 10, 0);
        for (int i = 1; i <= 3; ++i) EXPECT_TRUE(queue.add("loud", i, 0).empty());
        const auto dropped = queue.add("loud", 4, 0);
        ASSERT_EQ(dropped.size(), 1u);
        EXPECT_EQ(dropped[0].name, "loud");
        EXPECT_EQ(taken(queue), dropping == Dropping::newest ? "10 1 2 3" : "10 2 3 4");
    }
}

TEST(Turns, WhereAllHaveTooMuchWhoeverHasMostLoses) {
    Queue queue({6 * kItem, 10 * kItem}, Dropping::newest);
    for (int i = 1; i <= 4; ++i) queue.add("some", i, 0);
    for (int i = 11; i <= 16; ++i) queue.add("most", i, 0);
    for (int i = 21; i <= 24; ++i) {
        const auto dropped = queue.add("quiet", i, 0);
        ASSERT_EQ(dropped.size(), 1u);
        EXPECT_EQ(dropped[0].name, i <= 22 ? "most" : i == 23 ? "some" : "quiet") << i;
    }
    EXPECT_EQ(queue.size(), 10u);
}

TEST(Turns, CountsBytesAndDropsAsMuchAsIsNeeded) {
    Queue queue({20 * kItem, 20 * kItem}, Dropping::newest);
    for (int i = 0; i < 5; ++i) queue.add("small", i, kItem);
    EXPECT_EQ(queue.bytes(), 10 * kItem);
    EXPECT_TRUE(queue.add("big", 9, 20 * kItem).size() == 1) << "it fits nowhere";
    EXPECT_TRUE(queue.add("middle", 8, 7 * kItem).empty());
    const auto dropped = queue.add("last", 7, 3 * kItem);
    ASSERT_EQ(dropped.size(), 1u);
    EXPECT_EQ(dropped[0].name, "small");
    EXPECT_EQ(dropped[0].bytes, kItem);
    EXPECT_FALSE(queue.add("last", 6, 3 * kItem).empty());
    EXPECT_LE(queue.bytes(), 20 * kItem);
}

TEST(Turns, WhoLostEverythingHasATurnAgainLater) {
    Queue queue({4 * kItem, 4 * kItem}, Dropping::newest);
    queue.add("big", 1, 3 * kItem);
    queue.add("small", 2, 0);  // has its place behind the other
    queue.add("small", 3, 0);
    EXPECT_EQ(taken(queue), "2 3");
    queue.add("big", 4, 0);
    EXPECT_EQ(taken(queue), "4");
    queue.add("big", 5, 0);
    queue.clear();
    EXPECT_TRUE(queue.empty());
    queue.add("big", 6, 0);
    EXPECT_EQ(taken(queue), "6");
}

}  // namespace
}  // namespace counterfoil::aggregator
