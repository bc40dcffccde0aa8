#pragma once

#include "daemon/aggregator/services/assignments.h"

// Groups of accounts, to whom coupons are dealt out.
namespace counterfoil::services {

struct Pool {
    std::string id;
    std::string name;
    std::string description;
    std::int64_t users = 0;
    std::int64_t created_ms = 0;
};

// pool_unknown where there is none.
Outcome<Pool> find_pool(store::Database& database, std::string_view id);

struct PoolPage {
    std::int64_t total = 0;
    std::vector<Pool> pools;
};
// The latest first.
Outcome<PoolPage> list_pools(store::Database& database, Part part);

struct PoolUser {
    std::string account;
    std::string name;
    std::string email;
    std::int64_t joined_ms = 0;
};
// In the order of their ids, which does not change while nobody comes or goes.
Outcome<std::vector<PoolUser>> pool_users(store::Database& database, const std::string& pool,
                                          Part part);

struct NewPool {
    std::string name;
    std::string description;
};
Outcome<Pool> create_pool(Desk& desk, const NewPool& fresh);

// already_in_pool, or not_in_pool.
Outcome<Pool> add_to_pool(Desk& desk, const std::string& pool, const std::string& account);
Outcome<Pool> remove_from_pool(Desk& desk, const std::string& pool, const std::string& account);

}  // namespace counterfoil::services
