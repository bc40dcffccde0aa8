#include "firmware/core/crypto/hedged_signer.h"

#include <gtest/gtest.h>

#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/verifier.h"

namespace counterfoil::crypto {
namespace {

Digest digest_of(int number) {
    return sha256({base::as_bytes("digest " + std::to_string(number))});
}

TEST(HedgedSigner, SignsByTheKeyThatItWasMadeOf) {
    Random random;
    const SigningKey key = SigningKey::generate(random);
    HedgedSigner signer(key);
    EXPECT_EQ(signer.public_key(), key.public_key());
    const Verifier verifier = Verifier::create(key.public_key()).value();
    // Often enough for numbers with zeros in front.
    for (int i = 0; i < 600; ++i) {
        const auto signature = signer.sign(digest_of(i));
        ASSERT_TRUE(signature.ok());
        EXPECT_TRUE(verifier.verify(digest_of(i), signature.value())) << i;
        EXPECT_FALSE(verifier.verify(digest_of(i + 1), signature.value())) << i;
    }
}

TEST(HedgedSigner, NeverUsesANumberTwice) {
    Random random;
    HedgedSigner signer(SigningKey::generate(random));
    const Signature first = signer.sign(digest_of(1)).value();
    const Signature again = signer.sign(digest_of(1)).value();
    const Signature other = signer.sign(digest_of(2)).value();
    const auto r_of = [](const Signature& signature) {
        return std::vector<std::uint8_t>(signature.begin(), signature.begin() + 32);
    };
    EXPECT_NE(r_of(first), r_of(again));
    EXPECT_NE(r_of(first), r_of(other));
}

}  // namespace
}  // namespace counterfoil::crypto
