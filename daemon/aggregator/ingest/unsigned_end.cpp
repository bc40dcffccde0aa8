#include "daemon/aggregator/ingest/unsigned_end.h"

namespace counterfoil::ingest {

std::optional<std::int64_t> unsigned_end(const ledger::Batch& batch, std::int64_t held,
                                         std::int64_t before) {
    const std::int64_t first = batch.unproven_from();
    if (first > batch.header().to) return 0;
    if (before != 0 && first <= held + 1) return before;
    // Of what is held with a signature none may be missing here.
    if (first > held && batch.opens_unsigned_run()) return first;
    return {};
}

}  // namespace counterfoil::ingest
