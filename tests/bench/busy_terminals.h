#pragma once

#include <random>
#include <string>
#include <vector>

#include "daemon/aggregator/ingest/reception.h"
#include "tests/support/test_till.h"

namespace counterfoil::bench {

// One full batch of a terminal, as it comes in, and the bytes of its events.
struct FullBatch {
    std::string terminal;
    std::string payload;
    std::vector<std::string> events;
};

// Terminals that sell without end: sales of three lines, half of them to one of many members, and
// coupons. Only what ingest looks at is signed, which is each batch's last event; the signatures
// before it are random bytes of the same length.
class BusyTerminals {
  public:
    explicit BusyTerminals(std::size_t terminals);

    // Tells the database of all terminals, and opens their ledgers.
    base::Status provision(store::Database& database) const;
    // The next batch of each terminal.
    std::vector<FullBatch> next();

  private:
    struct Terminal {
        Terminal(std::uint64_t seed, const std::string& name) : till(seed, name) {}
        test::TestTill till;
        std::int64_t seq = 0;
        std::int64_t receipts = 0;
        std::int64_t turnover_minor = 0;
        crypto::Digest head{};
    };
    FullBatch next_batch(Terminal& terminal);
    std::string next_event(Terminal& terminal);
    std::string sale(Terminal& terminal);
    std::string redemption(const Terminal& terminal);
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }

    std::mt19937_64 random_{1};
    std::vector<std::unique_ptr<Terminal>> terminals_;
};

}  // namespace counterfoil::bench
