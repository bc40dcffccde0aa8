#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/devices/stream.h"

namespace counterfoil::devices {

// Bytes to a device, and its answers, over a network, a device file or a regular file. It opens
// once, when told to, and nothing in it ever waits.
class Channel {
  public:
    enum class State { away, opening, open };

    struct Opened {
        base::Descriptor file;
        bool is_opening = false;  // a connection that is still being made
        bool is_socket = false;
        bool is_device = false;
        bool is_terminal = false;  // a device that is a serial line
    };
    using Opener = std::function<base::Result<Opened>()>;

    explicit Channel(Opener opener) : opener_(std::move(opener)) {}
    // Drops: closing a serial line that still has bytes to send would wait for them.
    ~Channel() { drop(); }
    Channel(Channel&&) = default;
    Channel& operator=(Channel&&) = delete;

    // While away: opens, or begins to.
    base::Status open();
    // While opening: whether it has come to an end, and how.
    base::Status settle();
    State state() const { return state_; }

    // While open. How many bytes were taken; 0 while there is no room, or nothing came. An error:
    // the device is gone.
    base::Result<std::size_t> write(base::ByteView bytes);
    base::Result<std::size_t> read(std::span<std::uint8_t> room);

    // Bytes that were taken and of which the kernel cannot tell yet that they have arrived: of a
    // network, at the other end; of a serial line, on the wire.
    std::size_t unsent() const;

    // Away at once. What has not left this machine is thrown away, so that it is not printed later,
    // behind the back of whoever has given it up.
    void drop();

    // Where to wait; -1 where waiting is of no use.
    int descriptor() const { return can_wait() ? opened_.file.number() : -1; }

  private:
    bool can_wait() const { return opened_.is_socket || opened_.is_device; }

    Opener opener_;
    Opened opened_;
    State state_ = State::away;
};

// A printer in the network; raw printing is port 9100. The address is one of numbers, IPv4 or IPv6:
// looking up a name can take as long as it likes.
Channel::Opener network_opener(std::string address, std::uint16_t port);

// A device file such as "/dev/usb/lp0", or with raw_line() a serial line.
Channel::Opener device_opener(std::filesystem::path path, Stream::Setup setup = {});

// A regular file, made where there is none; what is written is appended.
Channel::Opener file_opener(std::filesystem::path path);

}  // namespace counterfoil::devices
