#pragma once

#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct LoadBundleOptions {
    std::string file;
    std::string data;
    std::string root;
    std::string list;
};

// Puts a bundle's content into the folder's mirror.db and prints what it was.
ExitCode load_bundle(const LoadBundleOptions& options);

}  // namespace counterfoil::tool
