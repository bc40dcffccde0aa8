#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/id.h"

// PINs and passwords are kept as bcrypt hashes only: slow on purpose, because they are short.
namespace counterfoil::crypto {

inline constexpr std::size_t kMinPinDigits = 4;
inline constexpr std::size_t kMaxPinDigits = 16;

// "$2b$12$...", with a salt out of the entropy. invalid_argument where the PIN is not 4 to 16
// decimal digits. It takes about a third of a second.
base::Result<std::string> hash_pin(std::string_view pin, base::Entropy& entropy);

// Whether the PIN is the one that was hashed; as slow as hashing. Never true for a text that is no
// PIN or no hash.
bool pin_matches(std::string_view pin, std::string_view hash);

// The same for passwords, which are 8 to 72 bytes without NUL: more, bcrypt does not look at.
inline constexpr std::size_t kMinPasswordBytes = 8;
inline constexpr std::size_t kMaxPasswordBytes = 72;
base::Result<std::string> hash_password(std::string_view password, base::Entropy& entropy);
// As slow for a text that could be no password.
bool password_matches(std::string_view password, std::string_view hash);

// Whether the text has the form that hash_pin() gives, at our cost or a higher one.
bool is_pin_hash(std::string_view text);

// A random PIN of that many digits, each as likely as any other.
std::string random_pin(std::size_t digits, base::Entropy& entropy);

}  // namespace counterfoil::crypto
