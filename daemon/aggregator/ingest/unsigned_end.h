#pragma once

#include <optional>

#include "firmware/core/ledger/batch.h"

namespace counterfoil::ingest {

// Where the unsigned end of a ledger begins once the batch is held, too; 0 where its last event is
// covered by a signature. Before that it was held up to event `held`, and `before` was the same of
// it then. Nothing where the batch ends unsigned and no failure of the signer explains that. The
// batch was verified, and follows what is held. Pure.
std::optional<std::int64_t> unsigned_end(const ledger::Batch& batch, std::int64_t held,
                                         std::int64_t before);

}  // namespace counterfoil::ingest
