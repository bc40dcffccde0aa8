#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"
#include "tests/support/test_keys.h"

namespace counterfoil::token {
namespace {

using test::at_second;
using test::kNowSeconds;
using test::TestKeys;

std::string coupon_text(TestKeys& keys, const Coupon& coupon) {
    return write_coupon(coupon, keys.coupons).value();
}

Coupon widest_coupon(const TestKeys& keys) {
    Coupon coupon = keys.coupon();
    coupon.book = coupon.value = 0xffffffff;
    coupon.kind = CouponKind::free_product;
    coupon.holder = holder_tag(keys.certificate().member);
    coupon.stores = {65533, 65534, 65535};
    coupon.home = 65535;
    coupon.uses = kMaxCouponUses;
    return coupon;
}

std::string_view name(const auto& judged) {
    return judged.ok() ? "believed" : refusal_name(judged.error());
}

TEST(Coupon, IsBelievedAndReadsBack) {
    TestKeys keys;
    const auto judged = keys.judge.coupon(coupon_text(keys, keys.coupon()), keys.situation());
    ASSERT_EQ(name(judged), "believed");
    EXPECT_EQ(judged.value(), keys.coupon());
    const Coupon widest = widest_coupon(keys);
    EXPECT_EQ(read_coupon(coupon_text(keys, widest)).value().coupon, widest);
}

TEST(Coupon, TheWidestOneFitsItsCode) {
    TestKeys keys;
    EXPECT_EQ(coupon_text(keys, widest_coupon(keys)).size(), 220U);
    EXPECT_LE(coupon_text(keys, widest_coupon(keys)).size(), kMaxCouponText);
}

TEST(Coupon, WhatIsOutOfRangeIsNotMade) {
    TestKeys keys;
    const auto refuses = [&](auto change) {
        Coupon coupon = keys.coupon();
        change(coupon);
        return !write_coupon(coupon, keys.coupons).ok();
    };
    EXPECT_TRUE(refuses([](Coupon& coupon) { coupon.value = 0; }));
    EXPECT_TRUE(refuses([](Coupon& coupon) { coupon.uses = 0; }));
    EXPECT_TRUE(refuses([](Coupon& coupon) { coupon.uses = 24; }));
    EXPECT_TRUE(refuses([](Coupon& coupon) { coupon.stores = {4, 4}; }));
    EXPECT_TRUE(refuses([](Coupon& coupon) { coupon.stores = {1, 2, 3, 4}; }));
    EXPECT_TRUE(refuses([](Coupon& coupon) { coupon.expires_s = coupon.not_before_s; }));
    EXPECT_TRUE(refuses([](Coupon& coupon) {
        coupon.kind = CouponKind::percent;
        coupon.value = 1001;
    }));
}

// The text has 1760 bits, and the message behind it 1152.
TEST(Coupon, EverySingleBitFlipIsRefused) {
    TestKeys keys;
    const std::string text = coupon_text(keys, widest_coupon(keys));
    Situation situation = keys.situation();
    situation.store = 65535;
    situation.member = keys.certificate().member;
    ASSERT_EQ(name(keys.judge.coupon(text, situation)), "believed");
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(keys.judge.coupon(flipped, situation).ok()) << "bit " << bit;
        const auto scanned = read_scanned(flipped, "QRCode");
        EXPECT_TRUE(!scanned.ok() || std::holds_alternative<SignedCoupon>(scanned.value()));
    }
    const base::Bytes message = base::from_base45(text.substr(4)).value();
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
        base::Bytes flipped = message;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(keys.judge.coupon(text_of(kCouponPrefix, flipped), situation).ok())
            << "bit " << bit;
    }
}

TEST(Coupon, TimeStoreAndHolderAreJudged) {
    TestKeys keys;
    Coupon coupon = keys.coupon();
    coupon.stores = {2, 4};
    coupon.holder = holder_tag(keys.certificate().member);
    const std::string text = coupon_text(keys, coupon);
    const auto judged = [&](std::int64_t second, std::uint16_t store, bool holder) {
        Situation situation{at_second(second), store, {}};
        if (holder) situation.member = keys.certificate().member;
        return name(keys.judge.coupon(text, situation));
    };
    EXPECT_EQ(judged(kNowSeconds, 4, true), "believed");
    EXPECT_EQ(judged(coupon.not_before_s, 4, true), "believed");
    EXPECT_EQ(judged(coupon.not_before_s - 1, 4, true), "not_yet_valid");
    EXPECT_EQ(judged(coupon.expires_s - 1, 4, true), "believed");
    EXPECT_EQ(judged(coupon.expires_s, 4, true), "expired");
    EXPECT_EQ(judged(kNowSeconds, 3, true), "wrong_store");
    EXPECT_EQ(judged(kNowSeconds, 4, false), "wrong_holder");
}

