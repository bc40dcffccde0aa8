#include "firmware/core/base/error_code.h"

#include <algorithm>

namespace counterfoil::base {

std::string error_code(std::string_view name) {
    std::string code(name);
    std::ranges::transform(code, code.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return code;
}

}  // namespace counterfoil::base
