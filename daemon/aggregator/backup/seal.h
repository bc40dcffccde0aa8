#pragma once

#include <filesystem>

#include "firmware/core/crypto/verifier.h"
#include "firmware/core/wire/fields.h"

// A backup is an SQLite file of the centre's schema, whatever it was made of, with one line more at
// its end:
//
//   pages of the database | LF counterfoil/backup/1 LF {what it holds, SHA-256 of the pages} TAB
//   the centre's signature over the SHA-256 of "counterfoil/backup/1", LF and the object | LF
//
// SQLite does not look behind its pages. The line comes last: a backup that is not whole has none.
namespace counterfoil::backup {

struct Contents {
    std::int64_t events = 0;     // of all terminals
    std::int64_t terminals = 0;  // that are known
    wire::Cursor centre;         // where the centre's own ledger ends
    base::WallTime made_at;

    bool operator==(const Contents&) const = default;
};

// Ends the file, which nobody else has open; it is on the disk when this returns.
base::Status seal(const std::filesystem::path& path, const Contents& contents,
                  crypto::Signer& signer);

// Reads the whole file. corrupt where it is not what was sealed, or was never sealed; bad_signature
// where another key did it.
base::Result<Contents> check_seal(const std::filesystem::path& path, const crypto::Verifier& key);

}  // namespace counterfoil::backup
