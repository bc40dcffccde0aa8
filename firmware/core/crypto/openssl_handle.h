#pragma once

#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace counterfoil::crypto {

// Frees one of OpenSSL's objects with the function made for it.
template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

template <class T, auto release>
using OpensslPointer = std::unique_ptr<T, Release<release>>;

// What a key of the curve is made of its numbers with.
using KeyPointer = OpensslPointer<EVP_PKEY, EVP_PKEY_free>;
using ContextPointer = OpensslPointer<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using BuilderPointer = OpensslPointer<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using ParamsPointer = OpensslPointer<OSSL_PARAM, OSSL_PARAM_free>;

// Of each of a signature's two numbers; and of both as DER: a SEQUENCE of two INTEGERs, each with
// one more byte where its top bit is set.
inline constexpr int kNumberSize = 32;
inline constexpr std::size_t kMaxDerSize = 2 + 2 * (2 + 1 + kNumberSize);

}  // namespace counterfoil::crypto
