#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct VerifyTokenOptions {
    std::vector<std::string> texts;
    std::string keys;
    std::uint16_t store = 0;
    std::string member;  // the member at the counter; empty: none
    std::string at;      // empty: now
    std::string cose;    // instead of texts: a COSE_Sign1 in hex ...
    std::string key;     // ... and the key that should have signed it
};
// Judges the codes in their order, as one till would.
ExitCode verify_tokens(const VerifyTokenOptions& options);

struct ShowTokenOptions {
    std::string text;
    std::string format;
};
// Says what a code claims, and checks nothing but its form.
ExitCode show_token(const ShowTokenOptions& options);

}  // namespace counterfoil::tool
