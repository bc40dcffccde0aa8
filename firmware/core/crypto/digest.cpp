#include "firmware/core/crypto/digest.h"

#include <openssl/evp.h>

#include <memory>

#include "firmware/core/base/check.h"

namespace counterfoil::crypto {
namespace {

struct Hasher {
    struct FreeAlgorithm {
        void operator()(EVP_MD* md) const { EVP_MD_free(md); }
    };
    struct FreeContext {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD, FreeAlgorithm> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
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
