#include "firmware/core/crypto/hedged_signer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "firmware/core/crypto/openssl_handle.h"
#include "firmware/core/crypto/signing_key_state.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;

namespace {

using SecretNumber = OpensslPointer<BIGNUM, BN_clear_free>;
using PairPointer = OpensslPointer<ECDSA_SIG, ECDSA_SIG_free>;

SecretNumber private_half(const SigningKey& key) {
    std::array<std::uint8_t, kNumberSize> bytes{};
    const mbedtls_ecp_keypair* pair = mbedtls_pk_ec(*KeyAccess::pk(key));
    CF_CHECK(mbedtls_mpi_write_binary(&pair->d, bytes.data(), bytes.size()) == 0);
    SecretNumber number(BN_secure_new());
    CF_CHECK(number && BN_bin2bn(bytes.data(), kNumberSize, number.get()) != nullptr);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return number;
}

KeyPointer copy_of(const SigningKey& key) {
    const SecretNumber number = private_half(key);
    const BuilderPointer builder(OSSL_PARAM_BLD_new());
    CF_CHECK(builder);
    CF_CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                             "prime256v1", 0) == 1);
    CF_CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                              key.public_key().data(),
                                              key.public_key().size()) == 1);
    CF_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) == 1);
    const ParamsPointer params(OSSL_PARAM_BLD_to_param(builder.get()));
    const ContextPointer context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    CF_CHECK(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
    EVP_PKEY* copy = nullptr;
    CF_CHECK(EVP_PKEY_fromdata(context.get(), &copy, EVP_PKEY_KEYPAIR, params.get()) == 1);
    return KeyPointer(copy);
}

}  // namespace

struct HedgedSigner::State {
    KeyPointer key;
    ContextPointer context;
};

HedgedSigner::HedgedSigner(const SigningKey& key)
    : state_(std::make_unique<State>()), public_key_(key.public_key()) {
    state_->key = copy_of(key);
    state_->context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr));
    CF_CHECK(state_->context && EVP_PKEY_sign_init(state_->context.get()) == 1);
}
HedgedSigner::HedgedSigner(HedgedSigner&&) noexcept = default;
HedgedSigner& HedgedSigner::operator=(HedgedSigner&&) noexcept = default;
HedgedSigner::~HedgedSigner() = default;

// OpenSSL makes the number by BN_generate_dsa_nonce: a hash over the private key, the digest and
// its generator's bytes. Who cannot guess the key cannot guess the number, whatever the generator
// gives, and two digests never share one.
Result<Signature> HedgedSigner::sign(const Digest& digest) {
    std::array<std::uint8_t, kMaxDerSize> der{};
    std::size_t size = der.size();
    Signature signature;
    if (EVP_PKEY_sign(state_->context.get(), der.data(), &size, digest.data(), digest.size()) ==
        1) {
        const std::uint8_t* next = der.data();
        const PairPointer pair(d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(size)));
        if (pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), signature.data(), kNumberSize) > 0 &&
            BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), signature.data() + kNumberSize,
                         kNumberSize) > 0)
            return signature;
    }
    return Error(Code::signer_failed, "the signing key could not sign");
}

}  // namespace counterfoil::crypto
