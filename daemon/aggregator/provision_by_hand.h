#pragma once

#include "daemon/aggregator/centre_folder.h"

namespace counterfoil::aggregator {

// Makes a terminal known by a certificate that was made elsewhere, as it is from a shell; returns
// the epoch of its ledger that is open. What an older device of that name was given lets nobody in
// any more, as where a terminal is set up with a code.
base::Result<std::int64_t> provision_by_hand(OpenCentre& centre, const base::Clock& clock,
                                             base::Entropy& entropy,
                                             const crypto::Certificate& certificate,
                                             std::int64_t store);

}  // namespace counterfoil::aggregator
