#pragma once

#include <memory>

#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::crypto {

// Signs with a key on P-256 many times as fast as the key does itself, for whoever signs thousands
// of times in a second. The same digest gets another signature each time: its number is made of the
// private key, the digest and randomness together, so that it is as safe as a deterministic one
// where the randomness is bad, or repeats after a snapshot of the machine was put back. One thread
// at a time.
class HedgedSigner final : public Signer {
  public:
    // Has a copy of the key.
    explicit HedgedSigner(const SigningKey& key);
    HedgedSigner(HedgedSigner&&) noexcept;
    HedgedSigner& operator=(HedgedSigner&&) noexcept;
    ~HedgedSigner() override;

    base::Result<Signature> sign(const Digest& digest) override;
    const PublicKey& public_key() const override { return public_key_; }

  private:
    struct State;

    std::unique_ptr<State> state_;
    PublicKey public_key_;
};

}  // namespace counterfoil::crypto
