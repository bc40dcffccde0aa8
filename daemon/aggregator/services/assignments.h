#pragma once

#include "daemon/aggregator/services/books.h"

// How coupons come to belong to somebody.
namespace counterfoil::services {

// user_unknown where there is no such account; in the place of customer_unknown.
Outcome<Account> find_user(store::Database& database, std::string_view id);

// Any available coupon of the book, each as likely as any other. coupon_not_available where there
// is none; maximum_assignments_exceeded, with its numbers, where the account has as many of the
// book as one may have.
Outcome<Coupon> assign_any(Desk& desk, const std::string& book, const std::string& account);
// Of a coupon without a book, there is no limit.
Outcome<Coupon> assign_code(Desk& desk, const std::string& code, const std::string& account);

// The refusal of somebody who has `used` of the `limit` that he may have.
Fault too_many_assigned(loyalty::UseCount count);

// Events for all of it, as many as it takes. Each place is an available coupon's.
Outcome<void> record_shares(Desk& desk, const std::string& book,
                            const std::vector<ingest::Share>& shares);

}  // namespace counterfoil::services
