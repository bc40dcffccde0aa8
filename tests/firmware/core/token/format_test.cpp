#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/judge.h"
#include "firmware/core/token/scanned.h"
#include "tests/support/format_document.h"
#include "tests/support/test_keys.h"

namespace counterfoil::token {
namespace {

// The document's one key plays all the parts.
class TokenFormat : public testing::Test {
  protected:
    const std::string& example(const std::string& name) {
        EXPECT_TRUE(document_.examples.contains(name)) << name;
        return document_.examples[name];
    }

    test::FormatDocument document_ = test::FormatDocument::read("firmware/core/token/FORMAT.md");
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ =
        test::published_key(example("private-key"), example("public-key"), entropy_);
};

TEST_F(TokenFormat, TheKeyHasTheIdShown) {
    EXPECT_EQ(base::to_hex(key_id(key_.public_key())), example("key-id"));
}

TEST_F(TokenFormat, TheCouponIsTheOneShown) {
    Coupon coupon;
    coupon.serial = {1, 2, 3, 4, 5, 6, 7, 8};
    coupon.book = 42;
    coupon.value = 1000;
    coupon.not_before_s = 1795248000;
    coupon.expires_s = 1797840000;
    coupon.stores = {3, 7};
    coupon.home = 3;
    EXPECT_EQ(write_coupon(coupon, key_).value(), example("coupon-text"));
    const base::Bytes message = base::from_base45(example("coupon-text").substr(4)).value();
    EXPECT_EQ(base::to_hex(message), example("coupon"));
    const Sign1 parts = read_sign1(message, CoseTag::tagged).value();
    EXPECT_EQ(base::to_hex(parts.payload), example("coupon-payload"));
    EXPECT_EQ(base::to_hex(parts.digest()), example("coupon-digest"));
}

TEST_F(TokenFormat, TheMembersCodeIsTheOneShown) {
    MemberCertificate certificate;
    certificate.member = base::Uuid::parse("01934f00-0000-7000-8001-000000000000").value();
    certificate.tier = 2;
    certificate.device = crypto::compress(key_.public_key());
    certificate.expires_s = 1797840000;
    const auto bytes = write_certificate(certificate, key_).value();
    EXPECT_EQ(base::to_hex(bytes), example("certificate"));
    const std::string text = write_member(bytes, {1795248000, 9}, key_).value();
    EXPECT_EQ(text, example("member-text"));
    EXPECT_EQ(read_member(text).value().certificate, certificate);
}

TEST_F(TokenFormat, TheListsAreThoseShown) {
    const ListedKey key{key_.public_key(), kForCoupons | kForMembers, 1795248000, 1826784000};
    const KeyList list{1, 1795248000, 1797840000, {key}};
    EXPECT_EQ(base::to_hex(write_key_list(list, key_).value()), example("key-list"));
    const RevocationDelta delta{
        0, 1, 1795248000, {revocation_of(CouponSerial{1, 2, 3, 4, 5, 6, 7, 8})}};
    EXPECT_EQ(base::to_hex(write_delta(delta, key_).value()), example("revocations"));
}

TEST_F(TokenFormat, TheReceiptCodeIsTheOneShown) {
    crypto::Digest hash{};
    ASSERT_TRUE(base::hex_into("5f0c9d2ab3e41f77", std::span(hash).first(8)));
    EXPECT_EQ(write_receipt_code("T01", 42, hash), example("receipt-code"));
}

TEST_F(TokenFormat, NamesEveryReason) {
    for (int i = 0; i <= static_cast<int>(Refusal::delta_gap); ++i)
        EXPECT_TRUE(document_.names(refusal_name(static_cast<Refusal>(i)))) << i;
}

}  // namespace
}  // namespace counterfoil::token
