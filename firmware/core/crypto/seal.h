#pragma once

#include <array>
#include <string_view>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/id.h"
#include "firmware/core/base/result.h"

namespace counterfoil::crypto {

using SealKey = std::array<std::uint8_t, 32>;

// A secret under a key, by AES-256-GCM: 12 bytes nonce, the ciphertext, 16 bytes tag. `context` is
// not hidden, but opening with another context fails, so that a seal cannot be moved to another
// place. A random nonce bounds one key to 2^32 seals.
base::Bytes seal(const SealKey& key, std::string_view context, base::ByteView secret,
                 base::Entropy& entropy);

// The secret; bad_signature where key, context or bytes are not those of the sealing.
base::Result<base::Bytes> open_seal(const SealKey& key, std::string_view context,
                                    base::ByteView sealed);

}  // namespace counterfoil::crypto
