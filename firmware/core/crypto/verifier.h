#pragma once

#include <memory>

#include "firmware/core/crypto/signature.h"

namespace counterfoil::crypto {

// Checks signatures of one public key, which is decoded once. One thread at a time.
//
// It stands on OpenSSL's libcrypto, not on mbedTLS, which makes the signatures: measured side by
// side (see the benchmarks) it checks about twenty times as many a second. It also means that what
// one library writes is always read by another.
class Verifier {
  public:
    // bad_certificate where the bytes are no point of the curve.
    static base::Result<Verifier> create(const PublicKey& key);

    bool verify(const Digest& digest, const Signature& signature) const;

    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;
    ~Verifier();

  private:
    struct State;
    explicit Verifier(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::crypto
