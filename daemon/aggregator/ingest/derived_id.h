#pragma once

#include <string>
#include <string_view>

namespace counterfoil::ingest {

// A UUID that is the same for the same text, whoever makes it: RFC 9562's version 8, out of the
// text's hash.
std::string derived_id(std::string_view text);

}  // namespace counterfoil::ingest
