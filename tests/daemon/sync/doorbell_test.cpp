#include "daemon/sync/doorbell.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::sync {
namespace {

// A till's end that says what the test wants, until the daemon has hung up or was rung up.
class DoorbellTest : public testing::Test {
  protected:
    DoorbellTest() { doorbell_.tell({}, false, 0); }

    void say(std::string_view line) {
        const http::Timer patience = loop_.after(10'000, [this] { loop_.stop(); });
        const http::Timer soon = loop_.after(10, [&] { daemon_->send(line); });
        loop_.run();
    }

    test::TemporaryFolder folder_;
    http::Loop loop_;
    int rung_ = 0;
    bool is_gone_ = false;
    std::unique_ptr<http::LineSocket> daemon_;
    std::unique_ptr<http::LineListener> listener_ =
        http::LineListener::listen(loop_, folder_ / "doorbell", [this](base::Descriptor taken) {
            daemon_ = http::LineSocket::create(loop_, std::move(taken),
                                               {[](std::string_view) {},
                                                [this] {
                                                    is_gone_ = true;
                                                    loop_.stop();
                                                }})
                          .value();
        }).value();
    Doorbell doorbell_{loop_, folder_ / "doorbell", [this] {
                           ++rung_;
                           loop_.stop();
                       }};
};

TEST_F(DoorbellTest, IsHeardWhenItIsRung) {
    say(wire::write(wire::Ring{7}));
    EXPECT_EQ(rung_, 1);
    EXPECT_FALSE(is_gone_);
}

TEST_F(DoorbellTest, IsHungUpOnALineThatIsNoRingAndCalledAgain) {
    say("{}");
    EXPECT_TRUE(is_gone_);
    EXPECT_EQ(rung_, 0);
    doorbell_.tell({}, false, 1);
    say(wire::write(wire::Ring{8}));
    EXPECT_EQ(rung_, 1);
}

}  // namespace
}  // namespace counterfoil::sync
