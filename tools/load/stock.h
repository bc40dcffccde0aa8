#pragma once

#include "daemon/sync/stock.h"

namespace counterfoil::load {

// What a simulated terminal has to bring home.
class Stock : public sync::Stock {
  public:
    // Whether nothing will ever follow that event.
    virtual bool ends_at(std::int64_t seq) const = 0;
    // The centre has signed that it holds all up to there: nobody will ask for it again.
    virtual void forget(std::int64_t seq) = 0;
    std::int64_t base() const override { return 0; }
};

}  // namespace counterfoil::load
