#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/seal.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/core/crypto/verifier.h"
#include "tests/support/test_till.h"

namespace counterfoil::crypto {
namespace {

using base::Code;

// RFC 6979, appendix A.2.5.
constexpr const char* kPublishedKey =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
    "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
    "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END EC PRIVATE KEY-----\n";

Digest digest_of(std::string_view text) {
    return sha256({base::as_bytes(text)});
}

TEST(Sha256, HasThePublishedForms) {
    EXPECT_EQ(base::to_hex(digest_of("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(base::to_hex(digest_of("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(base::to_hex(digest_of(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(sha256({base::as_bytes("a"), base::as_bytes(""), base::as_bytes("bc")}),
              digest_of("abc"));
}

class SigningKeyTest : public testing::Test {
  protected:
    Code load_error(const std::string& content, unsigned mode) {
        std::ofstream(file_, std::ios::trunc) << content;
        ::chmod(file_.c_str(), mode);
        const auto key = SigningKey::load(file_, entropy_);
        EXPECT_FALSE(key.ok());
        return key.ok() ? Code::refused : key.error().code();
    }

    test::SeededEntropy entropy_{1};
    test::TemporaryFolder folder_;
    const std::filesystem::path file_ = folder_ / "key.pem";
};

TEST_F(SigningKeyTest, SignsAsThePublishedExamplesDo) {
    auto key = SigningKey::from_pem(kPublishedKey, entropy_);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(base::to_hex(key.value().sign(digest_of("sample")).value()),
              "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
              "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    EXPECT_EQ(base::to_hex(key.value().sign(digest_of("test")).value()),
              "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
              "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

TEST_F(SigningKeyTest, IsAcceptedByTheVerifierAndNothingElseIs) {
    SigningKey key = SigningKey::generate(entropy_);
    const auto verifier = Verifier::create(key.public_key());
    ASSERT_TRUE(verifier.ok());
    for (int i = 0; i < 100; ++i) {
        const Digest digest = digest_of(std::to_string(i));
        EXPECT_TRUE(verifier.value().verify(digest, key.sign(digest).value()));
    }
    const Digest digest = digest_of("x");
    Signature signature = key.sign(digest).value();
    for (std::size_t bit = 0; bit < 512; ++bit) {
        Signature flipped = signature;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        EXPECT_FALSE(verifier.value().verify(digest, flipped)) << bit;
    }
    EXPECT_FALSE(verifier.value().verify(digest_of("y"), signature));
    signature.fill(0);
    EXPECT_FALSE(verifier.value().verify(digest, signature));
    signature.fill(0xff);
    EXPECT_FALSE(verifier.value().verify(digest, signature));
    EXPECT_FALSE(Verifier::create(SigningKey::generate(entropy_).public_key())
                     .value()
                     .verify(digest, key.sign(digest).value()));
}

TEST_F(SigningKeyTest, PublicKeyOffTheCurveIsRefused) {
    PublicKey key = SigningKey::generate(entropy_).public_key();
    key[64] ^= 1;
    EXPECT_EQ(Verifier::create(key).error().code(), Code::bad_certificate);
    EXPECT_FALSE(Verifier::create(PublicKey{}).ok());
}

TEST_F(SigningKeyTest, LivesInAFileOfItsOwnersOnly) {
    SigningKey key = SigningKey::generate(entropy_);
    ASSERT_TRUE(key.save(file_).ok());
    auto back = SigningKey::load(file_, entropy_);
    ASSERT_TRUE(back.ok()) << back.error().line();
    EXPECT_EQ(back.value().public_key(), key.public_key());
    EXPECT_EQ(key.save(file_).error().code(), Code::already_exists);
    for (unsigned mode : {0640u, 0604u, 0660u, 0601u}) {
        ::chmod(file_.c_str(), mode);
        const auto exposed = SigningKey::load(file_, entropy_);
        ASSERT_FALSE(exposed.ok());
        EXPECT_EQ(exposed.error().code(), Code::key_exposed);
        EXPECT_NE(exposed.error().message().find("chmod 600"), std::string::npos);
    }
}

TEST_F(SigningKeyTest, RefusesAFileThatIsNoKey) {
    EXPECT_EQ(load_error("", 0600), Code::malformed);
    EXPECT_EQ(load_error("hello", 0600), Code::malformed);
    EXPECT_EQ(load_error(std::string(kPublishedKey).substr(0, 120), 0600), Code::malformed);
    EXPECT_EQ(load_error(std::string(100'000, 'x'), 0600), Code::too_large);
    // A key on P-384, made for this test.
    EXPECT_EQ(load_error("-----BEGIN EC PRIVATE KEY-----\n"
                         "MIGkAgEBBDACRjuCO1VxrSePZPYMTPJu2njIYy+chXW0ZmTO0qCB7YFPZ4tDtfgA\n"
                         "XS8xae8RfcegBwYFK4EEACKhZANiAARhqZhfAuTwa1qE5EsD5RQrufBwpejXtqUV\n"
                         "2XXwR5YUGxMYNZsVxs9eJ9VS3c1bR0yRNmWrEbT/8HJTbIGyPGmwkLP8VWV4gklO\n"
                         "V/klfVY2QdBFKpfmfWzMPgYWGR8QCUU=\n"
                         "-----END EC PRIVATE KEY-----\n",
                         0600),
              Code::key_mismatch);
    std::filesystem::remove(file_);
    EXPECT_EQ(SigningKey::load(file_, entropy_).error().code(), Code::not_found);
}

TEST(Seal, OpensWithItsKeyAndContextOnly) {
    test::SeededEntropy entropy(1);
    SealKey key{};
    entropy.fill(key);
    const std::string secret = "Kovács Őrs";
    base::Bytes sealed = seal(key, "member/1", base::as_bytes(secret), entropy);
    EXPECT_EQ(base::as_text(open_seal(key, "member/1", sealed).value()), secret);
    EXPECT_EQ(open_seal(key, "member/2", sealed).error().code(), Code::bad_signature);
    SealKey other = key;
    other[0] ^= 1;
    EXPECT_FALSE(open_seal(other, "member/1", sealed).ok());
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        sealed[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        EXPECT_FALSE(open_seal(key, "member/1", sealed).ok()) << bit;
        sealed[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(open_seal(key, "member/1", base::ByteView(sealed).first(size)).ok());
    EXPECT_TRUE(open_seal(key, "", seal(key, "", {}, entropy)).value().empty());
    EXPECT_NE(seal(key, "", {}, entropy), seal(key, "", {}, entropy));
}

TEST(Random, FillsAnyLengthDifferently) {
    Random random;
    base::Bytes a(5000);
    base::Bytes b(5000);
    random.fill(a);
    random.fill(b);
    EXPECT_NE(a, b);
    EXPECT_NE(base::Bytes(a.end() - 16, a.end()), base::Bytes(16));
}

}  // namespace
}  // namespace counterfoil::crypto
