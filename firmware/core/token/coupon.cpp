#include "firmware/core/token/coupon.h"

#include <algorithm>
#include <functional>

namespace counterfoil::token {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::uint64_t kMaxUint32 = 0xffffffff;
constexpr std::uint64_t kMaxUint16 = 0xffff;
constexpr std::size_t kOwnFields = 7;

bool is_sound(const Coupon& coupon) {
    const bool rising =
        std::ranges::adjacent_find(coupon.stores, std::greater_equal()) == coupon.stores.end();
    return coupon.value > 0 && coupon.not_before_s >= 0 && coupon.not_before_s < coupon.expires_s &&
           coupon.expires_s <= static_cast<std::int64_t>(kMaxSeconds) &&
           (coupon.kind != CouponKind::percent || coupon.value <= kWholePermille) &&
           coupon.stores.size() <= kMaxCouponStores && rising && coupon.uses >= 1 &&
           coupon.uses <= kMaxCouponUses;
}

base::Bytes payload_of(const Coupon& coupon) {
    CborWriter out;
    out.map(4).number(kExpires).number(coupon.expires_s);
    out.number(kNotBefore).number(coupon.not_before_s);
    out.number(kTokenId).byte_string(coupon.serial);
    out.number(kOwn).array(kOwnFields).number(static_cast<std::int64_t>(coupon.kind));
    out.number(coupon.value).number(coupon.book);
    out.byte_string(coupon.holder ? base::ByteView(*coupon.holder) : base::ByteView());
    out.array(coupon.stores.size());
    for (const std::uint16_t store : coupon.stores) out.number(store);
    out.number(coupon.home).number(coupon.uses);
    return out.bytes();
}

void read_holder(CborReader& reader, Coupon& coupon) {
    const base::ByteView holder = reader.byte_string(sizeof(HolderTag));
    if (holder.empty()) return;
    if (holder.size() != sizeof(HolderTag)) return reader.fail(Refusal::malformed);
    std::ranges::copy(holder, coupon.holder.emplace().begin());
}

void read_own(CborReader& reader, Coupon& coupon) {
    reader.expect_array(kOwnFields);
    const std::uint64_t kind = reader.unsigned_number(kMaxUint16);
    if (kind < 1 || kind > static_cast<std::uint64_t>(CouponKind::free_product))
        reader.fail(Refusal::malformed);
    coupon.kind = static_cast<CouponKind>(kind);
    coupon.value = static_cast<std::uint32_t>(reader.unsigned_number(kMaxUint32));
    coupon.book = static_cast<std::uint32_t>(reader.unsigned_number(kMaxUint32));
    read_holder(reader, coupon);
    const std::size_t stores = reader.array(kMaxCouponStores);
    for (std::size_t i = 0; i < stores; ++i)
        coupon.stores.push_back(static_cast<std::uint16_t>(reader.unsigned_number(kMaxUint16)));
    coupon.home = static_cast<std::uint16_t>(reader.unsigned_number(kMaxUint16));
    coupon.uses = static_cast<std::uint8_t>(reader.unsigned_number(kMaxCouponUses));
}

}  // namespace

HolderTag holder_tag(const base::Uuid& member) {
    const crypto::Digest digest = crypto::sha256({member.bytes});
    HolderTag tag;
    std::copy_n(digest.begin(), tag.size(), tag.begin());
    return tag;
}

Result<std::string> write_coupon(const Coupon& coupon, crypto::Signer& signer) {
    if (!is_sound(coupon))
        return Error(Code::invalid_argument,
                     "a coupon has a value (percent: up to 1000 permille), begins before it ends, "
                     "names up to 3 stores in rising order, and has 1 to 23 uses");
    CF_LET(const base::Bytes message,
           write_sign1(payload_of(coupon), key_id(signer.public_key()), CoseTag::tagged, signer));
    CF_CHECK(message.size() <= kMaxCouponBytes);
    return text_of(kCouponPrefix, message);
}

Judged<SignedCoupon> read_coupon(std::string_view text) {
    CF_LET(const base::Bytes bytes, message_of(text, kCouponPrefix, kMaxCouponBytes));
    CF_LET(const Sign1 message, read_sign1(bytes, CoseTag::tagged));
    SignedCoupon found{{}, Proof::of(message)};
    Coupon& coupon = found.coupon;
    CborReader reader(message.payload, CborForm::deterministic);
    reader.expect_map(4);
    reader.expect_number(kExpires);
    coupon.expires_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    reader.expect_number(kNotBefore);
    coupon.not_before_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    reader.expect_number(kTokenId);
    reader.bytes_into(coupon.serial);
    reader.expect_number(kOwn);
    read_own(reader, coupon);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (!is_sound(coupon) || !found.proof.key) return Refusal::malformed;
    return found;
}

}  // namespace counterfoil::token
