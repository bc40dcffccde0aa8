#pragma once

#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/ingest/shop_facts.h"
#include "daemon/aggregator/store/database.h"
#include "firmware/core/crypto/seal.h"

namespace counterfoil::ingest {

// By whose key, among those of accounts, what is said of them is sealed.
std::string staff_key_name(std::string_view id);

struct StaffProfile {
    std::string name;
    std::string pin_hash;
};
base::Bytes seal_staff(const crypto::SealKey& key, const std::string& id,
                       const StaffProfile& profile, base::Entropy& entropy);

// What the facts change in the tables of products, staff and settings.
class ShopWriting {
  public:
    ShopWriting(store::Database& database, ClassVersions& versions)
        : database_(database), versions_(versions) {}

    base::Status operator()(const ProductsChanged& fact);
    base::Status operator()(const ProductRemoved& fact);
    base::Status operator()(const StaffChanged& fact);
    base::Status operator()(const StaffRemoved& fact);
    base::Status operator()(const SettingChanged& fact);
    base::Status operator()(const SettingRemoved& fact);

  private:
    base::Status renew_members();

    store::Database& database_;
    ClassVersions& versions_;
};

}  // namespace counterfoil::ingest
