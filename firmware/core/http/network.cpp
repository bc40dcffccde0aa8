#include "firmware/core/http/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace counterfoil::http {
namespace {

constexpr std::size_t kNetworkBytes = 8;
constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::string network_of(std::string_view address) {
    // "fe80::1%eth0" names the way to it, too.
    const std::string text(address.substr(0, address.find('%')));
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::string(address);
    std::array<char, INET6_ADDRSTRLEN> written{};
    const bool is_mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
    const int family = is_mapped ? AF_INET : AF_INET6;
    const unsigned char* from = is_mapped ? bytes.data() + kMapped.size() : bytes.data();
    if (!is_mapped) std::fill(bytes.begin() + kNetworkBytes, bytes.end(), 0);
    ::inet_ntop(family, from, written.data(), written.size());
    return std::string(written.data()) + (is_mapped ? "" : "/64");
}

}  // namespace counterfoil::http
