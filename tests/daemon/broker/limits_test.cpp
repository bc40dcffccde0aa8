#include <gmock/gmock.h>

#include <csignal>

#include "tests/daemon/aggregator/raw_client.h"

// The plugin, within a real broker.
namespace counterfoil::broker {
namespace {

using aggregator::RawClient;
using testing::HasSubstr;
using testing::Not;
namespace mqtt = aggregator::mqtt;

class LimitsTest : public testing::Test {
  protected:
    LimitsTest() {
        ::signal(SIGPIPE, SIG_IGN);
        broker_.start();
    }
    static bool until(const std::function<bool()>& done) {
        for (int i = 0; i < 6000; ++i) {
            if (done()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
    static int count(const std::string& text, const std::string& part) {
        int found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++found;
        return found;
    }

    test::Broker broker_;
};

TEST_F(LimitsTest, WhoGoesOnWritingWhatItMayNotIsThrownOut) {
    std::string denied;
    for (int i = 0; i < 500; ++i) denied += mqtt::publish("v1/main/up/0/T02", "not mine", 0);
    const RawClient client(broker_, "T01", "", denied);
    EXPECT_TRUE(until([&] { return client.ends() > 1; }));
    EXPECT_THAT(broker_.log(), HasSubstr("counterfoil limits: T01 sends more than it may"));
}

// Five thousand at once is what anybody else may write.
TEST_F(LimitsTest, TheCentreMayWriteAsMuchAsItHas) {
    std::string much;
    for (int i = 0; i < 8000; ++i) much += mqtt::publish("v1/main/dn/T02", "", 0);
    const RawClient reader(broker_, "T02", mqtt::subscribe("v1/main/dn/T02"));
    ASSERT_TRUE(until([&] { return !reader.output().empty(); }));
    const RawClient centre(broker_, "centre", much + mqtt::publish("v1/main/dn/T02", "the end", 0));
    EXPECT_TRUE(until([&] { return count(reader.output(), "the end") == 1; }));
    EXPECT_THAT(broker_.log(), Not(HasSubstr("counterfoil limits")));
}

// Also where the broker asks each time whether the centre may write it still.
TEST_F(LimitsTest, WhatIsKeptIsHandedOutHoweverOften) {
    constexpr int kTopics = 70;
    constexpr int kTimes = 100;
    std::string kept;
    for (int i = 0; i < kTopics; ++i)
        kept += mqtt::publish("v1/main/man/c" + std::to_string(i), "<kept>", 0, true);
    const RawClient centre(broker_, "centre", kept);
    // Once it has come, all have.
    const RawClient first(broker_, "T01", mqtt::subscribe("v1/main/man/+"));
    ASSERT_TRUE(until([&] { return count(first.output(), "<kept>") == kTopics; }));
    std::string asks;
    for (int i = 0; i < kTimes; ++i) asks += mqtt::subscribe("v1/main/man/+");
    const RawClient again(broker_, "T02", asks);
    EXPECT_TRUE(until([&] { return count(again.output(), "<kept>") == kTopics * kTimes; }))
        << count(again.output(), "<kept>");
    EXPECT_THAT(broker_.log(), Not(HasSubstr("counterfoil limits")));
}

}  // namespace
}  // namespace counterfoil::broker
