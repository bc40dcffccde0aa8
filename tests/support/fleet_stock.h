#pragma once

#include "tests/support/fleet.h"
#include "tools/load/stock.h"

namespace counterfoil::test {

// One terminal of a fleet, cut into batches from wherever the centre is.
class FleetStock final : public load::Stock {
  public:
    // The fleet must outlive it.
    FleetStock(const Fleet& fleet, std::size_t place, std::int64_t batch_events = 20)
        : fleet_(fleet), place_(place), name_(Fleet::name(place)), batch_events_(batch_events) {}

    const std::string& name() const override { return name_; }
    const base::Uuid& incarnation() const override {
        return fleet_.ledgers()[place_].incarnation();
    }
    base::Result<wire::Cursor> end() override {
        return wire::Cursor{1, fleet_.events(place_), fleet_.ledgers()[place_].head()};
    }
    bool ends_at(std::int64_t seq) const override { return seq == fleet_.events(place_); }
    base::Result<std::optional<sync::Parcel>> behind(std::int64_t seq, std::int64_t up_to) override;
    base::Result<bool> has(const wire::Cursor& cursor) override;
    void forget(std::int64_t) override {}

  private:
    const Fleet& fleet_;
    std::size_t place_;
    std::string name_;
    std::int64_t batch_events_;
    std::string payload_;
};

}  // namespace counterfoil::test
