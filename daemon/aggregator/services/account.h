#pragma once

#include <span>

#include "daemon/aggregator/ingest/own_projection.h"
#include "daemon/aggregator/services/fault.h"

// Somebody who collects points or works with them, and how he is found.
namespace counterfoil::services {

inline constexpr std::string_view kCustomerRole = "customer";
inline constexpr std::string_view kAdminRole = "admin";

struct Account {
    std::string id;
    std::int64_t number = 0;
    std::string role;
    std::string tier;
    std::int64_t generation = 1;
    std::int64_t created_ms = 0;
    std::int64_t updated_ms = 0;
    ingest::Profile profile;
    std::int64_t points = 0;
    std::int64_t spent_minor = 0;
    std::int64_t visits = 0;

    bool is_admin() const { return role == kAdminRole; }
};

// The beginning of a query of accounts, and a row of its answer.
inline constexpr std::string_view kAccountColumns =
    "SELECT a.id, a.number, a.role, a.tier, a.generation, a.created_ms, a.updated_ms, "
    "p.loyalty_id, p.name, p.email, p.phone, p.pin_hash, p.password_hash, "
    "COALESCE(m.points, 0), COALESCE(m.spent_minor, 0), COALESCE(m.visits, 0) "
    "FROM account a JOIN profile p ON p.account = a.id LEFT JOIN member m ON m.id = a.id ";
Account account_in(const store::Rows& rows, std::size_t row);

// customer_unknown where there is none, or none any more.
Outcome<Account> find_account(store::Database& database, std::string_view id);
// As a question of up to so many, whose ids must live until it is asked. Those of whom the answer
// has no row are not there.
inline constexpr std::size_t kMostAtOnce = 16;
store::Question accounts_question(std::span<const std::string> ids);

// Somebody whose token said who he is.
struct Caller {
    std::string account;
    bool is_admin = false;
};

// What a token is held against.
struct Standing {
    bool is_there = false;
    bool is_admin = false;
    std::int64_t generation = 0;

    // token_invalid where the account is gone, or something has changed since that ends its
    // sessions.
    Outcome<Caller> caller(std::string_view account, std::int64_t told_generation) const;
};
store::Question standing_question(std::string_view account);
Standing standing_in(const store::Rows& rows);
Outcome<Caller> find_caller(store::Database& database, std::string_view account,
                            std::int64_t generation);

}  // namespace counterfoil::services
