#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "firmware/core/base/boot.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/journal/journal.h"

namespace counterfoil::tool {

// The files of one till in one folder: key.pem, certificate.pem, journal.db, journal.mark.
struct TillFolder {
    std::filesystem::path path;

    std::filesystem::path key() const { return path / "key.pem"; }
    std::filesystem::path certificate() const { return path / "certificate.pem"; }
    journal::Paths journal() const { return journal::Paths::in(path); }
};

// A till with its key in hand. What it needs of the world lives as long as it does.
class Till {
  public:
    // A new key, a certificate by itself for `terminal`, and a ledger that begins at `clock`'s now.
    // The clock must outlive the till. already_exists where the folder holds a ledger.
    static base::Result<Till> create(const TillFolder& folder, const std::string& terminal,
                                     const base::Clock& clock);

    journal::Journal& ledger() { return *ledger_; }

  private:
    Till() = default;

    std::unique_ptr<crypto::Random> random_;
    std::unique_ptr<crypto::SigningKey> key_;
    std::unique_ptr<journal::FileSystemGauge> disk_;
    std::optional<journal::Journal> ledger_;
};

}  // namespace counterfoil::tool
