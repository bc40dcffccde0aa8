#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "daemon/aggregator/ingest/book_facts.h"
#include "daemon/aggregator/ingest/shop_facts.h"
#include "firmware/core/ledger/event.h"

// What the events of the centre's own ledger say. Pure.
namespace counterfoil::ingest {

// What is sealed is a person's own, under a key that stands in no ledger; see seal.h.
struct AccountCreated {
    std::string id;
    std::int64_t number = 0;  // 1, 2 and so on, over all accounts
    std::string role;
    std::string tier;
    base::Bytes sealed;
};

struct AccountChanged {
    std::string id;
    // Nothing where it stays as it was.
    std::optional<std::string> role;
    std::optional<std::string> tier;
    std::optional<base::Bytes> sealed;
    // What was proved before counts no longer.
    bool ends_sessions = false;
};

struct AccountRemoved {
    std::string id;
};

// Added to an account or, below zero, taken.
struct PointsAdjusted {
    std::string id;
    std::int64_t points = 0;
    std::int64_t visits = 0;
    std::int64_t spent_minor = 0;  // before anything was recorded here
};

// Names the purchase that the same event is.
struct PurchaseNamed {
    std::string reference;
};

struct CouponIssued {
    std::string id;
    std::string code;
    std::int64_t value_minor = 0;
    std::int64_t uses = 1;
    std::string account;  // whose it is; empty: nobody's yet
    std::int64_t price_points = 0;
    std::optional<std::int64_t> at_ms = {};  // where it was not now, but elsewhere before
};

// What a coupon is from then on.
struct CouponMoved {
    std::string id;
    std::string state;
    std::int64_t used = 0;
    std::string account;
    std::string lock_owner;
    std::int64_t lock_until_ms = 0;
    std::optional<std::int64_t> at_ms = {};  // as above
};

struct OwnFact {
    std::int64_t seq = 0;
    std::int64_t at_ms = 0;
    std::string by;  // the account of whoever did it; empty: the centre itself
    std::variant<AccountCreated, AccountChanged, AccountRemoved, PointsAdjusted, PurchaseNamed,
                 CouponIssued, CouponMoved, BookCreated, CodesAdded, CouponsAssigned, PoolCreated,
                 PoolChanged, CouponsDistributed, ProductsChanged, ProductRemoved, StaffChanged,
                 StaffRemoved, SettingChanged, SettingRemoved>
        what;
};

// An account in an event's `staff`, where a name has no room for the hyphens, and back.
std::string staff_of(const std::string& account);
std::string account_of(std::string_view staff);

// malformed where the body is not what its type asks for.
base::Result<OwnFact> read_own_fact(const ledger::EventView& event, ledger::EventType type,
                                    const json::Value& body);

// The same facts as the bodies of events.
json::Object write_body(const AccountCreated& fact);
json::Object write_body(const AccountChanged& fact);
json::Object write_body(const AccountRemoved& fact);
json::Object write_body(const PointsAdjusted& fact, const std::string& reason);
json::Object write_body(const CouponIssued& fact);
json::Object write_body(const CouponMoved& fact);

// A purchase that no terminal recorded.
struct RecordedPurchase {
    std::string account;
    std::string currency;
    std::int64_t amount_minor = 0;
    std::int64_t points = 0;
    std::string reference;                   // whatever the caller numbers it by; may be empty
    std::optional<std::int64_t> at_ms = {};  // where it was not now, but elsewhere before
};
json::Object write_body(const RecordedPurchase& purchase);
base::Result<RecordedPurchase> read_purchase(const json::Value& body);

}  // namespace counterfoil::ingest
