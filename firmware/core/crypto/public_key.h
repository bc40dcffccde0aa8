#pragma once

#include <filesystem>
#include <string>

#include "firmware/core/base/result.h"
#include "firmware/core/crypto/signature.h"

namespace counterfoil::crypto {

// A point of P-256 in half the space: 0x02 or 0x03 for Y's last bit, then X.
using CompressedKey = std::array<std::uint8_t, 33>;

CompressedKey compress(const PublicKey& key);
// bad_certificate where no point has this X.
base::Result<PublicKey> expand(const CompressedKey& key);

// "-----BEGIN PUBLIC KEY-----": what `openssl ec -pubout` writes. key_mismatch for any other kind.
std::string to_pem(const PublicKey& key);
base::Result<PublicKey> public_key_from_pem(std::string_view pem);
base::Result<PublicKey> load_public_key(const std::filesystem::path& path);

}  // namespace counterfoil::crypto
