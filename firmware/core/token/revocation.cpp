#include "firmware/core/token/revocation.h"

#include <algorithm>
#include <functional>

namespace counterfoil::token {

using base::ByteView;
using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::uint64_t kMaxVersion = 0xffffffff;
constexpr std::size_t kPrefixBytes = sizeof(RevocationPrefix);

// Big-endian, so that numbers and bytes sort alike.
RevocationPrefix prefix_from(const std::uint8_t* bytes) {
    RevocationPrefix prefix = 0;
    for (std::size_t i = 0; i < kPrefixBytes; ++i) prefix = prefix << 8 | bytes[i];
    return prefix;
}

void append_prefix(base::Bytes& out, RevocationPrefix prefix) {
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(prefix >> shift));
}

RevocationPrefix prefix_of(std::string_view kind, ByteView what) {
    return prefix_from(crypto::sha256({base::as_bytes(kind), what}).data());
}

bool is_sound(const RevocationDelta& delta) {
    const bool rising =
        std::ranges::adjacent_find(delta.added, std::greater_equal()) == delta.added.end();
    return rising && delta.from < delta.to && delta.added.size() <= kMaxDeltaPrefixes;
}

}  // namespace

RevocationPrefix revocation_of(const CouponSerial& coupon) {
    return prefix_of("coupon:", coupon);
}

RevocationPrefix revocation_of(const base::Uuid& member) {
    return prefix_of("member:", member.bytes);
}

RevocationPrefix revocation_of(const crypto::Digest& certificate) {
    return prefix_of("certificate:", certificate);
}

Result<base::Bytes> write_delta(const RevocationDelta& delta, crypto::Signer& signer) {
    if (!is_sound(delta))
        return Error(Code::invalid_argument,
                     "a delta leads to a later version and adds up to 65536 prefixes, rising");
    base::Bytes prefixes;
    prefixes.reserve(delta.added.size() * kPrefixBytes);
    for (const RevocationPrefix prefix : delta.added) append_prefix(prefixes, prefix);
    CborWriter out;
    out.map(2).number(kIssuedAt).number(delta.issued_s);
    out.number(kOwn).array(3).number(static_cast<std::int64_t>(delta.from));
    out.number(static_cast<std::int64_t>(delta.to)).byte_string(prefixes);
    return write_sign1(out.bytes(), key_id(signer.public_key()), CoseTag::tagged, signer);
}

Judged<SignedDelta> read_delta(ByteView bytes) {
    CF_LET(const Sign1 message, read_sign1(bytes, CoseTag::tagged));
    SignedDelta found{{}, Proof::of(message)};
    CborReader reader(message.payload, CborForm::deterministic);
    reader.expect_map(2);
    reader.expect_number(kIssuedAt);
    found.delta.issued_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    reader.expect_number(kOwn);
    reader.expect_array(3);
    found.delta.from = reader.unsigned_number(kMaxVersion);
    found.delta.to = reader.unsigned_number(kMaxVersion);
    const ByteView prefixes = reader.byte_string(kMaxDeltaPrefixes * kPrefixBytes);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (prefixes.size() % kPrefixBytes != 0) return Refusal::malformed;
    for (std::size_t at = 0; at < prefixes.size(); at += kPrefixBytes)
        found.delta.added.push_back(prefix_from(prefixes.data() + at));
    if (!is_sound(found.delta)) return Refusal::malformed;
    return found;
}

Judged<void> Revocations::apply(const SignedDelta& signed_delta, const KeyRing& keys) {
    const RevocationDelta& delta = signed_delta.delta;
    CF_TRY(keys.check(signed_delta.proof, kForRevocations, {delta.issued_s * 1000}));
    if (delta.to <= version_) return Refusal::older_list;
    if (delta.from == 0) prefixes_.clear();
    if (delta.from != 0 && delta.from != version_) return Refusal::delta_gap;
    if (prefixes_.size() + delta.added.size() > kMaxRevocations) return Refusal::too_long;
    std::vector<RevocationPrefix> merged;
    merged.reserve(prefixes_.size() + delta.added.size());
    std::ranges::set_union(prefixes_, delta.added, std::back_inserter(merged));
    prefixes_ = std::move(merged);
    version_ = delta.to;
    return {};
}

bool Revocations::contains(RevocationPrefix prefix) const {
    return std::ranges::binary_search(prefixes_, prefix);
}

}  // namespace counterfoil::token
