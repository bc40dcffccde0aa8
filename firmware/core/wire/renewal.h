#pragma once

#include "firmware/core/crypto/certificate.h"

// How a terminal asks for the next certificate of its link before the last one runs out: over HTTP,
// signed by the key that it has.
namespace counterfoil::wire {

// How far the clocks of a terminal and the centre may be apart.
inline constexpr std::int64_t kMostClockGapMs = 10LL * 60 * 1000;

// What the key of the current certificate signs.
crypto::Digest renewal_hash(const crypto::Certificate& current, base::ByteView request_der,
                            base::WallTime at);

// Which part of a tenant's terminals one belongs to, where nobody says otherwise.
std::uint16_t shard_of(std::string_view terminal);

}  // namespace counterfoil::wire
