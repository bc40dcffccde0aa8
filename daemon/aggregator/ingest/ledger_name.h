#pragma once

#include <cstdint>
#include <string>

namespace counterfoil::ingest {

// Which ledger of which terminal.
struct LedgerName {
    std::string terminal;
    std::int64_t epoch = 1;

    auto operator<=>(const LedgerName&) const = default;
};

}  // namespace counterfoil::ingest
