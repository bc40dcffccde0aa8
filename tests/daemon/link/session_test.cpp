#include "daemon/link/session.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/daemon/link/link_support.h"

namespace counterfoil::link {
namespace {

class SessionTest : public LinkTest {};
CF_BOTH_PROTOCOLS(SessionTest);

TEST_P(SessionTest, CarriesMessagesBothWays) {
    Peer centre(this->centre());
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &till}));
    ASSERT_TRUE(sends(till, "v1/shop/up/0/T01", "one"));
    ASSERT_TRUE(sends(till, "v1/shop/up/7/T01", "two", Qos::at_most_once));
    ASSERT_TRUE(until({&centre, &till}, [&] {
        return centre.count<Message>() == 2 && till.count<Delivered>() == 2;
    }));
    EXPECT_EQ(centre.messages(), "v1/shop/up/0/T01 one, v1/shop/up/7/T01 two");
    EXPECT_EQ(till->figures().in_flight, 0U);

    ASSERT_TRUE(sends(centre, "v1/shop/dn/T01", "receipt"));
    ASSERT_TRUE(until({&till}, [&] { return till.count<Message>() == 1; }));
    EXPECT_EQ(till.messages(), "v1/shop/dn/T01 receipt");
    EXPECT_FALSE(till.all<Message>()[0].retained);
}

TEST_P(SessionTest, CarriesEveryByteOfALargePayload) {
    Peer centre(this->centre());
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &till}));
    test::SeededEntropy entropy(3);
    std::vector<base::Bytes> payloads;
    for (const std::size_t size : {0UL, 1UL, 65536UL, 65537UL, 250'000UL}) {
        payloads.emplace_back(size);
        entropy.fill(payloads.back());
        ASSERT_TRUE(sends(till, "v1/shop/up/0/T01", base::as_text(payloads.back())));
    }
    ASSERT_TRUE(
        until({&centre, &till}, [&] { return centre.count<Message>() == payloads.size(); }));
    const auto arrived = centre.all<Message>();
    for (std::size_t i = 0; i < payloads.size(); ++i) EXPECT_EQ(arrived[i].payload, payloads[i]);
}

// The centre's answer follows its acknowledgement of what it answers. The kernel would keep it back
// until the broker acknowledges that, which takes 40 ms where the broker has nothing to say.
TEST_P(SessionTest, KeepsNoMessageBackBecauseOfTheOneBefore) {
    constexpr int kRounds = 40;
    Peer centre(this->centre());
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &till}));
    std::vector<std::int64_t> took_ms;
    for (std::size_t round = 1; round <= kRounds; ++round) {
        const std::int64_t start_ms = now_ms();
        ASSERT_TRUE(sends(till, "v1/shop/up/0/T01", "batch"));
        ASSERT_TRUE(until({&centre, &till}, [&] { return centre.count<Message>() == round; }));
        ASSERT_TRUE(sends(centre, "v1/shop/dn/T01", "receipt"));
        ASSERT_TRUE(until({&centre, &till}, [&] { return till.count<Message>() == round; }));
        took_ms.push_back(now_ms() - start_ms);
    }
    // Whatever else the machine does, some of them have it to themselves.
    std::ranges::sort(took_ms);
    EXPECT_LT(took_ms[kRounds / 4], 30);
}

TEST_P(SessionTest, IsGivenWhatTheBrokerRetains) {
    {
        Peer centre(this->centre());
        ASSERT_TRUE(connect({&centre}));
        const auto manifest = base::as_bytes("manifest 7");
        ASSERT_TRUE(
            centre->publish("v1/shop/man/keys", manifest, Qos::at_least_once, Retain::yes).ok());
        ASSERT_TRUE(until({&centre}, [&] { return centre.count<Delivered>() == 1; }));
    }
    Settings own = terminal();
    own.subscriptions.push_back({"v1/shop/man/+", Qos::at_least_once});
    Peer till(own);
    ASSERT_TRUE(until({&till}, [&] { return till.count<Message>() == 1; }));
    EXPECT_EQ(till.messages(), "v1/shop/man/keys manifest 7");
    EXPECT_TRUE(till.all<Message>()[0].retained);
}

TEST_P(SessionTest, RefusesWhatItCannotPublish) {
    Settings own = terminal();
    own.max_payload_bytes = 10;
    Peer till(own);
    const base::Bytes payload(10);
    const auto refusal = [&](std::string_view topic, base::ByteView bytes) {
        return till->publish(topic, bytes, Qos::at_least_once).error();
    };
    EXPECT_EQ(refusal("v1/shop/up/0/T01", payload), NotPublished::not_connected);
    ASSERT_TRUE(connect({&till}));
    EXPECT_EQ(refusal("v1/shop/up/0/T01", base::Bytes(11)), NotPublished::too_large);
    for (const char* topic : {"", "a/+", "a/#", "\xff"})
        EXPECT_EQ(refusal(topic, payload), NotPublished::no_topic);
    EXPECT_EQ(refusal(std::string_view("a\0b", 3), payload), NotPublished::no_topic);
    EXPECT_EQ(refusal(std::string(65536, 'a'), payload), NotPublished::no_topic);
    EXPECT_TRUE(till->publish("v1/shop/up/0/T01", payload, Qos::at_least_once).ok());
    EXPECT_TRUE(till->is_connected());
}

TEST_P(SessionTest, LeavesAWillOnlyWhenItsProcessDies) {
    const auto with_will = [&](const std::string& name) {
        Settings own = terminal(name);
        own.will = Will{"v1/shop/st/" + name, base::Bytes{'g', 'o', 'n', 'e'}};
        return own;
    };
    // The process that dies is made before this one has any threads.
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t dying = ::fork();
    if (dying == 0) {
        Peer till(with_will("T01"));
        if (connect({&till}) && ::write(ready[1], "x", 1) == 1) work_for({&till}, 60'000);
        ::_exit(1);
    }
    std::optional<Peer> leaving(with_will("T02"));
    Peer centre(this->centre());
    ASSERT_TRUE(connect({&centre, &*leaving}));
    leaving.reset();
    work_for({&centre}, 200);
    EXPECT_EQ(centre.messages(), "");

    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ASSERT_EQ(::kill(dying, SIGKILL), 0);
    ASSERT_EQ(::waitpid(dying, nullptr, 0), dying);
    EXPECT_TRUE(until({&centre}, [&] { return centre.count<Message>() == 1; }));
    EXPECT_EQ(centre.messages(), "v1/shop/st/T01 gone");
    ::close(ready[0]);
    ::close(ready[1]);
}

}  // namespace
}  // namespace counterfoil::link
