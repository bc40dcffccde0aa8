#include "firmware/devices/channel.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/firmware/devices/device_support.h"
#include "tests/firmware/devices/printer_support.h"

namespace counterfoil::devices {
namespace {

using base::Code;
using test::hasty;

TEST(Channel, TakesOnlyAddressesOfNumbers) {
    EXPECT_EQ(Channel(network_opener("localhost", 9100)).open().error().code(),
              Code::invalid_argument);
    EXPECT_EQ(Channel(network_opener("", 9100)).open().error().code(), Code::invalid_argument);
    Channel six(network_opener("::1", 1));
    // Refused, but known.
    const base::Status opened = six.open();
    EXPECT_TRUE(opened.ok() || opened.error().code() != Code::invalid_argument);
}

TEST(Channel, OpensNoDeviceAsAFileAndNoFileAsADevice) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(Channel(file_opener("/dev/null")).open().error().code(), Code::invalid_argument);
    EXPECT_EQ(Channel(device_opener(folder / "none")).open().error().code(), Code::not_found);
    Channel file(file_opener(folder / "file"));
    EXPECT_TRUE(file.open().ok());
    EXPECT_EQ(file.descriptor(), -1);
    EXPECT_EQ(Channel(device_opener(folder / "file")).open().error().code(),
              Code::invalid_argument);
}

TEST(Channel, WritesToADeviceThatIsNoTerminal) {
    Channel channel(device_opener("/dev/null"));
    ASSERT_TRUE(channel.open().ok());
    const base::Bytes bytes(100);
    EXPECT_EQ(channel.write(bytes).value(), 100u);
    base::Bytes room(10);
    EXPECT_EQ(channel.read(room).value(), 0u);
    EXPECT_EQ(channel.unsent(), 0u);
}

// Listens, and takes so few connections that the next one waits for ever.
class FullListener {
  public:
    FullListener() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        CF_CHECK(::bind(listener_.number(), any, size) == 0);
        CF_CHECK(::listen(listener_.number(), 0) == 0);
        CF_CHECK(::getsockname(listener_.number(), any, &size) == 0);
        port = ntohs(address.sin_port);
        for (base::Descriptor& guest : guests_) {
            guest = base::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
            ::connect(guest.number(), any, size);
        }
    }

    std::uint16_t port = 0;

  private:
    base::Descriptor listener_;
    std::array<base::Descriptor, 3> guests_;
};

TEST(Channel, AConnectionThatIsNotTakenIsGivenUp) {
    const FullListener listener;
    test::Desk desk(hasty(), Channel(network_opener("127.0.0.1", listener.port)));
    const std::int64_t begin_ms = desk.clock.steady_ms();
    ASSERT_TRUE(desk.until_told(test::Kind::offline));
    EXPECT_GE(desk.clock.steady_ms(), begin_ms + 300);
    EXPECT_NE(desk.printer.trouble().find("does not take"), std::string::npos);
}

TEST(Channel, WritingToAPrinterThatHasHungUpIsAnError) {
    test::FakePrinter fake;
    Channel channel(network_opener("127.0.0.1", fake.port()));
    ASSERT_TRUE(channel.open().ok());
    for (int i = 0; i < 100 && channel.state() == Channel::State::opening; ++i)
        ASSERT_TRUE(channel.settle().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    fake.behave({.is_off = true});
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    int failed = 0;
    for (int i = 0; i < 5; ++i) {
        failed += channel.write(base::Bytes(10)).ok() ? 0 : 1;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_GE(failed, 3);
}

TEST(Channel, WhatIsGivenUpIsNotPrintedLater) {
    test::FakePrinter fake;
    fake.behave({.reads = false});
    Channel channel(network_opener("127.0.0.1", fake.port()));
    ASSERT_TRUE(channel.open().ok());
    const base::SystemClock clock;
    const std::int64_t end_ms = clock.steady_ms() + 5000;
    while (channel.state() == Channel::State::opening && clock.steady_ms() < end_ms)
        ASSERT_TRUE(channel.settle().ok());
    const base::Bytes bytes = test::job_bytes(1, 40000);
    std::size_t sent = 0;
    while (const std::size_t taken = channel.write(base::ByteView(bytes).subspan(sent)).value())
        sent += taken;
    EXPECT_LT(sent, bytes.size());
    EXPECT_GT(channel.unsent(), 0u);
    channel.drop();
    EXPECT_EQ(channel.state(), Channel::State::away);
    fake.behave({});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_LT(fake.uncut().size(), sent / 2);
}

}  // namespace
}  // namespace counterfoil::devices
