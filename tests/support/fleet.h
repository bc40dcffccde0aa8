#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "daemon/aggregator/ingest/candidate.h"
#include "tests/support/made_ledger.h"

namespace counterfoil::test {

// The ledgers of many terminals, with sales, refunds, voids, coupons, points and reports, made from
// a seed without a till: for tests of what takes them in. Terminals are called T1, T2 and so on;
// they share few members and coupons, so that what they did meets at the centre.
class Fleet {
  public:
    enum class Signers { work, fail_at_times };
    // Where signers fail now and then, events about that come on top.
    Fleet(int terminals, int events, std::uint64_t seed, Signers signers = Signers::work);

    const std::vector<MadeLedger>& ledgers() const { return ledgers_; }
    static std::string name(std::size_t terminal) { return "T" + std::to_string(terminal + 1); }

    // Tells the database of all terminals, and opens their first ledgers.
    base::Status provision(store::Database& database) const;

    // The events from `from` to `to`, counted from 1, as one batch.
    std::string batch(std::size_t terminal, std::int64_t from, std::int64_t to) const;
    std::int64_t events(std::size_t terminal) const {
        return static_cast<std::int64_t>(ledgers_[terminal].events().size());
    }
    // The whole ledger cut into batches somewhere.
    std::vector<std::string> cut(std::size_t terminal, std::mt19937_64& random) const;

  private:
    std::vector<MadeLedger> ledgers_;
};

}  // namespace counterfoil::test
