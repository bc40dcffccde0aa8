#pragma once

#include <string>

#include "firmware/mirror/rows.h"

namespace counterfoil::tool {

// "4 settings, 4 books, 20 products, 4 staff, 1000 members, 500 coupons".
std::string describe(const mirror::RowCounts& counts);

}  // namespace counterfoil::tool
