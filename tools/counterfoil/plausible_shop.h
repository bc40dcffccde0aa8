#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "firmware/journal/journal.h"

namespace counterfoil::tool {

// Makes up what happens at the counter of a burger shop: shifts, sales with coupons, refunds, cash,
// overrides, training. The same seed gives the same story, amount for amount.
class PlausibleShop {
  public:
    explicit PlausibleShop(std::uint64_t seed) : random_(seed) {}

    // What is recorded next in one transaction: 1 to 2 events.
    std::vector<journal::Draft> next();

    // How long the shop then waits for the next thing to happen.
    std::int64_t pause_ms();

  private:
    std::int64_t pick(std::int64_t from, std::int64_t to);
    journal::Draft draft(ledger::EventType type, json::Object body);
    journal::Draft open_shift();
    journal::Draft close_shift();
    journal::Draft sale(bool training);
    journal::Draft give_back(ledger::EventType type);
    journal::Draft small_event();
    std::vector<journal::Draft> sale_with_coupon();

    std::mt19937_64 random_;
    std::string shift_;
    std::string staff_;
    int left_in_shift_ = 0;
    std::int64_t shifts_ = 0;
    std::int64_t coupons_ = 0;
    std::int64_t receipts_ = 0;
    std::int64_t turnover_minor_ = 0;
    std::int64_t copied_receipt_ = 0;
    std::int64_t copies_ = 0;
    std::int64_t last_sale_receipt_ = 0;
    std::int64_t last_sale_minor_ = 0;
};

}  // namespace counterfoil::tool
