#include "firmware/core/loyalty/split.h"

#include <algorithm>
#include <numeric>

#include "firmware/core/base/check.h"

namespace counterfoil::loyalty {
namespace {

// GCC and clang both have 128-bit integers; ISO C++ does not, hence the extension mark.
__extension__ typedef __int128 Wide;

std::int64_t sum_of(const std::vector<std::int64_t>& weights) {
    std::int64_t sum = 0;
    for (std::int64_t weight : weights) {
        const bool fits = !__builtin_add_overflow(sum, weight, &sum);
        CF_CHECK(weight >= 0 && fits);
    }
    return sum;
}

}  // namespace

std::vector<std::int64_t> split_by_weight(std::int64_t amount,
                                          const std::vector<std::int64_t>& weights) {
    const std::int64_t sum = sum_of(weights);
    CF_CHECK(amount >= 0 && (sum > 0 || amount == 0));
    std::vector<std::int64_t> shares(weights.size(), 0);
    if (amount == 0) return shares;
    std::vector<std::int64_t> remainders(weights.size(), 0);
    std::int64_t over = amount;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide product = Wide{amount} * weights[i];
        shares[i] = static_cast<std::int64_t>(product / sum);
        remainders[i] = static_cast<std::int64_t>(product % sum);
        over -= shares[i];
    }
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    CF_CHECK(over >= 0 && over < static_cast<std::int64_t>(order.size()));
    for (std::size_t i = 0; i < static_cast<std::size_t>(over); ++i) ++shares[order[i]];
    return shares;
}

}  // namespace counterfoil::loyalty
