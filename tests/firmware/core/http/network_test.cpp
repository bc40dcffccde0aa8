#include "firmware/core/http/network.h"

#include <gtest/gtest.h>

namespace counterfoil::http {
namespace {

TEST(Network, AnAddressOfTheOldKindIsOneByItself) {
    EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("::ffff:c000:0207"), "192.0.2.7");
}

TEST(Network, AddressesOfOneNetworkAreOne) {
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("2001:DB8:1:2::ffff"), "2001:db8:1:2::/64");
    EXPECT_NE(network_of("2001:db8:1:3::1"), network_of("2001:db8:1:2::1"));
    EXPECT_EQ(network_of("fe80::1%eth0"), "fe80::/64");
    EXPECT_EQ(network_of("::1"), "::/64");
}

TEST(Network, WhatIsNoAddressStays) {
    for (const std::string text : {"", "x", "1.2.3", "::1::", "1.2.3.4%eth0"})
        EXPECT_EQ(network_of(text), text);
}

}  // namespace
}  // namespace counterfoil::http
