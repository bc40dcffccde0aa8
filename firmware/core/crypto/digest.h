#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "firmware/core/base/bytes.h"

namespace counterfoil::crypto {

// A SHA-256.
using Digest = std::array<std::uint8_t, 32>;

// The digest of the parts as if they stood in one piece; nothing is copied.
Digest sha256(std::initializer_list<base::ByteView> parts);

}  // namespace counterfoil::crypto
