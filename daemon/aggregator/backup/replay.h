#pragma once

#include "daemon/aggregator/backup/tables.h"
#include "firmware/core/crypto/certificate.h"

namespace counterfoil::backup {

// Takes all events of one database into another one, which has the schema and nothing else, on the
// path that they came first, the centre's own before all others: every link and every batch's
// signature is judged anew, by the certificates that the centre's ledger names, and all that
// follows from them is made anew. What is no event's is copied. A part of the caller's transaction.
// key_mismatch where the ledger is another centre's; corrupt where anything does not hold.
base::Status replay(store::Database& from, store::Database& to, const crypto::Certificate& centre,
                    const Progress& progress);

}  // namespace counterfoil::backup
