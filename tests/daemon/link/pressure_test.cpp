#include "tests/daemon/link/link_support.h"

namespace counterfoil::link {
namespace {

// What happens when more comes than anybody takes.
class PressureTest : public LinkTest {};
CF_BOTH_PROTOCOLS(PressureTest);

TEST_P(PressureTest, DropsAndCountsWhatItsOwnerDoesNotTake) {
    constexpr std::uint64_t kSent = 400;
    Settings small = terminal();
    small.max_waiting_messages = 50;
    small.max_waiting_bytes = 30'000;
    Peer till(small);
    Peer centre(this->centre());
    ASSERT_TRUE(connect({&till, &centre}));
    std::uint64_t sent = 0;
    const std::string payload(1000 - std::string_view("v1/shop/dn/T01").size(), 'x');
    // Nobody polls the till meanwhile.
    ASSERT_TRUE(until({&centre}, [&] {
        while (sent < kSent && publish(centre, "v1/shop/dn/T01", payload)) ++sent;
        return centre.count<Delivered>() == kSent;
    }));
    ASSERT_TRUE(until({}, [&] {
        const auto figures = till->figures();
        EXPECT_LE(figures.waiting_bytes, 30'000U);
        return figures.waiting_messages + figures.dropped_messages == kSent;
    }));
    EXPECT_EQ(till->figures().waiting_messages, 30U);
    EXPECT_TRUE(until({&till}, [&] { return till.count<Dropped>() > 0; }));
    EXPECT_EQ(till.count<Message>(), 30U);
    ASSERT_EQ(till.count<Dropped>(), 1U) << "in one place";
    EXPECT_EQ(till.all<Dropped>()[0].messages, kSent - 30);
    EXPECT_EQ(till.all<Dropped>()[0].bytes, (kSent - 30) * 1000);
    EXPECT_EQ(till->figures().dropped_messages, kSent - 30);

    till.forget();
    ASSERT_TRUE(sends(centre, "v1/shop/dn/T01", "later"));
    ASSERT_TRUE(until({&till, &centre}, [&] { return till.count<Message>() == 1; }));
    EXPECT_EQ(till.messages(), "v1/shop/dn/T01 later");
}

TEST_P(PressureTest, TakesOnlySoManyBeforeTheBrokerAnswers) {
    Settings own = terminal();
    own.max_in_flight = 8;
    Peer till(own);
    Peer centre(this->centre());
    ASSERT_TRUE(connect({&till, &centre}));
    broker.pause();
    const std::int64_t since_ms = now_ms();
    ASSERT_TRUE(until({&till}, [&] {
        publish(till, "v1/shop/up/0/T01", "x");
        return till->figures().in_flight == 8;
    }));
    EXPECT_EQ(till->publish("v1/shop/up/0/T01", {}, Qos::at_least_once).error(),
              NotPublished::busy);
    EXPECT_EQ(till->figures().in_flight, 8U);
    EXPECT_FALSE(till->due_ms()) << "only the broker's answer changes that";
    EXPECT_LE(now_ms() - since_ms, 300) << "nobody waits";
    broker.resume();
    ASSERT_TRUE(until({&till, &centre}, [&] {
        return till.count<Delivered>() == 8 && centre.count<Message>() == 8;
    }));
    EXPECT_TRUE(sends(till, "v1/shop/up/0/T01", "x"));
}

TEST_P(PressureTest, CarriesThousandsEachOnceAndInOrder) {
    constexpr int kSent = 3000;
    Peer centre(this->centre());
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &till}));
    int sent = 0;
    ASSERT_TRUE(until(
        {&till, &centre},
        [&] {
            while (sent < kSent && publish(till, "v1/shop/up/0/T01", std::to_string(sent))) ++sent;
            return till.count<Delivered>() == kSent && centre.count<Message>() == kSent;
        },
        20'000));
    const auto arrived = centre.all<Message>();
    for (int i = 0; i < kSent; ++i)
        ASSERT_EQ(base::as_text(arrived[static_cast<std::size_t>(i)].payload), std::to_string(i));
}

}  // namespace
}  // namespace counterfoil::link
