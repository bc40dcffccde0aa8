#include "firmware/core/crypto/openssl_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "firmware/core/crypto/signing_key_state.h"

namespace counterfoil::crypto {
namespace {

using SecretNumber = OpensslPointer<BIGNUM, BN_clear_free>;

SecretNumber private_half(const SigningKey& key) {
    std::array<std::uint8_t, kNumberSize> bytes{};
    const mbedtls_ecp_keypair* pair = mbedtls_pk_ec(*KeyAccess::pk(key));
    CF_CHECK(mbedtls_mpi_write_binary(&pair->d, bytes.data(), bytes.size()) == 0);
    SecretNumber number(BN_secure_new());
    CF_CHECK(number && BN_bin2bn(bytes.data(), kNumberSize, number.get()) != nullptr);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return number;
}

}  // namespace

KeyPointer openssl_copy_of(const SigningKey& key) {
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

}  // namespace counterfoil::crypto
