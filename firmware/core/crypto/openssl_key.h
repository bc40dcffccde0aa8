#pragma once

#include "firmware/core/crypto/openssl_handle.h"
#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::crypto {

// The same key as OpenSSL has it.
KeyPointer openssl_copy_of(const SigningKey& key);

}  // namespace counterfoil::crypto
