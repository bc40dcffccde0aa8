#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::ingest {

// The tables that are told from events, besides those of the events themselves.
inline constexpr std::array<std::string_view, 21> kDerivedTables{
    "terminal",         "purchase",     "member",  "coupon_use",   "shift",
    "terminal_figures", "flag",         "account", "profile",      "external_receipt",
    "coupon",           "account_page", "book",    "pool_member",  "pool",
    "redemption",       "data_class",   "product", "staff_member", "shop_setting",
    "book_state"};

// By which a part of what events say was sealed; what was destroyed cannot be read again.
inline constexpr std::string_view kKeys = "account_key";
base::Status copy_keys(store::Database& source, store::Database& target);

// Makes the derived tables of `target`, which are empty, out of the events of `source`, ledger by
// ledger. Each ledger is one transaction.
base::Status project_all(store::Database& source, store::Database& target);

// The derived tables whose rows are not the same in both, by name; none where all are.
base::Result<std::vector<std::string>> differing_tables(store::Database& left,
                                                        store::Database& right);

}  // namespace counterfoil::ingest
