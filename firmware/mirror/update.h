#pragma once

#include <span>
#include <string_view>

#include "firmware/mirror/rows.h"

namespace counterfoil::mirror {

// What changed in a class of central data between two versions, as the centre has signed it; rows
// are lines, as FORMAT.md shows them.
struct Update {
    std::string_view data_class;  // "members"
    std::int64_t from = 0;        // what it leads on from; 0: from nothing
    std::int64_t to = 0;
    bool more = false;              // there are later versions
    std::int64_t included_seq = 0;  // the last event of this till that the rows take account of
    base::WallTime told_at;         // by the centre's clock
    std::span<const std::string_view> rows;
};

}  // namespace counterfoil::mirror
