#pragma once

#include "daemon/aggregator/services/settings.h"
#include "daemon/aggregator/store/database.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/from_terminal.h"

// What a terminal is told of the central data: as much as it needs to sell, and no more.
namespace counterfoil::services {

// Beside everything else that waits for a terminal: with it, a message has room at any broker.
inline constexpr std::size_t kMostHandedBytes = 192UL * 1024;

// A delta and the lines that its rows are.
struct Handed {
    wire::Delta delta;
    std::vector<std::string> lines;
    // Rows that no terminal would take, and that are left out.
    std::int64_t unfit = 0;
};

// The rows that changed since the version that the terminal has, and up to which event of its
// ledger they take account of, all of one moment. Of members: those with a card, by name, tier,
// points and the hash of their phone. Of coupons: those that can still be used. A terminal whose
// version is none of this store's begins from nothing. not_found where there is no such class.
base::Result<Handed> hand_out(store::Database& database, const Settings& settings,
                              std::string_view terminal, const wire::Pull& pull,
                              base::WallTime now);

}  // namespace counterfoil::services
