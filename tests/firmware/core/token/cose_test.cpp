#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/public_key.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/core/crypto/verifier.h"
#include "firmware/core/token/cose.h"
#include "tests/support/test_keys.h"

namespace counterfoil::token {
namespace {

using test::hex;

crypto::PublicKey point(std::string_view x, std::string_view y) {
    crypto::PublicKey key{};
    EXPECT_TRUE(base::hex_into("04" + std::string(x) + std::string(y), key));
    return key;
}

bool verifies(const Sign1& message, const crypto::PublicKey& key) {
    return crypto::Verifier::create(key).value().verify(message.digest(), message.signature);
}

// RFC 8392, appendix A.2.3 and A.3: the key and the signed claims.
const char* const kRfc8392X = "143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f";
const char* const kRfc8392Y = "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9";
const char* const kRfc8392 =
    "d28443a10126a104524173796d6d657472696345434453413235365850a701756"
    "36f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f"
    "61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d"
    "9f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6f"
    "a29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a5"
    "2b9b63632c57209120e1c9e30";

// RFC 9052, appendix C.2.1: the key named "11".
const char* const kRfc9052X = "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff";
const char* const kRfc9052Y = "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";
const char* const kRfc9052 =
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e5"
    "8408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b011"
    "7e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36";

TEST(Cose, VerifiesTheExampleOfRfc8392) {
    const base::Bytes bytes = hex(kRfc8392);
    const auto message = read_foreign_sign1(bytes);
    ASSERT_TRUE(message.ok()) << refusal_name(message.error());
    EXPECT_EQ(base::as_text(*message.value().key_id), "AsymmetricECDSA256");
    EXPECT_TRUE(verifies(message.value(), point(kRfc8392X, kRfc8392Y)));
    EXPECT_FALSE(verifies(message.value(), point(kRfc9052X, kRfc9052Y)));
}

TEST(Cose, VerifiesTheExampleOfRfc9052) {
    const base::Bytes bytes = hex(kRfc9052);
    const auto message = read_foreign_sign1(bytes);
    ASSERT_TRUE(message.ok()) << refusal_name(message.error());
    EXPECT_EQ(base::as_text(message.value().payload), "This is the content.");
    EXPECT_TRUE(verifies(message.value(), point(kRfc9052X, kRfc9052Y)));
}

TEST(Cose, RefusesOtherAlgorithmsAndCriticalHeaders) {
    std::string other(kRfc9052);
    other.replace(other.find("a10126"), 6, "a10138");
    EXPECT_FALSE(read_foreign_sign1(hex(other)).ok());
    const std::string signature = "5840" + std::string(128, '0');
    const base::Bytes es384 = hex("8444a1013822a040" + signature);
    EXPECT_EQ(read_foreign_sign1(es384).error(), Refusal::unsupported);
    const base::Bytes critical = hex("8446a20126028103a040" + signature);
    EXPECT_EQ(read_foreign_sign1(critical).error(), Refusal::unsupported);
    const base::Bytes none = hex("8440a040" + signature);
    EXPECT_EQ(read_foreign_sign1(none).error(), Refusal::unsupported);
}

TEST(Cose, OwnMessagesHaveOneForm) {
    test::SeededEntropy entropy(1);
    auto key = crypto::SigningKey::generate(entropy);
    const auto written =
        write_sign1(hex("a0"), key_id(key.public_key()), CoseTag::tagged, key).value();
    const auto read = read_sign1(written, CoseTag::tagged);
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(verifies(read.value(), key.public_key()));
    EXPECT_EQ(base::to_hex(read.value().payload), "a0");
    EXPECT_EQ(read_sign1(written, CoseTag::plain).error(), Refusal::malformed);
    base::Bytes longer = written;
    longer.push_back(0);
    EXPECT_EQ(read_sign1(longer, CoseTag::tagged).error(), Refusal::trailing_bytes);
    EXPECT_EQ(read_sign1(hex(kRfc9052), CoseTag::tagged).error(), Refusal::malformed);
}

TEST(Cose, RefusesWhatOthersMustNotWriteEither) {
    const std::string end = "405840" + std::string(128, '0');
    EXPECT_TRUE(read_foreign_sign1(hex("8443a10126a0" + end)).ok());
    for (const char* message : {"8443a10127a10126", "8443a10126a10126", "8443a10126a118639f",
                                "8443a10126a11863ff", "8446a201260126a0", "9f43a10126a0"})
        EXPECT_FALSE(read_foreign_sign1(hex(message + end)).ok()) << message;
}

TEST(Cose, RefusesAHeaderWhoseCountIsWrong) {
    const std::string signature = "5840" + std::string(128, '0');
    for (const char* header : {"43a00126", "43a20126", "40", "41a0"})
        EXPECT_EQ(
            read_sign1(hex("d284" + std::string(header) + "a040" + signature), CoseTag::tagged)
                .error(),
            Refusal::malformed)
            << header;
}

TEST(Cose, RefusesTheAlgorithmWhereItIsNotSigned) {
    test::SeededEntropy entropy(1);
    auto key = crypto::SigningKey::generate(entropy);
    const std::string signature = "5840" + std::string(128, '0');
    EXPECT_EQ(read_sign1(hex("d28440a1012640" + signature), CoseTag::tagged).error(),
              Refusal::malformed);
}

TEST(PublicKey, HalvesAndWholesAgree) {
    test::SeededEntropy entropy(2);
    for (int i = 0; i < 8; ++i) {
        const auto key = crypto::SigningKey::generate(entropy);
        EXPECT_EQ(crypto::expand(crypto::compress(key.public_key())).value(), key.public_key());
        const std::string pem = crypto::to_pem(key.public_key());
        EXPECT_EQ(crypto::public_key_from_pem(pem).value(), key.public_key());
    }
    crypto::CompressedKey none{};
    EXPECT_FALSE(crypto::expand(none).ok());
    none[0] = 2;
    none.back() = 1;  // 1 is no point's X here
    EXPECT_FALSE(crypto::expand(none).ok());
    EXPECT_FALSE(crypto::public_key_from_pem("hello").ok());
}

}  // namespace
}  // namespace counterfoil::token
