#pragma once

#include <filesystem>
#include <memory>

#include "firmware/core/base/id.h"
#include "firmware/core/crypto/signature.h"

namespace counterfoil::crypto {

// A private key on P-256. Signing is deterministic (RFC 6979): the same key and digest give the
// same signature, and no signature hangs on a random number. One thread at a time.
class SigningKey final : public Signer {
  public:
    // The entropy, which must outlive the key, makes it and blinds its arithmetic.
    static SigningKey generate(base::Entropy& entropy);

    // From a PEM file. key_exposed where others may read the file, key_mismatch where it holds
    // another kind of key.
    static base::Result<SigningKey> load(const std::filesystem::path& path, base::Entropy& entropy);
    static base::Result<SigningKey> from_pem(std::string_view pem, base::Entropy& entropy);

    // Writes a new file that only its owner can read; already_exists where there is one.
    base::Status save(const std::filesystem::path& path) const;

    base::Result<Signature> sign(const Digest& digest) override;
    const PublicKey& public_key() const override { return public_key_; }

    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey() override;

  private:
    friend class KeyAccess;
    struct State;
    explicit SigningKey(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
    PublicKey public_key_;
};

}  // namespace counterfoil::crypto
