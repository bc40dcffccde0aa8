#pragma once

namespace counterfoil::base {

// Says which check failed where, on standard error, and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace counterfoil::base

// A programmer's promise. It stays on in release builds: a till that stops is better than a ledger
// that lies. Operating faults (disk, network, input) are Results, never checks.
#define CF_CHECK(condition)                                                    \
    do {                                                                       \
        if (!(condition)) [[unlikely]]                                         \
            ::counterfoil::base::check_failed(#condition, __FILE__, __LINE__); \
    } while (false)
