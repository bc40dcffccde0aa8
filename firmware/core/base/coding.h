#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/result.h"

// Bytes as text, in the four alphabets that our formats use. Every decoder is strict: one value has
// exactly one text, and any other text is refused as malformed. Nothing is skipped or case-folded,
// but for Crockford's base 32, which people type.
namespace counterfoil::base {

// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);

// Decodes into `out`, whose size fixes the text's; no allocation. False where the text is not that.
bool hex_into(std::string_view text, std::span<std::uint8_t> out);

// RFC 4648 base64 with the URL alphabet and no padding; unused bits must be zero.
std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);
bool base64url_into(std::string_view text, std::span<std::uint8_t> out);

// RFC 9285, dense in a QR code's alphanumeric mode.
std::string to_base45(ByteView bytes);
Result<Bytes> from_base45(std::string_view text);

// Crockford's base 32, most significant bits first; the last character's unused bits are zero.
// Decoding takes lower case, and reads I and L as 1, O as 0, as the alphabet's author asks.
std::string to_crockford(ByteView bytes);
Result<Bytes> from_crockford(std::string_view text);

// Whether the text is well-formed UTF-8: no overlong forms, no surrogates, nothing over U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace counterfoil::base
