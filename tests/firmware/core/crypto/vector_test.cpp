#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/seal.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/core/crypto/verifier.h"
#include "tests/support/test_till.h"

namespace counterfoil::crypto {
namespace {

template <std::size_t size>
std::array<std::uint8_t, size> from_hex_of(std::string_view hex) {
    std::array<std::uint8_t, size> bytes{};
    CF_CHECK(base::hex_into(hex, bytes));
    return bytes;
}

// Hands out the bytes that the test gave it.
class GivenEntropy final : public base::Entropy {
  public:
    explicit GivenEntropy(base::Bytes bytes) : bytes_(std::move(bytes)) {}
    void fill(std::span<std::uint8_t> out) override {
        CF_CHECK(out.size() == bytes_.size());
        std::copy(bytes_.begin(), bytes_.end(), out.begin());
    }

  private:
    base::Bytes bytes_;
};

// FIPS 180-4's example of two blocks, and every length around a block's end, cut everywhere.
TEST(Sha256Parts, AreHashedAsOnePiece) {
    EXPECT_EQ(base::to_hex(sha256(
                  {base::as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")})),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    for (std::size_t size : {0u, 1u, 55u, 56u, 63u, 64u, 65u, 127u, 128u, 200u}) {
        const std::string text(size, 'x');
        const Digest whole = sha256({base::as_bytes(text)});
        for (std::size_t cut = 0; cut <= size; ++cut) {
            ASSERT_EQ(
                sha256({base::as_bytes(text.substr(0, cut)), {}, base::as_bytes(text.substr(cut))}),
                whole);
        }
    }
    EXPECT_EQ(sha256({}), sha256({base::as_bytes("")}));
}

// RFC 6979 A.2.5's private key in PKCS #8 without its public half, which must be worked out.
TEST(PublishedKey, GivesThePublishedPoint) {
    test::SeededEntropy entropy(1);
    const std::string pem =
        "-----BEGIN PRIVATE KEY-----\n"
        "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDJr6nYRbp1FmtcIVdn\n"
        "sdaTTlDD2zbomxJ7imIrEg9nIQ==\n"
        "-----END PRIVATE KEY-----\n";
    auto key = SigningKey::from_pem(pem, entropy);
    ASSERT_TRUE(key.ok()) << key.error().line();
    EXPECT_EQ(base::to_hex(key.value().public_key()),
              "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
              "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    EXPECT_EQ(base::to_hex(key.value().sign(sha256({base::as_bytes("sample")})).value()),
              "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
              "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
}

TEST(Signing, HangsOnNoRandomNumber) {
    test::SeededEntropy entropy(1);
    test::SeededEntropy other(99);
    const test::TemporaryFolder folder;
    SigningKey key = SigningKey::generate(entropy);
    ASSERT_TRUE(key.save(folder / "key.pem").ok());
    SigningKey same = SigningKey::load(folder / "key.pem", other).value();
    for (int i = 0; i < 20; ++i) {
        const Digest digest = sha256({base::as_bytes(std::to_string(i))});
        const Signature signature = key.sign(digest).value();
        EXPECT_EQ(key.sign(digest).value(), signature);
        EXPECT_EQ(same.sign(digest).value(), signature);
    }
}

TEST(Signing, IsAcceptedForDigestsOfAnyShape) {
    test::SeededEntropy entropy(2);
    SigningKey key = SigningKey::generate(entropy);
    const auto verifier = Verifier::create(key.public_key());
    std::vector<Digest> digests(200);
    for (Digest& digest : digests) entropy.fill(digest);
    digests[0].fill(0);
    digests[1].fill(0xff);
    // The group's order, which a digest is taken by.
    digests[2] =
        from_hex_of<32>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    int short_numbers = 0;
    for (const Digest& digest : digests) {
        const Signature signature = key.sign(digest).value();
        ASSERT_TRUE(verifier.value().verify(digest, signature));
        short_numbers += signature[0] == 0 || signature[32] == 0 ? 1 : 0;
    }
    // Numbers with leading zeros, which are written shorter, were among them.
    EXPECT_GT(short_numbers, 0);
}

TEST(Signing, IsRefusedForEveryFlippedDigest) {
    test::SeededEntropy entropy(3);
    SigningKey key = SigningKey::generate(entropy);
    const auto verifier = Verifier::create(key.public_key());
    const Digest digest = sha256({base::as_bytes("x")});
    const Signature signature = key.sign(digest).value();
    for (std::size_t bit = 0; bit < 256; ++bit) {
        Digest flipped = digest;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        EXPECT_FALSE(verifier.value().verify(flipped, signature)) << bit;
    }
    // A failure leaves no trace in the verifier.
    EXPECT_TRUE(verifier.value().verify(digest, signature));
}

TEST(Signing, IsRefusedForNumbersOutsideTheGroup) {
    test::SeededEntropy entropy(4);
    SigningKey key = SigningKey::generate(entropy);
    const auto verifier = Verifier::create(key.public_key());
    const Digest digest = sha256({base::as_bytes("x")});
    const Signature good = key.sign(digest).value();
    const auto order =
        from_hex_of<32>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    for (const Digest& number : {Digest{}, Digest(order)}) {
        for (std::size_t half : {0u, 32u}) {
            Signature bad = good;
            std::copy(number.begin(), number.end(), bad.begin() + static_cast<long>(half));
            EXPECT_FALSE(verifier.value().verify(digest, bad));
        }
    }
    Signature swapped = good;
    std::rotate(swapped.begin(), swapped.begin() + 32, swapped.end());
    EXPECT_FALSE(verifier.value().verify(digest, swapped));
}

TEST(Verifying, TakesNoPointOffTheCurve) {
    test::SeededEntropy entropy(5);
    const PublicKey good = SigningKey::generate(entropy).public_key();
    EXPECT_TRUE(Verifier::create(good).ok());
    for (std::size_t bit = 8; bit < good.size() * 8; ++bit) {
        PublicKey bad = good;
        bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        ASSERT_FALSE(Verifier::create(bad).ok()) << bit;
    }
    for (int lead : {0x00, 0x01, 0x02, 0x03, 0x05, 0xff}) {
        PublicKey bad = good;
        bad[0] = static_cast<std::uint8_t>(lead);
        EXPECT_EQ(Verifier::create(bad).error().code(), base::Code::bad_certificate) << lead;
    }
    PublicKey large;
    large.fill(0xff);
    large[0] = 4;
    EXPECT_FALSE(Verifier::create(large).ok());
}

TEST(KeyFile, IsRefusedWithEveryBitForOthers) {
    test::SeededEntropy entropy(6);
    const test::TemporaryFolder folder;
    ASSERT_TRUE(SigningKey::generate(entropy).save(folder / "key.pem").ok());
    for (const auto bit :
         {std::filesystem::perms::group_read, std::filesystem::perms::group_write,
          std::filesystem::perms::others_read, std::filesystem::perms::others_write}) {
        std::filesystem::permissions(folder / "key.pem", std::filesystem::perms::owner_read | bit);
        const auto key = SigningKey::load(folder / "key.pem", entropy);
        ASSERT_FALSE(key.ok());
        EXPECT_EQ(key.error().code(), base::Code::key_exposed);
        EXPECT_NE(key.error().message().find((folder / "key.pem").string()), std::string::npos);
    }
}

TEST(KeyFile, KeepsAnotherKeyThatIsThere) {
    test::SeededEntropy entropy(7);
    const test::TemporaryFolder folder;
    const SigningKey first = SigningKey::generate(entropy);
    ASSERT_TRUE(first.save(folder / "key.pem").ok());
    EXPECT_EQ(SigningKey::generate(entropy).save(folder / "key.pem").error().code(),
              base::Code::already_exists);
    EXPECT_EQ(SigningKey::load(folder / "key.pem", entropy).value().public_key(),
              first.public_key());
}

// NIST's examples of GCM (test cases 14 and 16): nonce, ciphertext, tag, in that order.
TEST(SealVector, IsThePublishedOne) {
    GivenEntropy zeros(base::Bytes(12));
    EXPECT_EQ(base::to_hex(seal(SealKey{}, "", base::Bytes(16), zeros)),
              "000000000000000000000000"
              "cea7403d4d606b6e074ec5d3baf39d18"
              "d0d1c8a799996bf0265b98b5d48ab919");
    const auto key =
        from_hex_of<32>("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    const base::Bytes context = base::from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2").value();
    const base::Bytes secret =
        base::from_hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
            .value();
    GivenEntropy given(base::from_hex("cafebabefacedbaddecaf888").value());
    const base::Bytes sealed = seal(key, base::as_text(context), secret, given);
    EXPECT_EQ(base::to_hex(sealed),
              "cafebabefacedbaddecaf888"
              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
              "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
              "76fc6ece0f4e1768cddf8853bb2d551b");
    EXPECT_EQ(open_seal(key, base::as_text(context), sealed).value(), secret);
}

TEST(SealSize, IsThatOfTheSecretAnd28) {
    test::SeededEntropy entropy(8);
    SealKey key{};
    entropy.fill(key);
    std::set<base::Bytes> nonces;
    for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 70'000u}) {
        base::Bytes secret(size);
        entropy.fill(secret);
        const base::Bytes sealed = seal(key, "context", secret, entropy);
        EXPECT_EQ(sealed.size(), size + 28);
        EXPECT_EQ(open_seal(key, "context", sealed).value(), secret);
        nonces.insert(base::Bytes(sealed.begin(), sealed.begin() + 12));
        base::Bytes longer = sealed;
        longer.push_back(0);
        EXPECT_EQ(open_seal(key, "context", longer).error().code(), base::Code::bad_signature);
        EXPECT_FALSE(open_seal(key, "", sealed).ok());
        EXPECT_FALSE(open_seal(key, std::string_view("context\0", 8), sealed).ok());
    }
    EXPECT_EQ(nonces.size(), 7u);
}

TEST(SealKeys, OpenOnlyTheirOwn) {
    test::SeededEntropy entropy(9);
    SealKey key{};
    const base::Bytes sealed = seal(key, "c", base::as_bytes("secret"), entropy);
    for (std::size_t bit = 0; bit < 256; ++bit) {
        SealKey other = key;
        other[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        EXPECT_EQ(open_seal(other, "c", sealed).error().code(), base::Code::bad_signature);
    }
}

TEST(Random, IsNotTheSameTwice) {
    Random one;
    Random two;
    std::set<base::Bytes> seen;
    for (int i = 0; i < 1000; ++i) {
        for (Random* random : {&one, &two}) {
            base::Bytes bytes(16);
            random->fill(bytes);
            seen.insert(bytes);
        }
    }
    EXPECT_EQ(seen.size(), 2000u);
    one.fill({});
}

}  // namespace
}  // namespace counterfoil::crypto
