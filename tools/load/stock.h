#pragma once

#include <optional>
#include <string>

#include "firmware/core/base/id.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::load {

// A batch on its way: the whole message, and its last event's number.
struct Parcel {
    std::string_view payload;
    std::int64_t to = 0;
};

// What a simulated terminal has to bring home.
class Stock {
  public:
    virtual ~Stock() = default;

    virtual const std::string& name() const = 0;
    virtual const base::Uuid& incarnation() const = 0;
    // Where its ledger ends by now.
    virtual wire::Cursor end() const = 0;
    // Whether nothing will ever follow that event.
    virtual bool ends_at(std::int64_t seq) const = 0;
    // The batch behind that event, good until the next call; none where nothing follows.
    virtual std::optional<Parcel> behind(std::int64_t seq) = 0;
    // Whether that is an event of its ledger: what a receipt names must be.
    virtual bool has(const wire::Cursor& cursor) const = 0;
    // The centre has signed that it holds all up to there: nobody will ask for it again.
    virtual void forget(std::int64_t seq) = 0;
};

}  // namespace counterfoil::load
