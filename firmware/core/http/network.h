#pragma once

#include <string>
#include <string_view>

namespace counterfoil::http {

// Whose requests and connections are counted together: an IPv4 address, or the first 64 bits of an
// IPv6 one ("2001:db8:1:2::/64"), since whoever has one of these has them all. An IPv4 address that
// is written as an IPv6 one is what it is. What is no address stays as it came.
std::string network_of(std::string_view address);

}  // namespace counterfoil::http
