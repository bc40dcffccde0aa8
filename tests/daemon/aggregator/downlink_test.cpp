#include <gtest/gtest.h>

#include "tests/daemon/aggregator/listener.h"
#include "tests/daemon/aggregator/running_centre.h"

// What the whole program tells terminals, over a real broker.
namespace counterfoil::aggregator {
namespace {

using test::Fleet;

class DownlinkTest : public testing::Test {
  protected:
    void SetUp() override {
        centre_.start();
        listener_.emplace(centre_.terminal(0), Fleet::name(0), centre_.key());
    }

    Fleet fleet_{2, 60, 20261129};
    RunningCentre centre_{fleet_, link::Protocol::mqtt5};
    std::optional<Listener> listener_;
};

TEST_F(DownlinkTest, ACentreThatWorksIsHeardAllTheTime) {
    const auto pulses = [&]() -> std::size_t { return listener_->of("pulse").size(); };
    ASSERT_TRUE(listener_->work_until([&] { return pulses() >= 1; })) << centre_.output();
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(listener_->work_until([&] { return pulses() >= 4; }, 10'000));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_GT(took.count(), 3.0);
    EXPECT_LT(took.count(), 9.0);
    const wire::Manifest last = *listener_->manifest("pulse");
    EXPECT_EQ(last.version, 1);
    // The broker keeps none: whoever comes later hears of a centre that lives, or nothing.
    centre_.kill();
    Listener late(centre_.terminal(1), Fleet::name(1), centre_.key());
    ASSERT_TRUE(late.work_until([&] { return late.is_connected(); }));
    EXPECT_FALSE(late.work_until([&] { return !late.of("pulse").empty(); }, 2500));
}

}  // namespace
}  // namespace counterfoil::aggregator
