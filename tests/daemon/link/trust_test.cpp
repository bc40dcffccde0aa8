#include "tests/daemon/link/link_support.h"

namespace counterfoil::link {
namespace {

using testing::HasSubstr;

// Which brokers a session believes.
class TrustTest : public HarmTest {
  protected:
    // The broker comes back with another certificate, of its own authority.
    void certify_broker(const std::string& extensions_use, const std::string& name) {
        broker.kill();
        const test::Ran ran = test::run_program({"openssl",
                                                 "req",
                                                 "-x509",
                                                 "-newkey",
                                                 "ec",
                                                 "-pkeyopt",
                                                 "ec_paramgen_curve:P-256",
                                                 "-noenc",
                                                 "-CA",
                                                 broker.authority().string(),
                                                 "-CAkey",
                                                 broker.path("ca.key").string(),
                                                 "-subj",
                                                 "/CN=localhost",
                                                 "-keyout",
                                                 broker.path("broker.key").string(),
                                                 "-out",
                                                 broker.path("broker.pem").string(),
                                                 "-addext",
                                                 "basicConstraints=critical,CA:FALSE",
                                                 "-addext",
                                                 "extendedKeyUsage=" + extensions_use,
                                                 "-addext",
                                                 "subjectAltName=DNS:" + name});
        ASSERT_EQ(ran.status, 0) << ran.output;
        broker.start();
    }
    void expect_disbelieved(const Settings& settings, const std::string& reason) {
        Peer peer(settings);
        EXPECT_TRUE(until({&peer}, [&] { return peer.count<Disconnected>() >= 1; }));
        EXPECT_EQ(peer.count<Connected>(), 0U);
        for (const Disconnected& gone : peer.all<Disconnected>())
            EXPECT_THAT(gone.reason, HasSubstr(reason));
    }
};
INSTANTIATE_TEST_SUITE_P(, TrustTest, testing::Values(Protocol::mqtt5), protocol_name);

TEST_P(TrustTest, BelievesABrokerOfItsAuthorityAlone) {
    const test::Broker other;
    Settings own = terminal();
    own.authority = other.authority();
    expect_disbelieved(own, "certificate verify failed");
}

TEST_P(TrustTest, BelievesABrokerByItsNameAlone) {
    certify_broker("serverAuth", "elsewhere.example");
    expect_disbelieved(terminal(), "");
    certify_broker("serverAuth", "localhost");
    Peer peer(terminal());
    EXPECT_TRUE(connect({&peer}));
}

TEST_P(TrustTest, DoesNotBelieveATerminalThatPlaysTheBroker) {
    certify_broker("clientAuth", "localhost");
    expect_disbelieved(terminal(), "certificate verify failed");
}

TEST_P(TrustTest, BelievesABrokerByItsAddress) {
    Settings own = terminal();
    own.broker = "127.0.0.1";
    Peer peer(own);
    EXPECT_TRUE(connect({&peer}));
}

TEST_P(TrustTest, SpeaksNothingOlderThanTls12) {
    broker.kill();
    const auto reason_with = [&](const std::string& version) {
        const test::TemporaryFolder folder;
        const test::Program server(
            {"openssl", "s_server", "-accept", "127.0.0.1:" + std::to_string(broker.port()), "-rev",
             "-cert", broker.path("broker.pem").string(), "-key",
             broker.path("broker.key").string(), version, "-cipher", "ALL:@SECLEVEL=0"},
            folder / "output");
        EXPECT_TRUE(until({}, [&] { return server.output().find("ACCEPT") != std::string::npos; }));
        Settings own = terminal();
        own.connect_timeout_ms = 300;
        Peer peer(own);
        EXPECT_TRUE(until({&peer}, [&] { return peer.count<Disconnected>() == 1; }));
        return peer.all<Disconnected>()[0].reason;
    };
    EXPECT_THAT(reason_with("-tls1_1"), HasSubstr("alert handshake failure"));
    EXPECT_THAT(reason_with("-tls1_2"), testing::Not(HasSubstr("alert handshake failure")));
}

}  // namespace
}  // namespace counterfoil::link
