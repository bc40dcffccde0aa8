#include "firmware/core/crypto/certificate.h"

// A certificate that is read gives back its own bytes, and issues nothing that it did not sign.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const auto certificate = crypto::Certificate::from_der({data, size});
    if (!certificate.ok()) return 0;
    CF_CHECK(certificate.value().der().size() == size);
    CF_CHECK(crypto::is_terminal_name(certificate.value().name()));
    [[maybe_unused]] const auto verified = crypto::verify_chain({certificate.value()});
    return 0;
}
