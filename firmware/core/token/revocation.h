#pragma once

#include <vector>

#include "firmware/core/token/coupon.h"
#include "firmware/core/token/key_list.h"
#include "firmware/core/token/member.h"

// What the centre has taken back: eight bytes of a hash each, sent as signed deltas.
namespace counterfoil::token {

using RevocationPrefix = std::uint64_t;

RevocationPrefix revocation_of(const CouponSerial& coupon);
// All of a member's phones.
RevocationPrefix revocation_of(const base::Uuid& member);
// One certificate, by its fingerprint.
RevocationPrefix revocation_of(const crypto::Digest& certificate);

inline constexpr std::size_t kMaxDeltaPrefixes = 1 << 16;
inline constexpr std::size_t kMaxRevocations = 1 << 22;

// Leads from one version of the set to a later one; the empty set is version 0.
struct RevocationDelta {
    std::uint64_t from = 0;
    std::uint64_t to = 1;
    std::int64_t issued_s = 0;
    std::vector<RevocationPrefix> added;  // rising

    bool operator==(const RevocationDelta&) const = default;
};

base::Result<base::Bytes> write_delta(const RevocationDelta& delta, crypto::Signer& signer);

struct SignedDelta {
    RevocationDelta delta;
    Proof proof;
};
Judged<SignedDelta> read_delta(base::ByteView bytes);

// The set in use. One thread at a time.
class Revocations {
  public:
    // The delta's proof must have held for kForRevocations when it was issued, and it must begin
    // where this set ends; or begin at 0 and lead further, and then it is the whole new set.
    Judged<void> apply(const SignedDelta& delta, const KeyRing& keys);

    bool contains(RevocationPrefix prefix) const;
    std::uint64_t version() const { return version_; }
    const std::vector<RevocationPrefix>& prefixes() const { return prefixes_; }

  private:
    std::uint64_t version_ = 0;
    std::vector<RevocationPrefix> prefixes_;  // rising
};

}  // namespace counterfoil::token
