#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct MakeCouponOptions {
    std::string keys;
    std::string serial;  // empty: a random one
    std::uint32_t book = 0;
    std::string kind = "fixed";
    std::uint32_t value = 0;
    std::int64_t days = 30;
    std::vector<std::uint16_t> stores;
    std::uint16_t home = 0;
    std::uint8_t uses = 1;
    std::string member;   // empty: whoever brings it
    std::string picture;  // a .svg or .pgm file; empty: none
};
ExitCode make_coupon(const MakeCouponOptions& options);

struct MakeMemberOptions {
    std::string keys;
    std::string member;
    std::uint8_t tier = 0;
    std::int64_t days = 30;
    std::string device;  // the phone's key; made if it is not there
    std::uint32_t counter = 1;
    std::string picture;
};
ExitCode make_member(const MakeMemberOptions& options);

}  // namespace counterfoil::tool
