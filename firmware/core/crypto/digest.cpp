#include "firmware/core/crypto/digest.h"

#include <openssl/evp.h>

#include "firmware/core/base/check.h"
#include "firmware/core/crypto/openssl_handle.h"

namespace counterfoil::crypto {
namespace {

struct Hasher {
    OpensslPointer<EVP_MD, EVP_MD_free> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    OpensslPointer<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
};

}  // namespace

Digest sha256(std::initializer_list<base::ByteView> parts) {
    // Looking the algorithm up costs more than hashing an event, so each thread does it once.
    thread_local const Hasher hasher;
    CF_CHECK(hasher.algorithm && hasher.context);
    Digest digest;
    bool done = EVP_DigestInit_ex2(hasher.context.get(), hasher.algorithm.get(), nullptr) == 1;
    for (base::ByteView part : parts)
        done = done && EVP_DigestUpdate(hasher.context.get(), part.data(), part.size()) == 1;
    done = done && EVP_DigestFinal_ex(hasher.context.get(), digest.data(), nullptr) == 1;
    CF_CHECK(done);
    return digest;
}

}  // namespace counterfoil::crypto
