#pragma once

#include <filesystem>
#include <optional>

namespace counterfoil::till {

// The folder of the kiosk's pages: the one that the board names, else the one that came with the
// program, which lies beside the program's own folder, or in share/counterfoil there. Nothing where
// there is none: then the till has routes, and no pages.
std::optional<std::filesystem::path> find_pages(const std::optional<std::filesystem::path>& named,
                                                const std::filesystem::path& program);

// The program that runs; empty where that cannot be told.
std::filesystem::path this_program();

}  // namespace counterfoil::till
