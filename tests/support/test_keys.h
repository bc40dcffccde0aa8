#pragma once

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/core/token/judge.h"
#include "tests/support/test_till.h"

namespace counterfoil::test {

// 2026-11-21T08:00:00Z.
inline constexpr std::int64_t kNowSeconds = 1795248000;

inline base::WallTime at_second(std::int64_t seconds) {
    return {seconds * 1000};
}

inline base::Bytes hex(std::string_view text) {
    return base::from_hex(text).value();
}

// A merchant with a key for each purpose, a list of them, a phone, and a judge in store 3.
struct TestKeys {
    TestKeys()
        : root(crypto::SigningKey::generate(entropy)),
          coupons(crypto::SigningKey::generate(entropy)),
          members(crypto::SigningKey::generate(entropy)),
          revocations(crypto::SigningKey::generate(entropy)),
          phone(crypto::SigningKey::generate(entropy)),
          ring(list()),
          replays(at_second(kNowSeconds - 3600)),
          judge(ring, revoked, replays) {}

    token::ListedKey listed(const crypto::SigningKey& key, std::uint8_t purposes) const {
        return {key.public_key(), purposes, kNowSeconds - 1000, kNowSeconds + 10'000'000};
    }
    token::KeyList list() const {
        return {7,
                kNowSeconds - 1000,
                kNowSeconds + 5'000'000,
                {listed(coupons, token::kForCoupons), listed(members, token::kForMembers),
                 listed(revocations, token::kForRevocations)}};
    }
    token::Coupon coupon() const {
        token::Coupon coupon;
        coupon.serial = {1, 2, 3, 4, 5, 6, 7, 8};
        coupon.book = 42;
        coupon.value = 1000;
        coupon.not_before_s = kNowSeconds - 100;
        coupon.expires_s = kNowSeconds + 1000;
        return coupon;
    }
    token::MemberCertificate certificate() const {
        token::MemberCertificate certificate;
        certificate.member.bytes = {0x01, 0x93, 0x4f, 0x00, 0x00, 0x00, 0x70, 0x00, 0x80, 1};
        certificate.tier = 2;
        certificate.device = crypto::compress(phone.public_key());
        certificate.expires_s = kNowSeconds + 1'000'000;
        return certificate;
    }
    std::string member_text(const token::MemberCertificate& certificate,
                            const token::Showing& showing) {
        const auto bytes = token::write_certificate(certificate, members).value();
        return token::write_member(bytes, showing, phone).value();
    }
    token::Situation situation() const { return {at_second(kNowSeconds), 3, {}}; }

    SeededEntropy entropy{5};
    crypto::SigningKey root, coupons, members, revocations, phone;
    token::KeyRing ring;
    token::Revocations revoked;
    token::ReplayTable replays;
    token::Judge judge;
};

}  // namespace counterfoil::test
