#pragma once

#include <cstdint>
#include <vector>

namespace counterfoil::loyalty {

// An amount split in proportion to weights, so that the shares add up to it exactly: each share is
// floored, and the units left over go to the largest remainders, the earlier of equal ones first.
// No share of an amount that is at most the sum of the weights is larger than its weight. The
// amount and the weights must not be negative; only nothing is split over weights of zero.
std::vector<std::int64_t> split_by_weight(std::int64_t amount,
                                          const std::vector<std::int64_t>& weights);

}  // namespace counterfoil::loyalty
