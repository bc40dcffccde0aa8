#include "firmware/core/token/proof.h"

#include <algorithm>

#include "firmware/core/base/coding.h"

namespace counterfoil::token {

Proof Proof::of(const Sign1& message) {
    Proof proof{{}, message.digest(), message.signature};
    if (message.key_id) {
        CF_CHECK(message.key_id->size() == sizeof(KeyId));
        std::ranges::copy(*message.key_id, proof.key.emplace().begin());
    }
    return proof;
}

Judged<base::Bytes> message_of(std::string_view text, std::string_view prefix,
                               std::size_t max_bytes) {
    if (!text.starts_with(prefix)) return Refusal::unknown_code;
    text.remove_prefix(prefix.size());
    // Two bytes are three characters, a last single byte two.
    if (text.size() > max_bytes / 2 * 3 + max_bytes % 2 * 2) return Refusal::too_long;
    auto message = base::from_base45(text);
    if (!message.ok()) return Refusal::malformed;
    return std::move(message).value();
}

std::string text_of(std::string_view prefix, base::ByteView message) {
    return std::string(prefix) + base::to_base45(message);
}

}  // namespace counterfoil::token
