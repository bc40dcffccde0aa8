#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace counterfoil::tool {

// A sentence that names the first word that is none where a command had to stand, if there is one;
// after a parse that failed.
std::optional<std::string> unknown_command(const CLI::App& app);

// The text as a shell takes it for one word.
std::string shell_word(const std::string& text);

}  // namespace counterfoil::tool
