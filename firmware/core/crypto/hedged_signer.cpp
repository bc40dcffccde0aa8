#include "firmware/core/crypto/hedged_signer.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "firmware/core/crypto/openssl_key.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;

namespace {

using PairPointer = OpensslPointer<ECDSA_SIG, ECDSA_SIG_free>;

}  // namespace

struct HedgedSigner::State {
    KeyPointer key;
    ContextPointer context;
};

HedgedSigner::HedgedSigner(const SigningKey& key)
    : state_(std::make_unique<State>()), public_key_(key.public_key()) {
    state_->key = openssl_copy_of(key);
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
