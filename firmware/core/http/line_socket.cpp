#include "firmware/core/http/line_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "firmware/core/base/file.h"

namespace counterfoil::http {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;

namespace {

struct Address {
    sockaddr_un at{};
    const sockaddr* general() const {
        return static_cast<const sockaddr*>(static_cast<const void*>(&at));
    }
};

Result<Address> address_of(const std::filesystem::path& path) {
    const std::string text = path.string();
    Address address;
    address.at.sun_family = AF_UNIX;
    if (text.size() >= sizeof(address.at.sun_path))
        return Error(Code::invalid_argument, text + ": the path is too long for a socket");
    std::memcpy(address.at.sun_path, text.data(), text.size());
    return address;
}

Descriptor new_socket() {
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

bool is_later(int error_number) {
    return error_number == EAGAIN || error_number == EINTR;
}

}  // namespace

Result<std::unique_ptr<LineSocket>> LineSocket::connect(Loop& loop,
                                                        const std::filesystem::path& path,
                                                        Calls calls) {
    CF_LET(const Address address, address_of(path));
    Descriptor connection = new_socket();
    if (!connection.ok()) return base::system_error(errno, path);
    if (::connect(connection.number(), address.general(), sizeof(address.at)) != 0)
        return Error(Code::not_found, path.string() + ": nobody listens there");
    return create(loop, std::move(connection), std::move(calls));
}

Result<std::unique_ptr<LineSocket>> LineSocket::create(Loop& loop, Descriptor connection,
                                                       Calls calls) {
    std::unique_ptr<LineSocket> socket(
        new LineSocket(loop, std::move(connection), std::move(calls)));
    CF_LET(socket->reading_, loop.watch(socket->connection_.number(), Readiness::read,
                                        [raw = socket.get()] { raw->read(); }));
    return socket;
}

// Told from the loop: who sends may be in the midst of something.
void LineSocket::end() {
    reading_.stop();
    connection_.reset();
    ending_ = loop_.after(0, [this] {
        const auto gone = calls_.gone;
        gone();
    });
}

void LineSocket::read() {
    std::array<char, kMaxLineBytes> buffer{};
    const ssize_t got = ::recv(connection_.number(), buffer.data(), buffer.size(), 0);
    if (got < 0 && is_later(errno)) return;
    if (got <= 0) return end();
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
    take_lines();
}

void LineSocket::take_lines() {
    const auto call = calls_.line;
    // Shared with this object, to see whether a call has destroyed it.
    const std::shared_ptr<bool> alive = alive_;
    for (std::size_t at = unread_.find('\n'); at != std::string::npos; at = unread_.find('\n')) {
        const std::string line = unread_.substr(0, at);
        unread_.erase(0, at + 1);
        if (line.size() > kMaxLineBytes) return end();
        call(line);
        if (alive.use_count() == 1) return;
    }
    if (unread_.size() > kMaxLineBytes) end();
}

void LineSocket::send(std::string_view line) {
    if (!connection_.ok()) return;
    const std::string text = std::string(line) + "\n";
    const ssize_t sent = ::send(connection_.number(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(text.size())) end();
}

// Nobody is let in before the rights are set, because nobody listens yet.
Result<std::unique_ptr<LineListener>> LineListener::listen(Loop& loop, std::filesystem::path path,
                                                           std::function<void(Descriptor)> taken) {
    CF_LET(const Address address, address_of(path));
    Descriptor socket = new_socket();
    ::unlink(path.c_str());
    if (!socket.ok() || ::bind(socket.number(), address.general(), sizeof(address.at)) != 0 ||
        ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(socket.number(), 4) != 0)
        return base::system_error(errno, path);
    std::unique_ptr<LineListener> listener(
        new LineListener(std::move(path), std::move(socket), std::move(taken)));
    CF_LET(listener->watch_, loop.watch(listener->socket_.number(), Readiness::read,
                                        [raw = listener.get()] { raw->take(); }));
    return listener;
}

LineListener::~LineListener() {
    ::unlink(path_.c_str());
}

void LineListener::take() {
    Descriptor connection(
        ::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection.ok()) taken_(std::move(connection));
}

}  // namespace counterfoil::http
