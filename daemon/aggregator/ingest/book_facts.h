#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/ledger/event.h"
#include "firmware/core/ledger/members.h"

// What the events of the centre's own ledger say of books of coupons and of pools. Pure.
namespace counterfoil::ingest {

// A list within one event is cut where it would grow over so many bytes; an event holds as many.
inline constexpr std::size_t kMaxListBytes = 24 * 1024;
inline constexpr std::int64_t kMaxCoupons = 1'000'000;  // of one book

struct BookCreated {
    std::string id;
    std::string name;
    // "{prefix}-{random}-{suffix}"; the length is that of what is random. 0: codes come from
    // elsewhere.
    std::string prefix;
    std::string suffix;
    std::int64_t length = 0;
    std::string charset;
    bool is_multiple = false;
    std::int64_t uses = 1;             // of each coupon
    std::int64_t max_redemptions = 0;  // of one account in the book; 0: no limit
    std::int64_t max_assignments = 0;  // the same
    std::int64_t value_minor = 0;
    std::optional<std::int64_t> expires_ms;
};

// Each has the place behind the one before, from `first` on.
struct CodesAdded {
    std::string book;
    std::int64_t first = 1;
    std::vector<std::string> codes;
};

struct Share {
    std::string account;
    std::vector<std::int64_t> places;  // of coupons in their book
};
struct CouponsAssigned {
    std::string book;
    std::vector<Share> shares;
};

struct PoolCreated {
    std::string id;
    std::string name;
    std::string description;
};

struct PoolChanged {
    std::string id;
    std::string account;
    bool is_member = false;
};

// How the assignments behind it came about.
struct CouponsDistributed {
    std::string id;
    std::string pool;
    std::string book;
    std::string mode;
    std::int64_t coupons = 0;
    std::string seed;
};

// What cannot be read is the error that the members tell, or the result's.
base::Result<BookCreated> read_book_created(ledger::Members& members);
base::Result<CodesAdded> read_codes_added(const json::Value& body);
base::Result<CouponsAssigned> read_coupons_assigned(const json::Value& body);
PoolCreated read_pool_created(ledger::Members& members);
PoolChanged read_pool_changed(ledger::Members& members);
CouponsDistributed read_coupons_distributed(ledger::Members& members);

json::Object write_body(const BookCreated& fact);
json::Object write_body(const CodesAdded& fact);
json::Object write_body(const CouponsAssigned& fact);
json::Object write_body(const PoolCreated& fact);
json::Object write_body(const PoolChanged& fact);
json::Object write_body(const CouponsDistributed& fact);

// The coupon's id: there is one coupon of a code.
std::string coupon_id(std::string_view code);

}  // namespace counterfoil::ingest
