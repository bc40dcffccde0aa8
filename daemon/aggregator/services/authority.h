#pragma once

#include "daemon/aggregator/services/fault.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/random.h"

namespace counterfoil::services {

// Who vouches for terminals' keys: a root of the centre's own. Terminals get certificates by it,
// for keys that never leave them. One thread.
class Authority {
  public:
    struct Files {
        std::filesystem::path key;
        std::filesystem::path certificate;
    };
    // Makes both where there is no key yet. key_mismatch where they do not belong together.
    static base::Result<Authority> open(const Files& files, const base::Clock& clock);

    // For the key and the name that the request (PKCS #10, PEM) proves; terminal_request_wrong
    // where it does not, or asks for another name.
    Outcome<crypto::Certificate> issue(std::string_view request, const std::string& name,
                                       base::WallTime now);
    // The same for the key by which it is let in by the broker, good for so long.
    Outcome<crypto::Certificate> issue_link(std::string_view request, const std::string& name,
                                            base::WallTime now, std::int64_t lives_ms);

    const crypto::Certificate& certificate() const { return certificate_; }

  private:
    Outcome<crypto::Certificate> issue(std::string_view request, const crypto::Identity& identity,
                                       crypto::Use use);
    Authority(std::unique_ptr<crypto::Random> random, crypto::SigningKey key,
              crypto::Certificate certificate)
        : random_(std::move(random)), key_(std::move(key)), certificate_(std::move(certificate)) {}

    std::unique_ptr<crypto::Random> random_;  // the key's, and so it stays where it is
    crypto::SigningKey key_;
    crypto::Certificate certificate_;
};

}  // namespace counterfoil::services
