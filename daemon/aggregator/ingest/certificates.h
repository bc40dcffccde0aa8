#pragma once

#include <map>
#include <vector>

#include "daemon/aggregator/ingest/candidate.h"

namespace counterfoil::ingest {

// All certificates that terminals ever had, in the order in which they got them: one can have been
// replaced, and what was signed before stays right. One thread.
class Certificates {
  public:
    base::Status learn(const std::string& terminal, const crypto::Certificate& certificate);
    // Those that the centre's own events tell of.
    base::Status learn(const Facts& facts);
    // Reads on in the centre's own ledger, some of it at a time; false where that is all.
    base::Result<bool> read_on(store::Database& database);

    // The oldest first; none where it never had one.
    std::span<const Terminal> of(std::string_view terminal) const;

  private:
    std::map<std::string, std::vector<Terminal>, std::less<>> terminals_;
    std::int64_t epoch_ = 0;
    std::int64_t seq_ = 0;
};

}  // namespace counterfoil::ingest
