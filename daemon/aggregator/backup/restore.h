#pragma once

#include "daemon/aggregator/backup/backup.h"
#include "firmware/core/base/id.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::backup {

struct Restorer {
    crypto::SigningKey& key;
    const crypto::Certificate& certificate;
    const base::Clock& clock;
    base::Entropy& entropy;
    std::filesystem::path head_file;  // see ingest/head_file.h
};

// Brings a backup back, of whichever store, into a place that is empty; what it then holds, with a
// new epoch of the centre's own ledger. Nothing of the backup is believed that is not proven, and
// the place stays empty unless all of it is.
//
// The epoch is higher than any that this centre had, as far as is known here, and at least the
// second in which it is restored, so that two restorations of one backup have different ones.
base::Result<Contents> restore(const std::filesystem::path& file, const Place& place,
                               const Restorer& restorer, const Progress& progress);

}  // namespace counterfoil::backup
