#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::store {

// The same insertion as a statement whose parameters are arrays, a column each, so that it takes
// many rows at a time:
//   INSERT INTO t VALUES ($1, $2) ON CONFLICT DO NOTHING
//   INSERT INTO t SELECT * FROM unnest($1::int8[], $2::text[]) ON CONFLICT DO NOTHING
// Nothing where a statement is not of just that form, and where it updates on a conflict, unless no
// two rows are the same: one statement cannot update a row twice, as several can.
std::optional<std::string> bulk_insert(std::string_view sql, std::span<const unsigned> types,
                                       Keys keys);

}  // namespace counterfoil::store
