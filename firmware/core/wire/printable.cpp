#include "firmware/core/wire/printable.h"

#include <algorithm>

#include "firmware/core/base/coding.h"

namespace counterfoil::wire {

std::string printable_part(std::string_view text, std::size_t most) {
    const auto goes_on = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    std::size_t size = std::min(text.size(), most);
    // Not within a character.
    while (size > 0 && size < text.size() && goes_on(text[size])) --size;
    std::string part(text.substr(0, size));
    const bool is_text = base::is_utf8(part);
    for (char& c : part) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text)) c = '?';
    }
    return part;
}

}  // namespace counterfoil::wire
