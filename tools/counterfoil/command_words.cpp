#include "tools/counterfoil/command_words.h"

#include <algorithm>
#include <cctype>

namespace counterfoil::tool {
namespace {

bool is_plain(unsigned char byte) {
    return std::isalnum(byte) != 0 || byte >= 0x80 ||
           std::string_view("-_./:@%+,=").find(static_cast<char>(byte)) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> unknown_command(const CLI::App& app) {
    const CLI::App* deepest = &app;
    std::string path = app.get_name();
    while (!deepest->get_subcommands().empty()) {
        deepest = deepest->get_subcommands().back();
        path.append(" ").append(deepest->get_name());
    }
    const auto words = app.remaining(true);
    if (deepest->get_require_subcommand_min() == 0 || words.empty()) return std::nullopt;
    return words.front() + " is no command of " + path + "; " + path + " --help lists them";
}

std::string shell_word(const std::string& text) {
    if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
    std::string quoted = "'";
    for (const char byte : text) quoted += byte == '\'' ? "'\\''" : std::string(1, byte);
    return quoted + "'";
}

}  // namespace counterfoil::tool
