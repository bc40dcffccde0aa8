#pragma once

#include <memory>
#include <vector>

#include "daemon/aggregator/ingest/reception.h"
#include "tests/support/test_till.h"
#include "tools/load/seller.h"

namespace counterfoil::bench {

using load::FullBatch;

// Terminals that sell without end, the same in every run. Only what ingest looks at is signed,
// which is each batch's last event.
class BusyTerminals {
  public:
    explicit BusyTerminals(std::size_t terminals);

    // Tells the database of all terminals, and opens their ledgers.
    base::Status provision(store::Database& database) const;
    // The next batch of each terminal.
    std::vector<FullBatch> next();

  private:
    test::SeededEntropy entropy_{1};
    std::vector<std::unique_ptr<load::Seller>> terminals_;
};

}  // namespace counterfoil::bench
