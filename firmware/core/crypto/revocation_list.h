#pragma once

#include <span>
#include <string>

#include "firmware/core/crypto/certificate.h"

namespace counterfoil::crypto {

// A certificate that is good no more.
struct RevokedSerial {
    base::Bytes serial;
    base::WallTime since;

    bool operator==(const RevokedSerial&) const = default;
};

struct RevocationListTimes {
    base::WallTime made;
    // Later than that, whoever goes by the list believes no certificate of its issuer at all.
    base::WallTime next;
};

// What the authority takes back, signed by it: an X.509 revocation list (RFC 5280, version 2) in
// PEM, for servers that judge certificates by one. `number` grows from each list to the next.
base::Result<std::string> write_revocation_list(const SigningKey& key, const Certificate& authority,
                                                std::span<const RevokedSerial> revoked,
                                                std::int64_t number,
                                                const RevocationListTimes& times);

}  // namespace counterfoil::crypto
