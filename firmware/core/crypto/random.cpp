#include "firmware/core/crypto/random.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "firmware/core/crypto/mbedtls_handle.h"

namespace counterfoil::crypto {

struct Random::State {
    Handle<mbedtls_entropy_context, mbedtls_entropy_init, mbedtls_entropy_free> entropy;
    Handle<mbedtls_ctr_drbg_context, mbedtls_ctr_drbg_init, mbedtls_ctr_drbg_free> generator;
};

Random::Random() : state_(std::make_unique<State>()) {
    // Without the operating system's entropy nothing that follows would be a secret.
    CF_CHECK(mbedtls_ctr_drbg_seed(state_->generator.get(), mbedtls_entropy_func,
                                   state_->entropy.get(), nullptr, 0) == 0);
}

Random::~Random() = default;

void Random::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const auto piece =
            out.first(std::min<std::size_t>(out.size(), MBEDTLS_CTR_DRBG_MAX_REQUEST));
        CF_CHECK(mbedtls_ctr_drbg_random(state_->generator.get(), piece.data(), piece.size()) == 0);
        out = out.subspan(piece.size());
    }
}

}  // namespace counterfoil::crypto
