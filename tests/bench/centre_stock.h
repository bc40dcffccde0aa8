#pragma once

#include <cstdint>
#include <string>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::bench {

// Members and what they bought, as tables of a centre's store, straight into them: no ledger tells
// of any of it. Numbers count from 1.
struct CentreStock {
    std::int64_t members = 0;
    std::int64_t purchases = 0;
    std::int64_t coupons = 0;
};

std::string member_id(std::int64_t number);
std::string member_card(std::int64_t number);

// The store has its schema, and no such members yet.
void stock(store::Database& database, const CentreStock& stock);

}  // namespace counterfoil::bench
