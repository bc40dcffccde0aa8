#include "daemon/aggregator/ingest/derived_id.h"

#include <algorithm>

#include "firmware/core/base/id.h"
#include "firmware/core/crypto/digest.h"

namespace counterfoil::ingest {

std::string derived_id(std::string_view text) {
    const crypto::Digest digest = crypto::sha256({base::as_bytes(text)});
    base::Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
    return id.text();
}

}  // namespace counterfoil::ingest
