#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/core/crypto/digest.h"

// A member is found by phone number, yet no till holds one: only its hash, with a salt that each
// merchant has for itself.
namespace counterfoil::central {

// The setting that holds the salt: a text of 32 to 128 hexadecimal digits.
inline constexpr std::string_view kPhoneSaltSetting = "phone_salt";
inline constexpr std::size_t kMinSaltBytes = 16;
inline constexpr std::size_t kMaxSaltBytes = 64;

// "+36301234567" out of "+36 30 123 4567", "06-30/123-4567" or "0036 (30) 1234567"; malformed where
// it is no phone number. A number without a country's or the trunk prefix is not guessed at.
base::Result<std::string> normal_phone(std::string_view phone);

// The SHA-256 of the salt and the normal form.
base::Result<crypto::Digest> phone_hash(std::string_view phone, base::ByteView salt);

}  // namespace counterfoil::central
