#pragma once

#include <array>

#include "daemon/aggregator/services/coupons.h"

// Books of coupons that are alike.
namespace counterfoil::services {

// Codes that a book makes itself have at least so many random bits.
inline constexpr int kFewestBits = 50;

// "{prefix}-{random}-{suffix}", without a hyphen where one of the two is empty.
struct CodePattern {
    std::string prefix;
    std::string suffix;
    std::int64_t length = 0;  // of what is random; 0: codes come from elsewhere
    std::string charset;
};

struct Book {
    std::string id;
    std::string name;
    CodePattern pattern;
    bool is_multiple = false;          // a coupon of it may be redeemed more than once
    std::int64_t uses = 1;             // of each coupon
    std::int64_t max_redemptions = 0;  // of one account in the book; 0: no limit
    std::int64_t max_assignments = 0;
    std::int64_t value_minor = 0;
    std::optional<std::int64_t> expires_ms;
    std::int64_t codes = 0;
    std::int64_t created_ms = 0;

    bool is_expired(base::WallTime now) const { return expires_ms && now.unix_ms >= *expires_ms; }
};

// book_unknown where there is none.
Outcome<Book> find_book(store::Database& database, std::string_view id);

struct BookFilter {
    std::string name;  // a part of it, in letters of any case; empty: any
    std::optional<bool> is_multiple;
    std::optional<bool> is_expired;
};
struct BookPage {
    std::int64_t total = 0;
    std::vector<Book> books;
};
// The latest first.
Outcome<BookPage> list_books(store::Database& database, const BookFilter& filter, Part part,
                             base::WallTime now);

// How many coupons of the book are in each state now, in the order of loyalty::CouponState.
using StateCounts = std::array<std::int64_t, loyalty::kCouponStates>;
Outcome<StateCounts> count_states(store::Database& database, const Book& book, base::WallTime now);

// The id, the codes and the time of making are not looked at. pattern_too_weak where the pattern
// has too few random bits.
Outcome<Book> create_book(Desk& desk, const Book& fresh);

}  // namespace counterfoil::services
