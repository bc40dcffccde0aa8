#include "firmware/core/base/bytes.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/batch.h"
#include "firmware/core/ledger/receipt.h"

// Batches and receipts from the network, read with a key that none of them is signed by.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    // The generator of P-256 is a point that is always at hand.
    static const auto key = [] {
        crypto::PublicKey point;
        CF_CHECK(
            base::hex_into("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                           "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
                           point));
        return std::move(crypto::Verifier::create(point)).value();
    }();
    const std::string_view bytes = base::as_text({data, size});
    CF_CHECK(!ledger::read_receipt(bytes, key).ok());
    const auto batch = ledger::Batch::read(bytes);
    if (!batch.ok()) return 0;
    CF_CHECK(batch.value().lines().size() <= ledger::kMaxBatchEvents);
    CF_CHECK(batch.value().verify(key).has_value());
    return 0;
}
