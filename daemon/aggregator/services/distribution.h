#pragma once

#include "daemon/aggregator/services/pools.h"

// Coupons of a book dealt out to a pool.
namespace counterfoil::services {

inline constexpr std::int64_t kMostDistributed = 10'000;  // at once
inline constexpr std::int64_t kMostInPool = 2'000;        // to be dealt out to

enum class Dealing {
    random,  // each coupon to anybody who may have one more
    equal,   // to everybody the same number; what is left over, by lot
};
std::string_view dealing_name(Dealing dealing);

struct Order {
    std::string pool;
    std::string book;
    std::int64_t coupons = 0;
    Dealing dealing = Dealing::random;
    std::string seed;  // empty: one is made
    bool is_preview = false;
};

struct Dealt {
    PoolUser user;
    std::vector<std::int64_t> places;  // of his coupons in the book
};
struct Distribution {
    std::string id;  // empty: it is a preview
    std::string seed;
    std::vector<Dealt> users;  // everybody in the pool
};

// All of it or nothing, and of the same seed, while pool and book stay what they are, the same;
// a preview changes nothing. pool_empty; field_wrong where the pool has too many users;
// too_few_coupons and maximum_assignments_exceeded with their numbers.
Outcome<Distribution> distribute(Desk& desk, const Order& order);

}  // namespace counterfoil::services