TEST(Coupon, KeysAreJudged) {
    TestKeys keys;
    const auto judged_at = [&](crypto::SigningKey& key, std::int64_t second) {
        Coupon coupon = keys.coupon();
        coupon.not_before_s = 1;
        coupon.expires_s = kNowSeconds * 2;
        const std::string text = write_coupon(coupon, key).value();
        return name(keys.judge.coupon(text, {at_second(second), 3, {}}));
    };
    EXPECT_EQ(judged_at(keys.coupons, kNowSeconds), "believed");
    EXPECT_EQ(judged_at(keys.members, kNowSeconds), "wrong_purpose");
    EXPECT_EQ(judged_at(keys.phone, kNowSeconds), "key_unknown");
    EXPECT_EQ(judged_at(keys.coupons, kNowSeconds - 1001), "key_not_yet_valid");
    EXPECT_EQ(judged_at(keys.coupons, kNowSeconds + 10'000'000), "key_expired");
    EXPECT_EQ(judged_at(keys.coupons, kNowSeconds + 5'000'000), "keys_overdue");
}

TEST(Coupon, ASignatureByAnotherKeyIsWrong) {
    TestKeys keys;
    const std::string text = coupon_text(keys, keys.coupon());
    base::Bytes message = base::from_base45(text.substr(4)).value();
    std::string other = write_coupon(keys.coupon(), keys.phone).value();
    const base::Bytes forged = base::from_base45(other.substr(4)).value();
    std::copy(forged.end() - 64, forged.end(), message.end() - 64);
    EXPECT_EQ(name(keys.judge.coupon(text_of(kCouponPrefix, message), keys.situation())),
              "signature_wrong");
}

TEST(Coupon, WhatWasTakenBackIsRevoked) {
    TestKeys keys;
    const std::string text = coupon_text(keys, keys.coupon());
    const RevocationDelta delta{0, 1, kNowSeconds, {revocation_of(keys.coupon().serial)}};
    const auto written = write_delta(delta, keys.revocations).value();
    const auto read = read_delta(written);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value().delta, delta);
    ASSERT_TRUE(keys.revoked.apply(read.value(), keys.ring).ok());
    EXPECT_EQ(name(keys.judge.coupon(text, keys.situation())), "revoked");
    EXPECT_EQ(keys.revoked.apply(read.value(), keys.ring).error(), Refusal::older_list);
    const auto gap = read_delta(write_delta({2, 3, kNowSeconds, {5}}, keys.revocations).value());
    EXPECT_EQ(keys.revoked.apply(gap.value(), keys.ring).error(), Refusal::delta_gap);
}

TEST(Revocations, AWholeNewSetTakesTheOldOnesPlace) {
    TestKeys keys;
    const auto applied = [&](const RevocationDelta& delta) {
        const auto bytes = write_delta(delta, keys.revocations).value();
        return name(keys.revoked.apply(read_delta(bytes).value(), keys.ring));
    };
    EXPECT_EQ(applied({0, 4, kNowSeconds, {1, 2}}), "believed");
    EXPECT_EQ(applied({0, 4, kNowSeconds, {3}}), "older_list");
    EXPECT_EQ(applied({0, 9, kNowSeconds, {2, 3}}), "believed");
    EXPECT_EQ(keys.revoked.prefixes(), (std::vector<RevocationPrefix>{2, 3}));
    EXPECT_EQ(keys.revoked.version(), 9U);
    EXPECT_EQ(applied({9, 10, kNowSeconds - 1001, {5}}), "key_not_yet_valid");
}

TEST(Revocations, OnlyTheirOwnKeySignsThem) {
    TestKeys keys;
    const RevocationDelta delta{0, 1, kNowSeconds, {1, 2, 3}};
    const auto read = read_delta(write_delta(delta, keys.coupons).value()).value();
    EXPECT_EQ(keys.revoked.apply(read, keys.ring).error(), Refusal::wrong_purpose);
    EXPECT_FALSE(write_delta({0, 1, kNowSeconds, {3, 2}}, keys.revocations).ok());
    EXPECT_FALSE(write_delta({1, 1, kNowSeconds, {}}, keys.revocations).ok());
}

