#include "firmware/core/crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

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

Digest hmac_sha256(base::ByteView key, base::ByteView message) {
    Digest digest;
    unsigned size = 0;
    CF_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(),
                  message.size(), digest.data(), &size) != nullptr &&
             size == digest.size());
    return digest;
}

bool same_digest(const Digest& left, const Digest& right) {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

struct RunningDigest::State {
    Hasher hasher;
    bool done = false;
};

RunningDigest::RunningDigest() : state_(std::make_unique<State>()) {
    const Hasher& hasher = state_->hasher;
    CF_CHECK(hasher.algorithm && hasher.context);
    CF_CHECK(EVP_DigestInit_ex2(hasher.context.get(), hasher.algorithm.get(), nullptr) == 1);
}

RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
RunningDigest& RunningDigest::operator=(RunningDigest&&) noexcept = default;
RunningDigest::~RunningDigest() = default;

void RunningDigest::add(base::ByteView bytes) {
    CF_CHECK(!state_->done);
    CF_CHECK(EVP_DigestUpdate(state_->hasher.context.get(), bytes.data(), bytes.size()) == 1);
}

Digest RunningDigest::finish() {
    CF_CHECK(!state_->done);
    Digest digest;
    CF_CHECK(EVP_DigestFinal_ex(state_->hasher.context.get(), digest.data(), nullptr) == 1);
    state_->done = true;
    return digest;
}

}  // namespace counterfoil::crypto
