#pragma once

#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct LoadBundleOptions {
    std::string file;
    std::string data;
    std::string keys;  // the operator's folder, in the place of the other two; or empty
    std::string root;
    std::string list;
};

// Puts a bundle's content into the folder's mirror.db and prints what it was. What is brought to
// believe it by stays in the folder, see till_trust.h; where the bundle is not believed, nothing
// changes.
ExitCode load_bundle(const LoadBundleOptions& options);

}  // namespace counterfoil::tool
