#include "tests/support/network_proxy.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "firmware/core/base/check.h"
#include "firmware/core/base/clock.h"

namespace counterfoil::test {
namespace {

using base::Descriptor;

constexpr int kTurnMs = 2;
constexpr std::size_t kMostWaiting = 1UL << 20;
constexpr std::int64_t kSecondMs = 1000;

std::int64_t now_ms() {
    return base::SystemClock().steady_ms();
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

const sockaddr* general(const sockaddr_in& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

// As a network does that was cut: the other side hears of it at once, by a reset.
void reset_hard(const Descriptor& socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void send_at_once(const Descriptor& socket) {
    const int on = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

}  // namespace

NetworkProxy::NetworkProxy(std::uint16_t server_port, std::uint64_t seed)
    : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      random_(seed),
      server_port_(server_port) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    CF_CHECK(listening_.ok() &&
             ::bind(listening_.number(), general(address), sizeof(address)) == 0 &&
             ::listen(listening_.number(), 64) == 0 &&
             ::getsockname(listening_.number(),
                           static_cast<sockaddr*>(static_cast<void*>(&address)), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { work(); });
}

NetworkProxy::~NetworkProxy() {
    ending_ = true;
    thread_.join();
}

void NetworkProxy::cut() {
    cutting_ = true;
    while (cutting_) ::poll(nullptr, 0, 1);
}

void NetworkProxy::work() {
    while (!ending_) {
        std::vector<pollfd> waited{{listening_.number(), POLLIN, 0}};
        for (const Pair& pair : pairs_) {
            waited.push_back({pair.client.number(), POLLIN, 0});
            waited.push_back({pair.server.number(), POLLIN, 0});
        }
        // What stalls is readable all the time.
        const bool is_flowing = mode_ == Mode::open && pairs_.size() < 32;
        ::poll(waited.data(), is_flowing ? waited.size() : 1, kTurnMs);
        if (waited.front().revents != 0) accept_one();
        const bool cuts_all = cutting_;
        for (auto pair = pairs_.begin(); pair != pairs_.end();) {
            if (!cuts_all && serve(*pair)) {
                ++pair;
                continue;
            }
            reset_hard(pair->client);
            reset_hard(pair->server);
            pair = pairs_.erase(pair);
        }
        if (cuts_all) cutting_ = false;
    }
}

void NetworkProxy::accept_one() {
    Descriptor client(
        ::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client.ok()) return;
    Descriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(server_port_);
    if (mode_ == Mode::refusing ||
        ::connect(server.number(), general(address), sizeof(address)) != 0) {
        reset_hard(client);
        return;
    }
    send_at_once(client);
    send_at_once(server);
    ++connections_;
    Pair pair{std::move(client), std::move(server), {}, {}, 0};
    const std::int64_t after = cut_after_;
    if (after > 0)
        pair.left =
            1 + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(2 * after));
    pairs_.push_back(std::move(pair));
}

// False where the pair has come to its end.
bool NetworkProxy::serve(Pair& pair) {
    const Mode mode = mode_;
    if (mode == Mode::stalling) return true;
    return read_into(pair.up, pair.client.number(), pair, mode == Mode::mute) &&
           read_into(pair.down, pair.server.number(), pair, mode == Mode::deaf) &&
           write_from(pair.up, pair.server.number()) && write_from(pair.down, pair.client.number());
}

// A cut goes through the midst of what was read: its first part still goes on.
bool NetworkProxy::read_into(Direction& direction, int from, Pair& pair, bool swallow) {
    if (direction.waiting_bytes >= kMostWaiting) return true;
    char buffer[16'384];
    const ssize_t got = ::recv(from, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    if (swallow) {
        ++swallowed_;
        return true;
    }
    std::string bytes(buffer, static_cast<std::size_t>(got));
    if (pair.left > 0 && (pair.left -= got) <= 0) {
        ++cuts_;
        const int to = from == pair.client.number() ? pair.server.number() : pair.client.number();
        [[maybe_unused]] const ssize_t half =
            ::send(to, bytes.data(), bytes.size() / 2, MSG_NOSIGNAL | MSG_DONTWAIT);
        return false;
    }
    direction.waiting_bytes += bytes.size();
    direction.waiting.push_back({std::move(bytes), now_ms() + delay_ms_});
    return true;
}

bool NetworkProxy::write_from(Direction& direction, int to) const {
    while (!direction.waiting.empty()) {
        Piece& piece = direction.waiting.front();
        const std::int64_t now = now_ms();
        if (piece.due_ms > now || direction.free_ms > now) return true;
        const std::int64_t rate = rate_;
        // A slow line sends little at a time.
        const std::size_t most =
            rate > 0 ? static_cast<std::size_t>(std::max<std::int64_t>(rate / 100, 1))
                     : piece.bytes.size();
        const std::size_t part = std::min(most, piece.bytes.size());
        const ssize_t sent = ::send(to, piece.bytes.data(), part, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        direction.waiting_bytes -= static_cast<std::size_t>(sent);
        piece.bytes.erase(0, static_cast<std::size_t>(sent));
        if (rate > 0) direction.free_ms = now + std::max<std::int64_t>(sent * kSecondMs / rate, 1);
        if (piece.bytes.empty()) direction.waiting.pop_front();
    }
    return true;
}

}  // namespace counterfoil::test
