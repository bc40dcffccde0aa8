#include "daemon/aggregator/ingest/book_states.h"

#include <vector>

namespace counterfoil::ingest {

using store::Value;

std::string_view CouponStanding::told_state() const {
    const bool is_live = state == "AVAILABLE" || state == "ASSIGNED" || state == "LOCKED";
    return is_live && uses_left <= at_tills ? "REDEEMED" : state;
}

void BookStates::add(std::string_view book, std::string_view state, std::int64_t coupons) {
    changes_[{std::string(book), std::string(state)}] += coupons;
}

void BookStates::move(std::string_view book, const CouponStanding& was, const CouponStanding& is) {
    add(book, was.told_state(), -1);
    add(book, is.told_state(), 1);
}

base::Status BookStates::write(store::Database& database) {
    constexpr std::size_t kWidth = 3;
    std::vector<Value> values;
    for (const auto& [place, coupons] : changes_) {
        if (coupons == 0) continue;
        values.emplace_back(std::string_view(place.first));
        values.emplace_back(std::string_view(place.second));
        values.emplace_back(coupons);
    }
    const auto written = database.run_each(
        "INSERT INTO book_state (book, state, coupons) VALUES ($1, $2, $3) "
        "ON CONFLICT (book, state) DO UPDATE SET "
        "coupons = book_state.coupons + excluded.coupons",
        kWidth, values, store::Keys::all_differ);
    changes_.clear();
    return written;
}

}  // namespace counterfoil::ingest
