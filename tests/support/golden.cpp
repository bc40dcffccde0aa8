#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace counterfoil::test {

std::string golden_file(const std::string& name, const std::string& text) {
    const std::string path = COUNTERFOIL_SOURCE_DIR "/tests/firmware/" + name;
    if (std::getenv("COUNTERFOIL_WRITE_GOLDEN") != nullptr)
        std::ofstream(path, std::ios::binary) << text;
    std::ostringstream golden;
    golden << std::ifstream(path, std::ios::binary).rdbuf();
    return golden.str();
}

}  // namespace counterfoil::test
