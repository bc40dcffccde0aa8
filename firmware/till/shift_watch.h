#pragma once

#include <map>
#include <string>

#include "firmware/core/ledger/sale.h"
#include "firmware/journal/journal.h"

namespace counterfoil::till {

// What the open shift has sold, hour by hour and product by product, for people who would rather
// look than read. It follows the ledger, so that asking costs nothing; after a start it reads the
// shift's events once. The journal must outlive it. One thread.
class ShiftWatch {
  public:
    explicit ShiftWatch(journal::Journal& journal) : journal_(journal) {}

    // Takes account of what was recorded since the last time.
    base::Status follow();

    // Empty: no shift is open.
    const std::string& shift() const { return shift_; }

    struct Hour {
        std::int64_t sales = 0;
        std::int64_t total_minor = 0;  // of the sales
        std::int64_t back_minor = 0;   // what was given back in that hour
    };
    // By "2026-11-29T09:00", in the machine's own time zone.
    const std::map<std::string, Hour>& hours() const { return hours_; }

    struct Product {
        std::string code;
        std::string name;
        std::int64_t quantity_milli = 0;  // what was given back taken off, here and below
        std::int64_t paid_minor = 0;
    };
    // Those that brought most, the first first; of equals, the lower code.
    std::vector<Product> top_products(std::size_t most) const;

  private:
    base::Status begin_shift();
    base::Status learn(const ledger::EventView& event);
    void sold(const ledger::Sale& sale, Hour& hour);
    base::Status given_back(const ledger::GivingBack& back, Hour& hour);

    journal::Journal& journal_;
    std::string shift_;
    std::int64_t learned_seq_ = 0;
    std::map<std::string, Hour> hours_;
    std::map<std::string, Product> products_;  // by code
};

}  // namespace counterfoil::till
