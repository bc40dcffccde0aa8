#pragma once

#include <cstdint>
#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

inline constexpr std::int64_t kMaxMadeEvents = 10'000'000;

struct MakeOptions {
    std::string folder;
    std::string terminal;
    std::int64_t events = 0;
    std::uint64_t seed = 1;
};

ExitCode make_ledger(const MakeOptions& options);

}  // namespace counterfoil::tool
