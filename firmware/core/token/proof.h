#pragma once

#include "firmware/core/base/clock.h"
#include "firmware/core/token/cose.h"

namespace counterfoil::token {

// The labels of our CWT claims (RFC 8392); ours alone stand under a private one, in one array.
enum Claim : std::int64_t {
    kExpires = 4,
    kNotBefore = 5,
    kIssuedAt = 6,
    kTokenId = 7,
    kOwn = -65537,
};

// Seconds since 1970 in a claim: four bytes at most, until 2106.
inline constexpr std::uint64_t kMaxSeconds = 0xffffffff;

inline std::int64_t seconds_of(base::WallTime time) {
    return time.unix_ms / 1000;
}

// What a signature is over, kept when the message's bytes are gone.
struct Proof {
    std::optional<KeyId> key;
    crypto::Digest digest{};
    crypto::Signature signature{};

    static Proof of(const Sign1& message);
};

// A text of ours: the prefix, then the message in base45.
Judged<base::Bytes> message_of(std::string_view text, std::string_view prefix,
                               std::size_t max_bytes);
std::string text_of(std::string_view prefix, base::ByteView message);

}  // namespace counterfoil::token
