#pragma once

#include <string>
#include <vector>

#include "firmware/core/base/id.h"
#include "firmware/core/token/proof.h"

namespace counterfoil::token {

inline constexpr std::string_view kCouponPrefix = "CF1:";
// What a QR code of version 8 with medium error correction holds in its alphanumeric mode.
inline constexpr std::size_t kMaxCouponText = 221;
inline constexpr std::size_t kMaxCouponBytes = 144;
static_assert(kCouponPrefix.size() + kMaxCouponBytes / 2 * 3 <= kMaxCouponText);

inline constexpr std::size_t kMaxCouponStores = 3;
inline constexpr std::uint8_t kMaxCouponUses = 23;
inline constexpr std::uint32_t kWholePermille = 1000;

enum class CouponKind : std::uint8_t {
    fixed = 1,         // value: minor units of the merchant's currency
    percent = 2,       // value: permille
    bonus_points = 3,  // value: points
    free_product = 4,  // value: the product's number in the catalogue
};

// Names a member without saying who it is: the first bytes of the id's SHA-256.
using HolderTag = std::array<std::uint8_t, 8>;
HolderTag holder_tag(const base::Uuid& member);

using CouponSerial = std::array<std::uint8_t, 8>;

struct Coupon {
    CouponSerial serial{};
    std::uint32_t book = 0;
    CouponKind kind = CouponKind::fixed;
    std::uint32_t value = 0;
    std::int64_t not_before_s = 0;
    std::int64_t expires_s = 0;         // the first second in which it is no longer valid
    std::optional<HolderTag> holder;    // none: whoever brings it
    std::vector<std::uint16_t> stores;  // rising; none: every store of the merchant
    std::uint16_t home = 0;             // the store that holds the right to redeem it; 0: none
    std::uint8_t uses = 1;

    bool operator==(const Coupon&) const = default;
};

struct SignedCoupon {
    Coupon coupon;
    Proof proof;
};

// "CF1:...", signed. invalid_argument where a field is out of its range.
base::Result<std::string> write_coupon(const Coupon& coupon, crypto::Signer& signer);

// The coupon that the text says it is; nothing is believed yet.
Judged<SignedCoupon> read_coupon(std::string_view text);

}  // namespace counterfoil::token
