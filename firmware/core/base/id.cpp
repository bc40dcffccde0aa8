#include "firmware/core/base/id.h"

#include <algorithm>

#include "firmware/core/base/coding.h"

namespace counterfoil::base {
namespace {

constexpr std::array<std::size_t, 4> kHyphens{8, 13, 18, 23};
constexpr std::size_t kTextSize = 36;
constexpr std::uint32_t kCounterEnd = 1u << 12;

Error malformed() {
    return Error(Code::malformed, "the text is not a UUID in lower case");
}

}  // namespace

std::string Uuid::text() const {
    std::string hex = to_hex(bytes);
    for (std::size_t at : kHyphens) hex.insert(at, 1, '-');
    return hex;
}

Result<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != kTextSize) return malformed();
    std::array<char, 2 * sizeof(Uuid)> hex;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = std::ranges::find(kHyphens, i) != kHyphens.end();
        if (hyphen && text[i] != '-') return malformed();
        if (!hyphen) hex[digits++] = text[i];
    }
    Uuid id;
    if (!hex_into({hex.data(), hex.size()}, id.bytes)) return malformed();
    return id;
}

Uuid UuidMaker::make() {
    Uuid id;
    entropy_.fill(id.bytes);
    const std::int64_t now_ms = clock_.now().unix_ms;
    if (now_ms > last_ms_) {
        last_ms_ = now_ms;
        // Starting in the lower half leaves room to count up within the millisecond.
        counter_ = (id.bytes[6] * 256u + id.bytes[7]) % (kCounterEnd / 2);
    } else if (++counter_ == kCounterEnd) {
        ++last_ms_;
        counter_ = 0;
    }
    for (std::size_t i = 0; i < 6; ++i)
        id.bytes[i] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i));
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | (counter_ >> 8));
    id.bytes[7] = static_cast<std::uint8_t>(counter_);
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

}  // namespace counterfoil::base
