#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <fstream>

#include "daemon/sync/network.h"
#include "daemon/sync/receipt_keeper.h"
#include "daemon/sync/service_manager.h"
#include "daemon/sync/uplink.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"
#include "tests/support/test_till.h"

namespace counterfoil::sync {
namespace {

class UplinkTest : public testing::Test {
  protected:
    // After so long.
    UplinkState after(std::int64_t ms) {
        now_ms_ += ms;
        uplink_.look(seen_, now_ms_);
        return uplink_.state();
    }
    void come_online() {
        uplink_.connected(now_ms_);
        uplink_.heard(now_ms_);
        seen_.is_welcome = true;
        ASSERT_EQ(after(0), UplinkState::online);
    }

    Uplink uplink_;
    Uplink::Seen seen_;
    std::int64_t now_ms_ = 1000;
};

// Then the link is left; a centre that is silent is no reason for that.
TEST_F(UplinkTest, MissesABrokerThatAnswersNothingButNotTheCentresOwn) {
    come_online();
    after(2500);
    ASSERT_TRUE(uplink_.take_probe());
    after(1400);
    EXPECT_FALSE(uplink_.misses_broker());
    EXPECT_EQ(after(100), UplinkState::no_broker);
    EXPECT_TRUE(uplink_.misses_broker());
    uplink_.heard(now_ms_);
    after(0);
    EXPECT_FALSE(uplink_.misses_broker());
    after(2500);
    ASSERT_TRUE(uplink_.take_probe());
    uplink_.broker_answered();
    EXPECT_EQ(after(1500), UplinkState::no_centre);
    EXPECT_FALSE(uplink_.misses_broker());
}

TEST_F(UplinkTest, TellsTheThreeCausesApart) {
    EXPECT_EQ(after(0), UplinkState::no_broker);
    come_online();
    seen_.has_network = false;
    EXPECT_EQ(after(0), UplinkState::no_link);
    seen_.has_network = true;
    EXPECT_EQ(after(0), UplinkState::online);
    uplink_.disconnected("the connection broke");
    EXPECT_EQ(after(0), UplinkState::no_broker);
    EXPECT_EQ(uplink_.reason(), "the connection broke");
}

TEST_F(UplinkTest, ACentreWhosePulseIsMissedIsSilentOnceTheBrokerHasAnswered) {
    come_online();
    uplink_.heard_pulse(now_ms_);
    EXPECT_EQ(after(2499), UplinkState::online);
    EXPECT_FALSE(uplink_.take_probe());
    EXPECT_EQ(after(1), UplinkState::online);
    EXPECT_TRUE(uplink_.take_probe());
    EXPECT_FALSE(uplink_.take_probe());
    uplink_.broker_answered();
    EXPECT_EQ(after(1499), UplinkState::online);
    EXPECT_EQ(after(1), UplinkState::no_centre);
    uplink_.heard_pulse(now_ms_);
    EXPECT_EQ(after(0), UplinkState::online);
}

TEST_F(UplinkTest, ABrokerThatDoesNotAnswerIsToldBeforeItsLinkIsKnownToBeDead) {
    come_online();
    uplink_.heard_pulse(now_ms_);
    after(3500);
    EXPECT_TRUE(uplink_.take_probe());
    EXPECT_EQ(after(999), UplinkState::online);
    EXPECT_EQ(after(1), UplinkState::no_broker);
    EXPECT_EQ(uplink_.reason(), "the broker does not answer");
    // It was only slow; the centre is not there, though.
    uplink_.broker_answered();
    EXPECT_EQ(after(0), UplinkState::no_centre);
    uplink_.heard_pulse(now_ms_);
    EXPECT_EQ(after(0), UplinkState::online);
}

TEST_F(UplinkTest, APulseAloneIsNotEnoughForEver) {
    come_online();
    seen_.is_owed_answer = true;
    for (int i = 0; i < 11; ++i) {
        uplink_.heard_pulse(now_ms_);
        EXPECT_EQ(after(1400), UplinkState::online);
    }
    uplink_.heard_pulse(now_ms_);
    after(1400);
    ASSERT_TRUE(uplink_.take_probe());
    uplink_.broker_answered();
    uplink_.heard_pulse(now_ms_);
    EXPECT_EQ(after(0), UplinkState::no_centre);
}

TEST_F(UplinkTest, SaysWhyItIsRefusedUntilItIsNot) {
    come_online();
    seen_.refused = "fork: see to it";
    EXPECT_EQ(after(0), UplinkState::refused);
    EXPECT_EQ(uplink_.reason(), "fork: see to it");
    EXPECT_FALSE(uplink_.look(seen_, now_ms_));
    seen_.refused.clear();
    EXPECT_EQ(after(0), UplinkState::online);
}

class NetworkTest : public testing::Test {
  protected:
    void interface(const std::string& name, const std::string& state,
                   const std::string& carrier = "1") {
        std::filesystem::create_directories(folder_ / name);
        std::ofstream(folder_ / (name + "/operstate")) << state << "\n";
        std::ofstream(folder_ / (name + "/carrier")) << carrier << "\n";
    }
    test::TemporaryFolder folder_;
    Network network_{folder_.path()};
};

TEST_F(NetworkTest, IsUpWithAnInterfaceThatIs) {
    EXPECT_FALSE(network_.is_up());
    interface("lo", "up");
    EXPECT_FALSE(network_.is_up());
    interface("eth0", "down", "0");
    EXPECT_FALSE(network_.is_up());
    interface("eth0", "up");
    EXPECT_TRUE(network_.is_up());
    interface("eth0", "unknown", "0");
    EXPECT_FALSE(network_.is_up());
    interface("eth0", "unknown", "1");
    EXPECT_TRUE(network_.is_up());
}

TEST_F(NetworkTest, WhatCannotBeToldIsNotWrong) {
    EXPECT_TRUE(Network(folder_ / "none").is_up());
    EXPECT_TRUE(is_loopback("localhost") && is_loopback("127.0.0.1"));
    EXPECT_FALSE(is_loopback("broker.example"));
}

class ReceiptKeeperTest : public testing::Test {
  protected:
    ledger::Receipt receipt(std::int64_t seq) { return {"T01", 1, seq, {}, {1}, 100, {}}; }
    std::string text(std::int64_t seq) { return ledger::write_receipt(receipt(seq), key_).value(); }

