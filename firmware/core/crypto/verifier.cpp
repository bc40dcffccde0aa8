#include "firmware/core/crypto/verifier.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>

#include "firmware/core/crypto/openssl_handle.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;

namespace {

KeyPointer decode(const PublicKey& key) {
    const BuilderPointer builder(OSSL_PARAM_BLD_new());
    CF_CHECK(builder);
    CF_CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                             "prime256v1", 0) == 1);
    CF_CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.data(),
                                              key.size()) == 1);
    const ParamsPointer params(OSSL_PARAM_BLD_to_param(builder.get()));
    const ContextPointer context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    CF_CHECK(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
    EVP_PKEY* decoded = nullptr;
    if (EVP_PKEY_fromdata(context.get(), &decoded, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return {};
    return KeyPointer(decoded);
}

// Appends one number as an ASN.1 INTEGER: no leading zeros but one before a set top bit.
std::size_t append_integer(std::uint8_t* out, const std::uint8_t* number) {
    std::size_t skip = 0;
    while (skip < kNumberSize - 1 && number[skip] == 0) ++skip;
    const std::size_t pad = number[skip] >= 0x80 ? 1 : 0;
    const std::size_t length = kNumberSize - skip + pad;
    out[0] = 0x02;
    out[1] = static_cast<std::uint8_t>(length);
    out[2] = 0;
    std::copy(number + skip, number + kNumberSize, out + 2 + pad);
    return 2 + length;
}

}  // namespace

struct Verifier::State {
    KeyPointer key;
    ContextPointer context;
};

Verifier::Verifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

Result<Verifier> Verifier::create(const PublicKey& key) {
    auto state = std::make_unique<State>();
    // One key has one form: OpenSSL would take the hybrid ones as well.
    if (key[0] == 0x04) state->key = decode(key);
    if (!state->key) return Error(Code::bad_certificate, "the public key is no point on P-256");
    state->context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, state->key.get(), nullptr));
    CF_CHECK(state->context && EVP_PKEY_verify_init(state->context.get()) == 1);
    return Verifier(std::move(state));
}

bool Verifier::verify(const Digest& digest, const Signature& signature) const {
    std::array<std::uint8_t, kMaxDerSize> der;
    std::size_t size = 2;
    size += append_integer(der.data() + size, signature.data());
    size += append_integer(der.data() + size, signature.data() + kNumberSize);
    der[0] = 0x30;
    der[1] = static_cast<std::uint8_t>(size - 2);
    return EVP_PKEY_verify(state_->context.get(), der.data(), size, digest.data(), digest.size()) ==
           1;
}

}  // namespace counterfoil::crypto
