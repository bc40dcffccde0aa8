#include "firmware/core/base/end_signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>

namespace counterfoil::base {
namespace {

class EndSignal : public testing::TestWithParam<int> {};

TEST_P(EndSignal, StopsTheWorkOnAnotherThreadAndKillsNothing) {
    EndSignals signals;
    std::promise<std::thread::id> stopped;
    signals.run(
        [&] {
            ::kill(::getpid(), GetParam());
            EXPECT_NE(stopped.get_future().get(), std::this_thread::get_id());
        },
        [&] { stopped.set_value(std::this_thread::get_id()); });
}

INSTANTIATE_TEST_SUITE_P(Both, EndSignal, testing::Values(SIGINT, SIGTERM));

TEST(EndSignals, LetWorkEndByItself) {
    EndSignals signals;
    bool is_done = false;
    signals.run([&] { is_done = true; }, [] { FAIL() << "nobody wanted it to end"; });
    EXPECT_TRUE(is_done);
}

TEST(EndSignals, KeepAProgramWhosePeerIsGone) {
    const EndSignals signals;
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    ::close(ends[1]);
}

}  // namespace
}  // namespace counterfoil::base
