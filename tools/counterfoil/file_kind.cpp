#include "tools/counterfoil/file_kind.h"

#include <array>
#include <fstream>
#include <string_view>

namespace counterfoil::tool {
namespace {
constexpr std::string_view kSqliteMagic = "SQLite format 3";
}  // namespace

bool is_database(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::array<char, kSqliteMagic.size()> start{};
    in.read(start.data(), start.size());
    return std::string_view(start.data(), start.size()) == kSqliteMagic;
}

}  // namespace counterfoil::tool
