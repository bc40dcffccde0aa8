#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/counterfoil/admin_centre.h"
#include "tools/counterfoil/admin_verb.h"

namespace counterfoil::tool {

// A verb, and what was said with it.
struct AdminCall {
    AdminVerb verb;
    std::vector<std::optional<std::string>> values;  // of its fields
    std::optional<std::int64_t> skip;
    std::optional<std::int64_t> limit;
    std::string after = {};  // of a list that is walked: where the next part begins
};

// Whoever is named by an e-mail address is looked up at the centre first.
AdminOutcome<AdminRequest> request_of(const AdminCall& call, AdminCentre& centre);

// Asks the centre, and shows the answer.
ExitCode run_admin_call(const AdminCall& call, const AdminOptions& options);

}  // namespace counterfoil::tool
