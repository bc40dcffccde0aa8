#include "firmware/devices/channel.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "firmware/core/base/file.h"

namespace counterfoil::devices {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr mode_t kFileMode = 0600;
// A printer that was switched off without a word is noticed after 10 + 3 * 5 s of silence.
constexpr int kKeepAliveIdle_s = 10;
constexpr int kKeepAliveEach_s = 5;
constexpr int kKeepAliveTries = 3;
// Little waits in the kernel, so that what was taken is nearly what the printer has.
constexpr int kSendBufferBytes = 1 << 14;

Error fault(int error_number, const char* doing) {
    return base::system_error(error_number, "the device").within(doing);
}

bool would_wait(int error_number) {
    return error_number == EAGAIN || error_number == EINTR;
}

void set(const Descriptor& socket, int level, int option, int value) {
    // An option that a kernel lacks only makes a dead line known later.
    static_cast<void>(::setsockopt(socket.number(), level, option, &value, sizeof value));
}

Result<Channel::Opened> connect_to(const addrinfo& to, const std::string& name) {
    Descriptor socket(
        ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!socket.ok()) return base::system_error(errno, name);
    set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    set(socket, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdle_s);
    set(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveEach_s);
    set(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveTries);
    const bool is_connected = ::connect(socket.number(), to.ai_addr, to.ai_addrlen) == 0;
    if (!is_connected && errno != EINPROGRESS) return base::system_error(errno, name);
    return Channel::Opened{std::move(socket), !is_connected, true, false, false};
}

}  // namespace

Status Channel::open() {
    CF_CHECK(state_ == State::away);
    CF_LET(opened_, opener_());
    state_ = opened_.is_opening ? State::opening : State::open;
    return {};
}

Status Channel::settle() {
    CF_CHECK(state_ == State::opening);
    pollfd waited{opened_.file.number(), POLLOUT, 0};
    if (::poll(&waited, 1, 0) != 1) return {};
    int error_number = 0;
    socklen_t size = sizeof error_number;
    ::getsockopt(opened_.file.number(), SOL_SOCKET, SO_ERROR, &error_number, &size);
    if (error_number != 0) return fault(error_number, "connecting");
    state_ = State::open;
    return {};
}

Result<std::size_t> Channel::write(base::ByteView bytes) {
    CF_CHECK(state_ == State::open);
    if (bytes.empty()) return std::size_t{0};
    const int file = opened_.file.number();
    const ssize_t written = opened_.is_socket
                                ? ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                : ::write(file, bytes.data(), bytes.size());
    if (written >= 0) return static_cast<std::size_t>(written);
    if (would_wait(errno)) return std::size_t{0};
    return fault(errno, "writing");
}

Result<std::size_t> Channel::read(std::span<std::uint8_t> room) {
    CF_CHECK(state_ == State::open && !room.empty());
    if (!can_wait()) return std::size_t{0};
    const ssize_t got = ::read(opened_.file.number(), room.data(), room.size());
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0) {
        // The driver of USB printers says EINVAL where the printer has no way back.
        if (would_wait(errno) || errno == EINVAL) return std::size_t{0};
        return fault(errno, "reading");
    }
    // Of a USB printer, nothing read is a printer that has nothing to say.
    if (opened_.is_device && !opened_.is_terminal) return std::size_t{0};
    return Error(Code::io_failed, "the device has ended the connection");
}

std::size_t Channel::unsent() const {
    int bytes = 0;
    if (!can_wait() || ::ioctl(opened_.file.number(), TIOCOUTQ, &bytes) != 0) return 0;
    return static_cast<std::size_t>(std::max(bytes, 0));
}

void Channel::drop() {
    if (opened_.is_socket) {
        const linger at_once{1, 0};
        ::setsockopt(opened_.file.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (opened_.is_terminal) {
        ::tcflush(opened_.file.number(), TCOFLUSH);
    }
    opened_ = {};
    state_ = State::away;
}

Channel::Opener network_opener(std::string address, std::uint16_t port) {
    return [address = std::move(address), port]() -> Result<Channel::Opened> {
        const std::string service = std::to_string(port);
        addrinfo wanted{};
        wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
        wanted.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (::getaddrinfo(address.c_str(), service.c_str(), &wanted, &found) != 0)
            return Error(Code::invalid_argument, "\"" + address + "\" is no address of numbers");
        const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
        return connect_to(*found, address + ", port " + service);
    };
}

Channel::Opener device_opener(std::filesystem::path path, Stream::Setup setup) {
    return [path = std::move(path), setup = std::move(setup)]() -> Result<Channel::Opened> {
        Descriptor file = Descriptor::open(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
        // A printer that only listens can still be written to.
        if (!file.ok() && errno == EACCES)
            file = Descriptor::open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
        struct stat about {};
        if (!file.ok() || ::fstat(file.number(), &about) != 0)
            return base::system_error(errno, path);
        if (!S_ISCHR(about.st_mode))
            return Error(Code::invalid_argument, path.string() + " is no device");
        if (setup) CF_TRY(setup(file.number(), path));
        const bool is_terminal = ::isatty(file.number()) == 1;
        return Channel::Opened{std::move(file), false, false, true, is_terminal};
    };
}

Channel::Opener file_opener(std::filesystem::path path) {
    return [path = std::move(path)]() -> Result<Channel::Opened> {
        Descriptor file =
            Descriptor::open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, kFileMode);
        struct stat about {};
        if (!file.ok() || ::fstat(file.number(), &about) != 0)
            return base::system_error(errno, path);
        if (!S_ISREG(about.st_mode))
            return Error(Code::invalid_argument, path.string() + " is no regular file");
        return Channel::Opened{std::move(file), false, false, false, false};
    };
}

}  // namespace counterfoil::devices
