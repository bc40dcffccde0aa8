#include "firmware/core/wire/renewal.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/json/json.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil::wire {

crypto::Digest renewal_hash(const crypto::Certificate& current, base::ByteView request_der,
                            base::WallTime at) {
    json::Object object;
    object.set("certificate", base::to_hex(current.fingerprint()))
        .set("request", base::to_hex(crypto::sha256({request_der})))
        .set("at", base::to_rfc3339(at));
    const auto text = object.write();
    CF_CHECK(text.ok());
    return crypto::sha256(
        {base::as_bytes("counterfoil/renewal/1\n"), base::as_bytes(text.value())});
}

std::uint16_t shard_of(std::string_view terminal) {
    const crypto::Digest digest = crypto::sha256({base::as_bytes(terminal)});
    static_assert(kShards <= 1 << 16);
    return static_cast<std::uint16_t>((digest[0] << 8 | digest[1]) % kShards);
}

}  // namespace counterfoil::wire
