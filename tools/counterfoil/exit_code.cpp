#include "tools/counterfoil/exit_code.h"

#include <iostream>

namespace counterfoil::tool {

ExitCode refuse(const base::Error& error) {
    std::cerr << "counterfoil: " << error.line() << '\n';
    return kRefused;
}

}  // namespace counterfoil::tool
