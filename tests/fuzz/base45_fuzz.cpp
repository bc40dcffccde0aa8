#include <algorithm>

#include "firmware/core/base/check.h"
#include "firmware/core/base/coding.h"

// One value has one text: what was decoded is the same text again when it is encoded.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const base::ByteView bytes(data, size);
    const auto decoded = base::from_base45(base::as_text(bytes));
    if (decoded.ok()) CF_CHECK(base::to_base45(decoded.value()) == base::as_text(bytes));
    const auto back = base::from_base45(base::to_base45(bytes));
    CF_CHECK(back.ok() && std::ranges::equal(back.value(), bytes));
    return 0;
}
