#pragma once

#include <string>
#include <vector>

#include "daemon/aggregator/centre_folder.h"

namespace counterfoil::aggregator {

// Makes the derived tables anew, out of the events, in a file of their own, so that what is served
// stays as it is; the names of those that are not the same.
base::Result<std::vector<std::string>> differing_from_rebuilt(OpenCentre& centre,
                                                              const std::filesystem::path& beside);

}  // namespace counterfoil::aggregator
