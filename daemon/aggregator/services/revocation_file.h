#pragma once

#include "daemon/aggregator/services/authority.h"
#include "daemon/aggregator/services/issued.h"

namespace counterfoil::services {

// The file by which brokers know who may not come any more: a list of certificates, signed by the
// authority, in PEM, and before it a line for each terminal that was revoked. It says when it was
// made, and each is later than the one before, so that who has both knows which counts. One thread.
// Which is some while before it is written: nobody's clock is so far behind that it is of the
// future there, which would shut everybody out.
class RevocationFile {
  public:
    // Each list is good for so long; then nobody would be let in by a broker that has no newer one.
    static base::Result<RevocationFile> open(const Authority::Files& authority,
                                             std::filesystem::path path, std::int64_t good_ms);

    // Whether it is to be written anew, well before its end or where the clock was set.
    bool is_old(base::WallTime now) const;

    // Where that is what it says already, only `anew`.
    Outcome<void> write(store::Database& database, base::WallTime now, bool anew);

  private:
    RevocationFile(std::unique_ptr<crypto::Random> random, crypto::SigningKey key,
                   crypto::Certificate certificate, std::filesystem::path path,
                   std::int64_t good_ms)
        : random_(std::move(random)),
          key_(std::move(key)),
          certificate_(std::move(certificate)),
          path_(std::move(path)),
          good_ms_(good_ms) {}

    std::unique_ptr<crypto::Random> random_;  // the key's, and so it stays where it is
    crypto::SigningKey key_;
    crypto::Certificate certificate_;
    std::filesystem::path path_;
    std::int64_t good_ms_;
    std::int64_t made_s_ = 0;
    std::optional<base::WallTime> written_at_;
    std::optional<TakenBack> written_;
};

}  // namespace counterfoil::services
