#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::test {

// A FORMAT.md, whose worked bytes a test checks.
struct FormatDocument {
    std::string text;
    // What stands in each fenced block, without line feeds, by the block's name.
    std::map<std::string, std::string> examples;

    // By its path from the project's root.
    static FormatDocument read(const std::filesystem::path& path);
    bool names(std::string_view word) const;  // in back-quotes
};

// A key from its secret number and its point in hex.
crypto::SigningKey published_key(const std::string& secret, const std::string& point,
                                 base::Entropy& entropy);

}  // namespace counterfoil::test
