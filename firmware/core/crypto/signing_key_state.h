#pragma once

#include <mbedtls/ecdsa.h>
#include <mbedtls/pk.h>

#include "firmware/core/crypto/mbedtls_handle.h"
#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::crypto {

using PkHandle = Handle<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free>;

struct SigningKey::State {
    explicit State(base::Entropy& source) : entropy(source) {}

    base::Entropy& entropy;
    PkHandle pk;
};

// Lets the certificate writer in this folder use a key without showing mbedTLS to the world.
class KeyAccess {
  public:
    static mbedtls_pk_context* pk(const SigningKey& key) { return key.state_->pk.get(); }
    static base::Entropy& entropy(const SigningKey& key) { return key.state_->entropy; }
};

// The public half of a key on P-256; false for any other kind of key.
bool read_public_key(const mbedtls_pk_context& pk, PublicKey& out);

}  // namespace counterfoil::crypto
