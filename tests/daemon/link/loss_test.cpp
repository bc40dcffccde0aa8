#include "tests/daemon/link/link_support.h"

// What the library loses of a connection that breaks while its line is full; CHOICE.md tells of it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpaho-mqtt3as";
}

namespace counterfoil::link {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

// What becomes of a session whose broker dies, hangs or throws it out.
class LossTest : public HarmTest {};
CF_BOTH_PROTOCOLS(LossTest);

TEST_P(LossTest, ComesBackAndSubscribesAgain) {
    Peer centre(this->centre());
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &till}));
    broker.kill();
    ASSERT_TRUE(
        until({&centre, &till}, [&] { return !till->is_connected() && !centre->is_connected(); }));
    EXPECT_EQ(till->publish("v1/shop/up/0/T01", {}, Qos::at_least_once).error(),
              NotPublished::not_connected);
    work_for({&centre, &till}, 100);
    broker.start();
    ASSERT_TRUE(connect({&centre, &till}));
    ASSERT_TRUE(sends(till, "v1/shop/up/0/T01", "again"));
    ASSERT_TRUE(sends(centre, "v1/shop/dn/T01", "too"));
    ASSERT_TRUE(until({&centre, &till},
                      [&] { return centre.count<Message>() > 0 && till.count<Message>() > 0; }));
    EXPECT_EQ(centre.messages(), "v1/shop/up/0/T01 again");
    EXPECT_EQ(till.messages(), "v1/shop/dn/T01 too");
    EXPECT_EQ(till->figures().connections, 2U);
    EXPECT_GE(till->figures().attempts, 3U);
}

// What has nothing to do with the protocol, or takes long and looks at both at once.
class LineTest : public HarmTest {
  protected:
    Settings watchful(const std::string& name, Protocol protocol) const {
        Settings own = terminal_of(broker, name, protocol);
        own.keep_alive_s = 1;
        own.max_in_flight = 60;
        return own;
    }
};
INSTANTIATE_TEST_SUITE_P(, LineTest, testing::Values(Protocol::mqtt5), protocol_name);

