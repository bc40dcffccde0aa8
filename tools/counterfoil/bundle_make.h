#pragma once

#include <cstdint>
#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct MakeBundleOptions {
    std::string file;
    std::string keys;
    bool demo = false;
    std::int64_t members = 1000;
    std::int64_t coupons = 500;
    std::uint64_t seed = 1;
    std::string lease_to;           // the demo's terminal; empty: none
    std::string policy = "strict";  // of coupons, see shop_settings.h
    std::int64_t version = 0;       // 0: the time in seconds
};

// Makes a signed bundle with new random PINs, and shows each PIN once.
ExitCode make_bundle(const MakeBundleOptions& options);

}  // namespace counterfoil::tool
