#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "firmware/core/base/bytes.h"

namespace counterfoil::crypto {

// A SHA-256.
using Digest = std::array<std::uint8_t, 32>;

// The digest of the parts as if they stood in one piece; nothing is copied.
Digest sha256(std::initializer_list<base::ByteView> parts);

// HMAC-SHA-256, RFC 2104.
Digest hmac_sha256(base::ByteView key, base::ByteView message);

// Whether both are the same, in a time that does not tell where they differ.
bool same_digest(const Digest& left, const Digest& right);

// The same over what comes bit by bit, such as a file that does not fit into memory.
class RunningDigest {
  public:
    RunningDigest();
    RunningDigest(RunningDigest&&) noexcept;
    RunningDigest& operator=(RunningDigest&&) noexcept;
    ~RunningDigest();

    void add(base::ByteView bytes);
    // The digest of all that was added; nothing may be added after it.
    Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::crypto
