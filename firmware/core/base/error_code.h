#pragma once

#include <string>
#include <string_view>

namespace counterfoil::base {

// A refusal's name as every interface of terminal and centre writes it, in "error_code":
// "POINTS_INSUFFICIENT" for "points_insufficient". Whatever refuses is named there by this alone.
std::string error_code(std::string_view name);

}  // namespace counterfoil::base
