#include "firmware/core/base/coding.h"

#include <array>
#include <cstring>

namespace counterfoil::base {
namespace {

constexpr std::uint8_t kNone = 0xff;
using Reverse = std::array<std::uint8_t, 256>;

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

constexpr Reverse reverse(std::string_view alphabet) {
    Reverse table{};
    table.fill(kNone);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}

constexpr Reverse reverse_crockford() {
    Reverse table = reverse(kCrockford);
    for (std::size_t upper = 'A'; upper <= 'Z'; ++upper) table[upper - 'A' + 'a'] = table[upper];
    for (char one : {'i', 'I', 'l', 'L'}) table[static_cast<std::uint8_t>(one)] = 1;
    for (char zero : {'o', 'O'}) table[static_cast<std::uint8_t>(zero)] = 0;
    return table;
}

constexpr Reverse kFromHex = reverse(kHex);
constexpr Reverse kFromBase64url = reverse(kBase64url);
constexpr Reverse kFromBase45 = reverse(kBase45);
constexpr Reverse kFromCrockford = reverse_crockford();

std::uint8_t look_up(const Reverse& table, char c) {
    return table[static_cast<std::uint8_t>(c)];
}

Error not_in(std::string_view alphabet) {
    return Error(Code::malformed, "the text is not " + std::string(alphabet));
}

// Writes 8-bit bytes as groups of `bits` each; the last group is filled up with zeros.
std::string to_groups(ByteView bytes, unsigned bits, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() * 8 + bits - 1) / bits);
    std::uint32_t pool = 0;
    unsigned held = 0;
    for (std::uint8_t byte : bytes) {
        pool = (pool << 8) | byte;
        for (held += 8; held >= bits; held -= bits)
            text.push_back(alphabet[(pool >> (held - bits)) & ((1u << bits) - 1)]);
        pool &= (1u << held) - 1;
    }
    if (held > 0) text.push_back(alphabet[(pool << (bits - held)) & ((1u << bits) - 1)]);
    return text;
}

// The reverse. False for a foreign character, a needless last one or unused bits that are not zero.
bool from_groups(std::string_view text, unsigned bits, const Reverse& table,
                 std::span<std::uint8_t> out) {
    if (text.size() * bits / 8 != out.size() || text.size() * bits % 8 >= bits) return false;
    std::uint32_t pool = 0;
    unsigned held = 0;
    std::size_t written = 0;
    std::uint8_t seen = 0;
    for (char c : text) {
        std::uint8_t group = look_up(table, c);
        seen |= group;
        pool = (pool << bits) | (group & ((1u << bits) - 1));
        held += bits;
        if (held >= 8) {
            held -= 8;
            out[written++] = static_cast<std::uint8_t>(pool >> held);
            pool &= (1u << held) - 1;
        }
    }
    // A foreign character is 0xff, the only value with the top bit set.
    return (seen & 0x80) == 0 && pool == 0;
}

Result<Bytes> from_groups(std::string_view text, unsigned bits, const Reverse& table,
                          std::string_view alphabet) {
    Bytes bytes(text.size() * bits / 8);
    if (!from_groups(text, bits, table, bytes)) return not_in(alphabet);
    return bytes;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    return to_groups(bytes, 4, kHex);
}

bool hex_into(std::string_view text, std::span<std::uint8_t> out) {
    return from_groups(text, 4, kFromHex, out);
}

Result<Bytes> from_hex(std::string_view text) {
    return from_groups(text, 4, kFromHex, "lower-case hexadecimal");
}

std::string to_base64url(ByteView bytes) {
    return to_groups(bytes, 6, kBase64url);
}

bool base64url_into(std::string_view text, std::span<std::uint8_t> out) {
    return from_groups(text, 6, kFromBase64url, out);
}

Result<Bytes> from_base64url(std::string_view text) {
    return from_groups(text, 6, kFromBase64url, "base64url without padding");
}

std::string to_crockford(ByteView bytes) {
    return to_groups(bytes, 5, kCrockford);
}

Result<Bytes> from_crockford(std::string_view text) {
    return from_groups(text, 5, kFromCrockford, "Crockford's base 32");
}

std::string to_base45(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() * 3 + 1) / 2);
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        unsigned value = bytes[i] * 256u + bytes[i + 1];
        for (unsigned digit : {value % 45, value / 45 % 45, value / 2025})
            text.push_back(kBase45[digit]);
    }
    if (i < bytes.size()) {
        text.push_back(kBase45[bytes[i] % 45u]);
        text.push_back(kBase45[bytes[i] / 45u]);
    }
    return text;
}

Result<Bytes> from_base45(std::string_view text) {
    Bytes bytes;
    bytes.reserve(text.size() / 3 * 2 + 1);
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::string_view group = text.substr(i, 3);
        unsigned value = 0;
        for (std::size_t k = group.size(); k > 0; --k) {
            std::uint8_t digit = look_up(kFromBase45, group[k - 1]);
            if (digit == kNone) return not_in("base 45");
            value = value * 45 + digit;
        }
        bool fits = group.size() == 3 ? value <= 0xffff : group.size() == 2 && value <= 0xff;
        if (!fits) return not_in("base 45");
        if (group.size() == 3) bytes.push_back(static_cast<std::uint8_t>(value >> 8));
        bytes.push_back(static_cast<std::uint8_t>(value));
    }
    return bytes;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        // Most text is ASCII: eight bytes at a time have no top bit.
        std::uint64_t eight = 0;
        if (i + sizeof eight <= text.size()) {
            std::memcpy(&eight, text.data() + i, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                i += sizeof eight;
                continue;
            }
        }
        auto lead = static_cast<std::uint8_t>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || i + length > text.size()) return false;
        std::uint32_t point = lead & (0xffu >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            auto next = static_cast<std::uint8_t>(text[i + k]);
            if ((next & 0xc0) != 0x80) return false;
            point = (point << 6) | (next & 0x3fu);
        }
        bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        bool surrogate = point >= 0xd800 && point <= 0xdfff;
        if (overlong || surrogate || point > 0x10ffff) return false;
        i += length;
    }
    return true;
}

}  // namespace counterfoil::base