    test::TemporaryFolder folder_;
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ = crypto::SigningKey::generate(entropy_);
    crypto::SigningKey other_ = crypto::SigningKey::generate(entropy_);
    crypto::Verifier centre_ = crypto::Verifier::create(key_.public_key()).value();
};

TEST_F(ReceiptKeeperTest, WritesTheLastOfASecondAndReadsItAgain) {
    ReceiptKeeper keeper = ReceiptKeeper::open(folder_ / "receipt", centre_).value();
    EXPECT_FALSE(keeper.last());
    keeper.take(receipt(1), text(1));
    ASSERT_TRUE(keeper.write_if_due(5000).ok());
    keeper.take(receipt(2), text(2));
    ASSERT_TRUE(keeper.write_if_due(5500).ok());
    EXPECT_EQ(ReceiptKeeper::open(folder_ / "receipt", centre_).value().last()->seq, 1);
    ASSERT_TRUE(keeper.write_if_due(6000).ok());
    EXPECT_EQ(ReceiptKeeper::open(folder_ / "receipt", centre_).value().last()->seq, 2);
}

TEST_F(ReceiptKeeperTest, BelievesNoOtherKeysFile) {
    const std::string forged = ledger::write_receipt(receipt(9), other_).value();
    ASSERT_TRUE(base::replace_file(folder_ / "receipt", forged, base::Readers::everyone).ok());
    EXPECT_FALSE(ReceiptKeeper::open(folder_ / "receipt", centre_).ok());
}

TEST(ServiceManager, TellsItsSocketAndShowsLifeAtHalfOfItsPatience) {
    const test::TemporaryFolder folder;
    const std::string path = folder / "notify";
    const base::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(socket.number(), static_cast<sockaddr*>(static_cast<void*>(&address)),
                     sizeof(address)),
              0);
    const auto next = [&] {
        char buffer[100];
        const ssize_t got = ::recv(socket.number(), buffer, sizeof(buffer), MSG_DONTWAIT);
        return got < 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(got));
    };
    ServiceManager manager(path, 1000);
    manager.tell("READY=1");
    EXPECT_EQ(next(), "READY=1");
    manager.show_life(10'000);
    EXPECT_EQ(next(), "WATCHDOG=1");
    manager.show_life(10'499);
    EXPECT_EQ(next(), "");
    manager.show_life(10'500);
    EXPECT_EQ(next(), "WATCHDOG=1");
    ServiceManager nobody("", 0);
    nobody.tell("READY=1");
    nobody.show_life(20'000);
    EXPECT_EQ(next(), "");
}

}  // namespace
}  // namespace counterfoil::sync
