#pragma once

#include <optional>

#include "daemon/aggregator/ingest/book_states.h"
#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/ingest/own_facts.h"
#include "daemon/aggregator/store/database.h"
#include "firmware/core/crypto/seal.h"

namespace counterfoil::ingest {

// So many accounts are counted together, so that a list's middle is found without walking there.
inline constexpr std::int64_t kAccountsOfPage = 1000;

// What an account's owner is called and proves himself with: what is sealed in events, and stands
// in the clear in the store alone, until the account is removed.
struct Profile {
    std::string loyalty_id;  // empty: has none
    std::string name;
    std::string email;
    std::string phone;
    std::string pin_hash;       // empty: no PIN opens it
    std::string password_hash;  // empty: no password does

    bool operator==(const Profile&) const = default;
};

base::Bytes seal_profile(const crypto::SealKey& key, const std::string& account,
                         const Profile& profile, base::Entropy& entropy);

// The account's key; nothing where it has been destroyed.
base::Result<std::optional<crypto::SealKey>> find_account_key(store::Database& database,
                                                              std::string_view account);

// By which addresses and names are looked up: the case of the letters A to Z makes no difference.
std::string small_letters(std::string_view text);

// What the fact changes in the tables of accounts, coupons and shops, with the versions of what
// terminals are told of; of what it changes in a member, and of what a purchase is called, nothing.
base::Status write_own_fact(store::Database& database, ClassVersions& versions, BookStates& states,
                            const OwnFact& fact);

}  // namespace counterfoil::ingest
