#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/mirror/rows.h"

// The lists that stand as JSON in one column of the database.
namespace counterfoil::mirror {

// The rows were checked before, so that these can be written.
std::string scope_column(const Scope& scope);
std::string stores_column(const std::vector<std::uint16_t>& stores);

// corrupt where the column does not hold such a list.
base::Result<Scope> read_scope_column(std::string_view column);
base::Result<std::vector<std::uint16_t>> read_stores_column(std::string_view column);

}  // namespace counterfoil::mirror