// The library would send on the next connection what still waited on this one.
TEST_P(LineTest, IsKnownToBeDeadAfterTwoSilencesAndTakesWithItWhatWaited) {
    broker.tool("terminal", {"T03", "T04"});
    Peer idle(watchful("T01", Protocol::mqtt5));
    Peer idle_older(watchful("T02", Protocol::mqtt311));
    Peer full(watchful("T03", Protocol::mqtt5));
    Peer full_older(watchful("T04", Protocol::mqtt311));
    const std::vector<Peer*> all = {&idle, &idle_older, &full, &full_older};
    ASSERT_TRUE(connect(all));
    broker.pause();
    const std::int64_t since_ms = now_ms();
    const std::string payload(200'000, 'x');
    until(
        all,
        [&] {
            publish(full, "v1/shop/up/0/T03", payload);
            publish(full_older, "v1/shop/up/0/T04", payload);
            return false;
        },
        500);
    // More than the two that wait within the library: the line is full.
    EXPECT_GE(full->figures().in_flight, 3U);
    EXPECT_GE(full_older->figures().in_flight, 3U);
    EXPECT_EQ(full->publish("v1/shop/up/0/T03", {}, Qos::at_least_once).error(),
              NotPublished::busy);
    for (Peer* peer : all) {
        ASSERT_TRUE(until(all, [&] { return !(*peer)->is_connected(); }));
        EXPECT_GE(now_ms() - since_ms, 1000) << "the silence had to last";
        EXPECT_LE(now_ms() - since_ms, 2 * 1000 + 3500);
        EXPECT_EQ((*peer)->figures().in_flight, 0U);
    }
    broker.kill();
    broker.start();
    Peer centre(this->centre());
    ASSERT_TRUE(connect({&full, &full_older, &centre}));
    work_for({&full, &full_older, &centre}, 200);
    EXPECT_EQ(full.count<Delivered>() + full_older.count<Delivered>(), 0U);
    EXPECT_EQ(centre.count<Message>(), 0U);
}

// The same number over and over; a wait is its remainder by the ceiling and one.
class Always final : public base::Entropy {
  public:
    explicit Always(std::uint16_t number) : number_(number) {}
    void fill(std::span<std::uint8_t> out) override {
        std::fill(out.begin(), out.end(), std::uint8_t{0});
        out[out.size() - 2] = static_cast<std::uint8_t>(number_ >> 8);
        out[out.size() - 1] = static_cast<std::uint8_t>(number_ & 0xff);
    }

  private:
    std::uint16_t number_;
};

TEST_P(LineTest, IsGivenUpWhenNobodyAnswersAndNotHeardAnyMore) {
    broker.pause();
    base::SystemClock clock;
    Always always(50'000);
    Settings own = terminal();
    own.connect_timeout_ms = 300;
    own.backoff = {60'000, 60'000};
    Peer till(own, clock, always);
    const std::int64_t since_ms = now_ms();
    ASSERT_TRUE(until({&till}, [&] { return till.count<Disconnected>() == 1; }));
    EXPECT_GE(now_ms() - since_ms, 300);
    EXPECT_LE(now_ms() - since_ms, 1500);
    const Disconnected gone = till.all<Disconnected>()[0];
    EXPECT_THAT(gone.reason, HasSubstr("did not answer in time"));
    EXPECT_EQ(gone.retry_ms, 50'000);
    // What was given up breaks only now.
    broker.kill();
    work_for({&till}, 300);
    EXPECT_EQ(till.count<Disconnected>(), 1U);
    EXPECT_EQ(till->figures().attempts, 1U);
}

TEST_P(LineTest, IsTriedSoonWhenWhatKeptItAwayIsGone) {
    broker.kill();
    base::SettableClock clock(test::kMorning);
    // Below a ceiling of 1 s it makes a wait of half a second, and a seventh one of 3.71 s.
    Always always(30'530);
    Settings own = terminal();
    own.backoff = {1000, 64'000};
    Peer till(own, clock, always);
    for (std::size_t failed = 1; failed <= 7; ++failed) {
        ASSERT_TRUE(until({&till}, [&] { return till.count<Disconnected>() == failed; }));
        if (failed < 7) clock.advance(till.all<Disconnected>().back().retry_ms);
    }
    const auto wait_ms = [&] { return *till->due_ms() - clock.steady_ms(); };
    EXPECT_EQ(wait_ms(), 3'710);
    till->hurry();
    EXPECT_EQ(wait_ms(), 500);
    broker.start();
    broker.pause();
    clock.advance(500);
    till.poll();
    EXPECT_EQ(wait_ms(), own.connect_timeout_ms);
    till->hurry();
    EXPECT_EQ(wait_ms(), Session::kHurriedMs);
    clock.advance(1000);
    till->hurry();
    EXPECT_EQ(wait_ms(), Session::kHurriedMs - 1000) << "it is no reason to wait longer";
    broker.resume();
    ASSERT_TRUE(connect({&till}));
    till->hurry();
    work_for({&till}, 100);
    EXPECT_TRUE(till->is_connected());
}

TEST_P(LineTest, IsWaitedForLongerUnlessItHeld) {
    base::SettableClock clock(test::kMorning);
    // Below a ceiling of 4 ms it makes a wait of 4 ms, below one of 8 ms none.
    Always always(9);
    Settings own = terminal();
    own.max_payload_bytes = 1UL << 20;
    own.backoff = {4, 1000};
    own.connect_timeout_ms = 600'000;
    Peer till(own, clock, always);
    const auto wait_after = [&](std::int64_t held_ms) {
        EXPECT_TRUE(connect({&till}));
        clock.advance(held_ms);
        // More than the broker takes: it hangs up.
        EXPECT_TRUE(sends(till, "v1/shop/up/0/T01", std::string(300'000, 'x')));
        EXPECT_TRUE(until({&till}, [&] { return !till->is_connected(); }));
        // Whether its last word still arrives is a race with the end of the connection.
        EXPECT_THAT(till.all<Disconnected>().back().reason,
                    AnyOf(HasSubstr("the broker ended it: Packet too large"), HasSubstr("broke")));
        const std::int64_t wait_ms = till.all<Disconnected>().back().retry_ms;
        clock.advance(wait_ms);
        return wait_ms;
    };
    EXPECT_EQ(wait_after(0), 4);
    EXPECT_EQ(wait_after(0), 0) << "it was the second failure";
    EXPECT_EQ(wait_after(own.settled_ms), 4) << "it was a first failure again";
}

TEST_P(LineTest, EndsInTimeWhateverTheBrokerDoes) {
    const auto ending_ms = [](std::optional<Peer>& peer) {
        const std::int64_t since_ms = now_ms();
        peer.reset();
        return now_ms() - since_ms;
    };
    std::optional<Peer> busy(terminal());
    ASSERT_TRUE(connect({&*busy}));
    broker.pause();
    const std::string payload(200'000, 'x');
    std::optional<Peer> connecting(terminal("T02"));
    until(
        {&*busy, &*connecting},
        [&] {
            publish(*busy, "v1/shop/up/0/T01", payload);
            return false;
        },
        200);
    EXPECT_GE((*busy)->figures().in_flight, 3U);
    EXPECT_LE(ending_ms(connecting), 2000);
    EXPECT_LE(ending_ms(busy), 2000);
    broker.resume();
    // And the next one starts as if nothing had been.
    Peer next(terminal());
    EXPECT_TRUE(connect({&next}));
}

}  // namespace
}  // namespace counterfoil::link
