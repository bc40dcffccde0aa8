#pragma once

#include "daemon/aggregator/api/offer.h"

// What all ways to sign in have in common.
namespace counterfoil::api {

// What somebody who has no account waits for, so that it takes as long as it does with one. Nobody
// knows a PIN or a password for it: its salt and hash are any.
inline constexpr std::string_view kNobodysHash =
    "$2b$12$AAAAAAAAAAAAAAAAAAAAAO5bQ0X9mZ1l4GdU0yTjv8b0QmDqS7xTe";

// too_many_sign_ins while somebody guesses at what opens the account of that name. Its owner, whom
// the call has found, gets in from where he was before.
services::Outcome<void> check_guesses(const Ground& ground, store::Database& database,
                                      const Call& call, const std::string& name);

Shape tokens_shape();

// A session for whoever proved to be `proven`, as `address`; invalid_credentials where the account
// has changed since then.
struct SignedIn {
    services::Account account;
    json::Object answer;
};
services::Outcome<SignedIn> sign_in(services::Desk& desk, const Ground& ground,
                                    const services::Account& proven, const std::string& address);

Offer refresh_offer(const Ground& ground, const std::string& path);
Offer logout_offer(const std::string& path);

}  // namespace counterfoil::api
