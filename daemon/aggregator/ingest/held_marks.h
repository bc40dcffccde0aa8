#pragma once

#include <map>
#include <mutex>

#include "daemon/aggregator/ingest/ledger_name.h"

namespace counterfoil::ingest {

// How far ledgers are held at the least, for those who do not have the store. Any thread.
class HeldMarks {
  public:
    void raise(const LedgerName& name, std::int64_t seq);
    std::int64_t of(const LedgerName& name) const;

  private:
    mutable std::mutex mutex_;
    std::map<LedgerName, std::int64_t> marks_;
};

}  // namespace counterfoil::ingest
