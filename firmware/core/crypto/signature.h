#pragma once

#include <array>
#include <cstdint>

#include "firmware/core/base/result.h"
#include "firmware/core/crypto/digest.h"

namespace counterfoil::crypto {

// ECDSA over P-256: R and S, 32 bytes each, big-endian.
using Signature = std::array<std::uint8_t, 64>;

// A point of P-256, uncompressed: 0x04, X, Y.
using PublicKey = std::array<std::uint8_t, 65>;

// What signs digests: a key file today, a chip tomorrow. It can fail at any time.
class Signer {
  public:
    virtual ~Signer() = default;
    virtual base::Result<Signature> sign(const Digest& digest) = 0;
    virtual const PublicKey& public_key() const = 0;
};

}  // namespace counterfoil::crypto
