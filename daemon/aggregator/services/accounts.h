#pragma once

#include <vector>

#include "daemon/aggregator/services/account.h"
#include "daemon/aggregator/services/desk.h"
#include "daemon/aggregator/services/settings.h"

// Whoever collects points or works with them.
namespace counterfoil::services {

struct AccountPage {
    std::int64_t total = 0;
    std::vector<Account> accounts;
};
// Customers in the order in which they were made; of one tier, where one is named. It takes no
// longer in a list's middle than at its beginning.
Outcome<AccountPage> list_customers(store::Database& database, std::int64_t skip,
                                    std::int64_t limit, const std::optional<std::string>& tier);

// The same of the one whose card this is, who may be an admin; of no one where nobody has it.
Outcome<AccountPage> list_card(store::Database& database, std::string_view loyalty_id,
                               std::int64_t skip, const std::optional<std::string>& tier);

// All accounts, admins too, in the order in which they were made.
Outcome<AccountPage> list_accounts(store::Database& database, std::int64_t skip,
                                   std::int64_t limit);

// The account that the address's password opens, or else the first one that has the address;
// nothing where none has.
Outcome<std::optional<Account>> find_by_email(store::Database& database, std::string_view email);

struct NewAccount {
    std::string role{kCustomerRole};
    std::string tier;
    ingest::Profile profile;
};
// loyalty_id_taken, tier_unknown; email_taken where a password comes with an address that opens
// another account already.
Outcome<Account> create_account(Desk& desk, const Settings& settings, const NewAccount& fresh);

struct AccountChange {
    std::optional<std::string> role;           // last_admin where nobody could let others in
    std::optional<std::string> password_hash;  // ends all sessions
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> tier;
    std::optional<std::int64_t> points;  // what is to be: the difference is recorded
    std::optional<std::int64_t> visits;
};
// email_taken where a password would open two accounts by one address.
Outcome<Account> change_account(Desk& desk, const Settings& settings, const std::string& id,
                                const AccountChange& change);

// A new PIN in the place of the old one; whoever is signed in has to sign in again.
Outcome<Account> set_pin(Desk& desk, const std::string& id, const std::string& pin_hash);

// Who it was is forgotten: the key of what was sealed is destroyed. What was bought stays counted.
// last_admin where nobody could let anybody in any more.
Outcome<void> remove_account(Desk& desk, const std::string& id);

// Of the account that is made next.
Outcome<std::int64_t> next_account_number(store::Database& database);

Outcome<bool> has_admin(store::Database& database);

}  // namespace counterfoil::services