TEST(Member, IsBelievedOnce) {
    TestKeys keys;
    const std::string text = keys.member_text(keys.certificate(), {kNowSeconds, 9});
    const auto judged = keys.judge.member(text, keys.situation());
    ASSERT_EQ(name(judged), "believed");
    EXPECT_EQ(judged.value().certificate, keys.certificate());
    EXPECT_TRUE(judged.value().may_spend);
    EXPECT_EQ(name(keys.judge.member(text, keys.situation())), "replayed");
    const std::string older = keys.member_text(keys.certificate(), {kNowSeconds + 1, 8});
    EXPECT_EQ(name(keys.judge.member(older, keys.situation())), "replayed");
    const std::string next = keys.member_text(keys.certificate(), {kNowSeconds, 10});
    EXPECT_EQ(name(keys.judge.member(next, keys.situation())), "believed");
}

TEST(Member, TheWidestOneFitsItsCode) {
    TestKeys keys;
    MemberCertificate widest = keys.certificate();
    widest.tier = kMaxTier;
    const std::string text = keys.member_text(widest, {kNowSeconds, 0xffffffff});
    EXPECT_EQ(text.size(), kMaxMemberText);
    EXPECT_EQ(read_member(text).value().certificate, widest);
    widest.tier = kMaxTier + 1;
    EXPECT_FALSE(write_certificate(widest, keys.members).ok());
}

TEST(Member, EverySingleBitFlipIsRefused) {
    TestKeys keys;
    const std::string text = keys.member_text(keys.certificate(), {kNowSeconds, 9});
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(keys.judge.member(flipped, keys.situation()).ok()) << "bit " << bit;
    }
    const base::Bytes message = base::from_base45(text.substr(4)).value();
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
        base::Bytes flipped = message;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(keys.judge.member(text_of(kMemberPrefix, flipped), keys.situation()).ok())
            << "bit " << bit;
    }
    EXPECT_EQ(name(keys.judge.member(text, keys.situation())), "believed")
        << "a refused code must leave no trace";
}

TEST(Member, IsFreshForAMinute) {
    TestKeys keys;
    std::uint32_t counter = 0;
    const auto judged = [&](std::int64_t shown) {
        const std::string text = keys.member_text(keys.certificate(), {shown, ++counter});
        return name(keys.judge.member(text, keys.situation()));
    };
    EXPECT_EQ(judged(kNowSeconds - 61), "stale");
    EXPECT_EQ(judged(kNowSeconds - 60), "believed");
    EXPECT_EQ(judged(kNowSeconds + 30), "believed");
    EXPECT_EQ(judged(kNowSeconds + 31), "clock_ahead");
}

TEST(Member, CertificatesAreJudged) {
    TestKeys keys;
    const auto judged = [&](auto change) {
        MemberCertificate certificate = keys.certificate();
        change(certificate);
        const std::string text = keys.member_text(certificate, {kNowSeconds, 1});
        return name(keys.judge.member(text, keys.situation()));
    };
    EXPECT_EQ(judged([](auto& certificate) { certificate.expires_s = kNowSeconds; }), "expired");
    EXPECT_EQ(judged([](auto& certificate) {
                  certificate.expires_s = kNowSeconds + kMaxCertificateSeconds + 31;
              }),
              "lifetime_too_long");
    EXPECT_EQ(judged([&](auto& certificate) {
                  certificate.device = crypto::compress(keys.root.public_key());
              }),
              "signature_wrong");
    EXPECT_EQ(judged([](auto& certificate) { certificate.device = {}; }), "malformed");
}

TEST(Member, OnlyAMembersKeyIssues) {
    TestKeys keys;
    const auto bytes = write_certificate(keys.certificate(), keys.coupons).value();
    const std::string text = write_member(bytes, {kNowSeconds, 1}, keys.phone).value();
    EXPECT_EQ(name(keys.judge.member(text, keys.situation())), "wrong_purpose");
}

TEST(Member, AMemberOrOnePhoneCanBeRevoked) {
    TestKeys keys;
    const std::string text = keys.member_text(keys.certificate(), {kNowSeconds, 1});
    for (const RevocationPrefix prefix : {revocation_of(keys.certificate().member),
                                          revocation_of(read_member(text).value().fingerprint)}) {
        Revocations revoked;
        const auto delta =
            read_delta(write_delta({0, 5, kNowSeconds, {prefix}}, keys.revocations).value());
        ASSERT_TRUE(revoked.apply(delta.value(), keys.ring).ok());
        Judge judge(keys.ring, revoked, keys.replays);
        EXPECT_EQ(name(judge.member(text, keys.situation())), "revoked");
    }
}

