#pragma once

#include "daemon/aggregator/services/coupons.h"
#include "firmware/core/base/bytes.h"

// What was kept of a terminal because it should not have come: whoever looks into it reads it here.
namespace counterfoil::services {

// The batch that came second, of two signed histories of one ledger.
struct Fork {
    std::string digest;  // the hash of its last event, in hexadecimal: the chain's end
    std::int64_t epoch = 0;
    std::int64_t seq = 0;  // of that event
    std::int64_t at_ms = 0;
    std::int64_t size = 0;
};
// What could not be taken at all.
struct Quarantined {
    std::string digest;  // of its bytes, in hexadecimal
    std::string reason;
    std::int64_t at_ms = 0;
    std::int64_t size = 0;
};

template <class Item>
struct EvidencePage {
    std::int64_t total = 0;
    std::vector<Item> items;
};
// The latest first.
Outcome<EvidencePage<Fork>> list_forks(store::Database& database, const std::string& terminal,
                                       Part part);
Outcome<EvidencePage<Quarantined>> list_quarantined(store::Database& database,
                                                    const std::string& terminal, Part part);

template <class Item>
struct Evidence {
    Item item;
    base::Bytes bytes;  // as they came
};
// evidence_unknown where there is none of that digest.
Outcome<Evidence<Fork>> find_fork(store::Database& database, const std::string& terminal,
                                  const std::string& digest);
Outcome<Evidence<Quarantined>> find_quarantined(store::Database& database,
                                                const std::string& terminal,
                                                const std::string& digest);

}  // namespace counterfoil::services
