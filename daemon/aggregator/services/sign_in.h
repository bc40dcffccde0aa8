#pragma once

#include "daemon/aggregator/services/accounts.h"

// Who somebody is, and for how long that is believed. What is slow about a PIN is done elsewhere.
namespace counterfoil::services {

// The account that signs in by this name; nothing where there is none.
Outcome<std::optional<Account>> find_by_loyalty_id(store::Database& database,
                                                   std::string_view loyalty_id);

// A session's token, for its owner alone: "<id>.<secret>". The store holds the secret's hash.
// It is good once: each use makes the next one.
Outcome<std::string> open_session(Desk& desk, const Settings& settings, const std::string& account,
                                  const std::string& address);

struct Renewed {
    Account account;
    std::string token;
};
// session_over where there is no such session any more. session_reused where the token was used
// before: then two have it, and the session ends for both.
Outcome<Renewed> renew_session(Desk& desk, const Settings& settings, std::string_view token,
                               const std::string& address);

Outcome<void> end_session(Desk& desk, std::string_view token);

// Whether somebody signed in to that account from there, and still is.
Outcome<bool> is_known_address(store::Database& database, std::string_view account,
                               std::string_view address);

}  // namespace counterfoil::services
