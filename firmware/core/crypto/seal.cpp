#include "firmware/core/crypto/seal.h"

#include <mbedtls/gcm.h>

#include "firmware/core/crypto/mbedtls_handle.h"

namespace counterfoil::crypto {

using base::Bytes;
using base::ByteView;

namespace {

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

using Cipher = Handle<mbedtls_gcm_context, mbedtls_gcm_init, mbedtls_gcm_free>;

void set_key(Cipher& cipher, const SealKey& key) {
    CF_CHECK(mbedtls_gcm_setkey(cipher.get(), MBEDTLS_CIPHER_ID_AES, key.data(), 256) == 0);
}

}  // namespace

Bytes seal(const SealKey& key, std::string_view context, ByteView secret, base::Entropy& entropy) {
    Bytes sealed(kNonceSize + secret.size() + kTagSize);
    std::uint8_t* nonce = sealed.data();
    std::uint8_t* hidden = nonce + kNonceSize;
    std::uint8_t* tag = hidden + secret.size();
    entropy.fill({nonce, kNonceSize});
    const ByteView bound = base::as_bytes(context);
    Cipher cipher;
    set_key(cipher, key);
    CF_CHECK(mbedtls_gcm_crypt_and_tag(cipher.get(), MBEDTLS_GCM_ENCRYPT, secret.size(), nonce,
                                       kNonceSize, bound.data(), bound.size(), secret.data(),
                                       hidden, kTagSize, tag) == 0);
    return sealed;
}

base::Result<Bytes> open_seal(const SealKey& key, std::string_view context, ByteView sealed) {
    const base::Error refused(base::Code::bad_signature, "the seal does not open with this key");
    if (sealed.size() < kNonceSize + kTagSize) return refused;
    Bytes secret(sealed.size() - kNonceSize - kTagSize);
    const std::uint8_t* hidden = sealed.data() + kNonceSize;
    const std::uint8_t* tag = hidden + secret.size();
    const ByteView bound = base::as_bytes(context);
    Cipher cipher;
    set_key(cipher, key);
    if (mbedtls_gcm_auth_decrypt(cipher.get(), secret.size(), sealed.data(), kNonceSize,
                                 bound.data(), bound.size(), tag, kTagSize, hidden,
                                 secret.data()) != 0)
        return refused;
    return secret;
}

}  // namespace counterfoil::crypto
