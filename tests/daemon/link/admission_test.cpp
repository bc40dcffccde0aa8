#include "tests/daemon/link/link_support.h"

namespace counterfoil::link {
namespace {

using testing::HasSubstr;

// Whom the broker lets in, before a word of MQTT is said: the protocol does not matter.
class EntryTest : public HarmTest {
  protected:
    // It does not come in, and others do.
    void expect_refused(const Settings& settings) {
        Peer refused(settings);
        Peer other(terminal("T02"));
        EXPECT_TRUE(until({&refused, &other}, [&] {
            return refused.count<Disconnected>() > 0 && other->is_connected();
        }));
        EXPECT_EQ(refused.count<Connected>(), 0U);
        EXPECT_EQ(refused->figures().connections, 0U);
        EXPECT_TRUE(refused->due_ms()) << "it does not give up";
    }
};
INSTANTIATE_TEST_SUITE_P(, EntryTest, testing::Values(Protocol::mqtt5), protocol_name);

TEST_P(EntryTest, NeedsACertificate) {
    const auto call = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words = {"openssl",  "s_client",
                                          "-connect", "127.0.0.1:" + std::to_string(broker.port()),
                                          "-CAfile",  broker.authority().string()};
        words.insert(words.end(), more.begin(), more.end());
        return test::run_program(words).output;
    };
    EXPECT_THAT(call({"-tls1_2"}), HasSubstr("alert handshake failure"));
    // In TLS 1.3 the broker says so only after the client takes itself to be done.
    EXPECT_THAT(call({"-tls1_3", "-ign_eof"}), HasSubstr("alert certificate required"));
    const auto call_as_terminal = [&](std::vector<std::string> words) {
        for (const std::string& word : {std::string("-cert"), broker.certificate("T01").string(),
                                        std::string("-key"), broker.key("T01").string()})
            words.push_back(word);
        return call(words);
    };
    EXPECT_THAT(call_as_terminal({"-tls1_2"}), HasSubstr("Verify return code: 0 (ok)"));
    EXPECT_THAT(call_as_terminal({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}),
                HasSubstr("alert protocol version"));
}

TEST_P(EntryTest, RefusesACertificateOfAnotherAuthority) {
    const test::Broker other;
    Settings own = terminal();
    own.certificate = other.certificate("T01");
    own.key = other.key("T01");
    expect_refused(own);
}

TEST_P(EntryTest, RefusesARevokedCertificate) {
    broker.revoke("T01");
    expect_refused(terminal());
}

TEST_P(EntryTest, SilencesWhoIsRevokedWhileConnected) {
    Peer centre(this->centre());
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &till}));
    ASSERT_TRUE(sends(till, "v1/shop/up/0/T01", "before"));
    ASSERT_TRUE(sends(centre, "v1/shop/dn/T01", "before"));
    ASSERT_TRUE(until({&centre, &till},
                      [&] { return centre.count<Message>() == 1 && till.count<Message>() == 1; }));
    broker.revoke("T01");
    publish(till, "v1/shop/up/0/T01", "after");
    publish(centre, "v1/shop/dn/T01", "after");
    work_for({&centre, &till}, 200);
    EXPECT_EQ(centre.messages(), "v1/shop/up/0/T01 before");
    EXPECT_EQ(till.messages(), "v1/shop/dn/T01 before");
}

// What the broker lets whom do.
class RightsTest : public LinkTest {};
CF_BOTH_PROTOCOLS(RightsTest);

TEST_P(RightsTest, KeepsTerminalsFromWritingWhatIsNotTheirs) {
    Peer centre(this->centre());
    Settings other = terminal("T02");
    other.subscriptions.push_back({"v1/+/man/+", Qos::at_least_once});
    Peer victim(other);
    Peer till(terminal());
    ASSERT_TRUE(connect({&centre, &victim, &till}));
    const char* topics[] = {
        "v1/shop/up/0/T02", "v1/shop/st/T02",        "v1/shop/dn/T02", "v1/shop/dn/T01",
        "v1/shop/man/keys", "v1/shop/up/0/T01/more", "v1/shop/up/T01", "other"};
    for (const char* topic : topics) ASSERT_TRUE(sends(till, topic, "forged")) << topic;
    ASSERT_TRUE(sends(till, "v1/shop/up/0/T01", "own"));
    ASSERT_TRUE(until({&centre}, [&] { return centre.count<Message>() >= 1; }));
    work_for({&centre, &victim, &till}, 200);
    EXPECT_EQ(centre.messages(), "v1/shop/up/0/T01 own");
    EXPECT_EQ(victim.messages(), "");
    EXPECT_EQ(till.messages(), "");
    // Only MQTT 5 has words for it.
    const bool is_told = GetParam() == Protocol::mqtt5;
    EXPECT_EQ(till.count<Rejected>(), is_told ? std::size(topics) : 0U);
    for (const Rejected& rejected : till.all<Rejected>()) EXPECT_EQ(rejected.reason, 0x87);
    EXPECT_EQ(till.count<Delivered>(), is_told ? 1U : 1U + std::size(topics));
    EXPECT_EQ(till->figures().in_flight, 0U);
}

TEST_P(RightsTest, KeepsTerminalsFromReadingWhatIsNotTheirs) {
    Peer centre(this->centre());
    Settings curious = terminal();
    for (const char* filter : {"#", "v1/+/dn/+", "v1/shop/dn/T02", "v1/+/up/+/+", "v1/+/st/+",
                               "$share/a/v1/+/dn/+", "$SYS/#"})
        curious.subscriptions.push_back({filter, Qos::at_least_once});
    Peer till(curious);
    Peer victim(terminal("T02"));
    ASSERT_TRUE(connect({&centre, &till, &victim}));
    ASSERT_TRUE(sends(centre, "v1/shop/dn/T02", "secret"));
    ASSERT_TRUE(sends(victim, "v1/shop/up/0/T02", "secret"));
    ASSERT_TRUE(sends(victim, "v1/shop/st/T02", "secret"));
    ASSERT_TRUE(until({&centre, &victim}, [&] {
        return centre.count<Message>() == 2 && victim.count<Message>() == 1;
    }));
    work_for({&till}, 200);
    EXPECT_EQ(till.messages(), "");
    // While what is its own arrives, if as often as it subscribed to it.
    ASSERT_TRUE(sends(centre, "v1/shop/dn/T01", "own"));
    ASSERT_TRUE(until({&till}, [&] { return till.count<Message>() >= 1; }));
    for (const Message& message : till.all<Message>()) EXPECT_EQ(message.topic, "v1/shop/dn/T01");
}

TEST_P(RightsTest, KeepsTerminalsFromTakingAnothersPlace) {
    Settings thief = terminal();
    thief.client_id = "T02";
    Peer victim(terminal("T02"));
    Peer till(thief);
    ASSERT_TRUE(connect({&victim, &till}));
    work_for({&victim, &till}, 200);
    EXPECT_EQ(till.count<Disconnected>() + victim.count<Disconnected>(), 0U);
}

TEST_P(RightsTest, LeavesOneOfTwoWithOneCertificate) {
    Settings own = terminal();
    own.backoff = {60'000, 60'000};
    Peer one(own);
    Peer two(own);
    EXPECT_TRUE(until({&one, &two}, [&] {
        return one.count<Disconnected>() + two.count<Disconnected>() == 1 &&
               one->is_connected() != two->is_connected();
    }));
}

}  // namespace
}  // namespace counterfoil::link
