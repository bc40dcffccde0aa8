#include "firmware/core/token/key_list.h"
#include "firmware/core/token/revocation.h"
#include "tests/support/test_keys.h"

// The envelopes, ours and others', and the two lists that come in ours. What is ours and was read
// has one form: written again, it is the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    static test::TestKeys keys;
    const base::ByteView bytes(data, size);
    const auto ours = token::read_sign1(bytes, token::CoseTag::tagged);
    const auto foreign = token::read_foreign_sign1(bytes);
    CF_CHECK(!ours.ok() || foreign.ok());
    if (ours.ok()) {
        const token::Sign1& message = ours.value();
        token::CborWriter again;
        again.tag(18).array(4).byte_string(message.protected_header).map(0);
        again.byte_string(message.payload).byte_string(message.signature);
        CF_CHECK(std::ranges::equal(again.bytes(), bytes));
    }
    CF_CHECK(!token::read_key_list(bytes, keys.root.public_key()).ok());
    const auto delta = token::read_delta(bytes);
    if (delta.ok()) CF_CHECK(delta.value().delta.added.size() <= token::kMaxDeltaPrefixes);
    return 0;
}
