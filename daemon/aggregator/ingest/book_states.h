#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/aggregator/store/database.h"

// In which state the coupons of books are, as far as that does not depend on what time it is.
namespace counterfoil::ingest {

// As SQL, of the coupon `c`: its state, but REDEEMED where tills have spent all that was left of
// it. An index is by just this.
inline constexpr std::string_view kToldState =
    "(CASE WHEN c.state IN ('AVAILABLE', 'ASSIGNED', 'LOCKED') AND c.uses - c.used <= c.at_tills "
    "THEN 'REDEEMED' ELSE c.state END)";

// A coupon as far as that depends on it; the state must live as long.
struct CouponStanding {
    std::string_view state;
    std::int64_t uses_left = 0;  // as far as the centre has recorded them
    std::int64_t at_tills = 0;   // of its uses, those that tills have recorded

    std::string_view told_state() const;
};

// How many coupons of a book are in which state, put together for one transaction, whose writer
// holds the class of coupons: each count is written once.
class BookStates {
  public:
    void add(std::string_view book, std::string_view state, std::int64_t coupons);
    // One of the book's coupons becomes another.
    void move(std::string_view book, const CouponStanding& was, const CouponStanding& is);

    base::Status write(store::Database& database);

  private:
    std::map<std::pair<std::string, std::string>, std::int64_t> changes_;
};

}  // namespace counterfoil::ingest
