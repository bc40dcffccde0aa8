#include "daemon/link/nagle.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <string>

namespace counterfoil::link {

namespace {

// The port that a socket is connected to; 0 for what is none.
std::uint16_t peer_port(int descriptor) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    void* const place = &peer;
    if (::getpeername(descriptor, static_cast<sockaddr*>(place), &size) != 0) return 0;
    if (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) return 0;
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    return ntohs(static_cast<const sockaddr_in*>(place)->sin_port);
}

}  // namespace

void send_at_once(std::uint16_t port) {
    std::error_code fault;
    std::filesystem::directory_iterator at("/proc/self/fd", fault);
    for (; !fault && at != std::filesystem::directory_iterator(); at.increment(fault)) {
        const std::string name = at->path().filename().string();
        int descriptor = -1;
        std::from_chars(name.data(), name.data() + name.size(), descriptor);
        if (peer_port(descriptor) != port) continue;
        const int on = 1;
        // Where it cannot be, it is slow.
        static_cast<void>(::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
    }
}

}  // namespace counterfoil::link
