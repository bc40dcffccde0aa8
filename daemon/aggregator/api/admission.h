#pragma once

#include "daemon/aggregator/api/offer.h"

// Who calls, whether he may, and whether he asks for something that can be.
namespace counterfoil::api {

// What is going to be asked for, who calls included. The body is checked on the way; whoever may
// not send it is told later.
services::Wanted wanted_of(const Offer& offer, Call& call);

// Sets the caller, where a token came: from what was read for many, or else from the database.
// Where that cannot be asked, a route that says so believes the token alone.
services::Outcome<void> find_caller(const Offer& offer, store::Database& database,
                                    const services::Slate& slate, Call& call);
services::Outcome<void> find_caller(const Offer& offer, services::Desk& desk, Call& call);

// Whether the caller may, and whether he asks for something that can be.
services::Outcome<void> admit(const Offer& offer, Call& call);

}  // namespace counterfoil::api