// (R, S) and (R, n - S) are both signatures of the same; whoever changes one into the other must
// not escape a revocation.
std::array<std::uint8_t, 32> order_minus(std::span<const std::uint8_t> number) {
    std::array<std::uint8_t, 32> result{};
    CF_CHECK(
        base::hex_into("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", result));
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int digit = result[i] - number[i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        result[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
    }
    return result;
}

TEST(Member, ATwinSignatureDoesNotEscapeARevocation) {
    TestKeys keys;
    base::Bytes certificate = write_certificate(keys.certificate(), keys.members).value();
    const auto showing = [&](std::uint32_t counter) {
        return write_member(certificate, {kNowSeconds, counter}, keys.phone).value();
    };
    const auto prefix = revocation_of(read_member(showing(1)).value().fingerprint);
    const auto twin = order_minus(std::span(certificate).last(32));
    std::ranges::copy(twin, certificate.end() - 32);
    EXPECT_EQ(name(keys.judge.member(showing(2), keys.situation())), "believed");
    const auto delta = write_delta({0, 1, kNowSeconds, {prefix}}, keys.revocations).value();
    ASSERT_TRUE(keys.revoked.apply(read_delta(delta).value(), keys.ring).ok());
    EXPECT_EQ(name(keys.judge.member(showing(3), keys.situation())), "revoked");
}

TEST(Member, EarnsOnlyWhileTheKeysAreOverdue) {
    TestKeys keys;
    const std::int64_t later = kNowSeconds + 5'000'000;
    MemberCertificate certificate = keys.certificate();
    certificate.expires_s = later + 1000;
    const std::string text = keys.member_text(certificate, {later, 1});
    const auto judged = keys.judge.member(text, {at_second(later), 3, {}});
    ASSERT_EQ(name(judged), "believed");
    EXPECT_FALSE(judged.value().may_spend);
}

TEST(ReplayTable, CodesThatMayBeFromBeforeTheStartAreStale) {
    TestKeys keys;
    ReplayTable replays(at_second(kNowSeconds));
    Judge judge(keys.ring, keys.revoked, replays);
    // A phone whose clock is ahead may have shown it before the start all the same.
    const std::string before = keys.member_text(keys.certificate(), {kNowSeconds + 29, 1});
    EXPECT_EQ(name(judge.member(before, keys.situation())), "stale");
    const std::string after = keys.member_text(keys.certificate(), {kNowSeconds + 30, 2});
    EXPECT_EQ(name(judge.member(after, keys.situation())), "believed");
}

TEST(ReplayTable, AClockSetBackBringsNothingToLife) {
    TestKeys keys;
    const auto judged = [&](const std::string& text, std::int64_t second) {
        return name(keys.judge.member(text, {at_second(second), 3, {}}));
    };
    const std::string first = keys.member_text(keys.certificate(), {kNowSeconds, 1});
    EXPECT_EQ(judged(first, kNowSeconds), "believed");
    MemberCertificate other = keys.certificate();
    other.device = crypto::compress(keys.root.public_key());
    const auto bytes = write_certificate(other, keys.members).value();
    const std::string second = write_member(bytes, {kNowSeconds + 65, 1}, keys.root).value();
    EXPECT_EQ(judged(second, kNowSeconds + 65), "believed");
    EXPECT_EQ(judged(first, kNowSeconds + 5), "stale");
}

TEST(ReplayTable, LearnsFromOtherTills) {
    TestKeys keys;
    keys.replays.learn(keys.certificate().device, {kNowSeconds, 9});
    const std::string text = keys.member_text(keys.certificate(), {kNowSeconds, 9});
    EXPECT_EQ(name(keys.judge.member(text, keys.situation())), "replayed");
}

TEST(Judge, TakesWhatAScannerPutsAround) {
    TestKeys keys;
    const std::string text = coupon_text(keys, keys.coupon());
    EXPECT_EQ(name(keys.judge.coupon("]Q1" + text + " ", keys.situation())), "believed");
    EXPECT_EQ(name(keys.judge.coupon("CUST001", keys.situation())), "unknown_code");
}

TEST(ReplayTable, ForgetsWhatIsStaleAnywayAndIsBounded) {
    ReplayTable replays(at_second(kNowSeconds - 100));
    SignedMember member;
    member.shown_s = kNowSeconds;
    for (std::uint32_t i = 0; i <= ReplayTable::kRoom; ++i) {
        member.certificate.device[0] = static_cast<std::uint8_t>(i >> 16);
        member.certificate.device[1] = static_cast<std::uint8_t>(i >> 8);
        member.certificate.device[2] = static_cast<std::uint8_t>(i);
        EXPECT_EQ(replays.admit(member, at_second(kNowSeconds)).ok(), i < ReplayTable::kRoom);
    }
    EXPECT_EQ(replays.size(), ReplayTable::kRoom);
    member.shown_s = kNowSeconds + 61;
    EXPECT_TRUE(replays.admit(member, at_second(kNowSeconds + 61)).ok());
    EXPECT_EQ(replays.size(), 1U);
}

}  // namespace
}  // namespace counterfoil::token
