#include "firmware/core/central/phone.h"

#include "firmware/core/token/product_code.h"

namespace counterfoil::central {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kBetweenDigits = " -/().";
// ITU-T E.164: fifteen digits at most, the country's code among them.
constexpr std::size_t kMinDigits = 8;
constexpr std::size_t kMaxDigits = 15;
constexpr std::string_view kHungary = "36";
constexpr std::size_t kMinHungarianDigits = 10;  // a land line outside the capital, or one in it
constexpr std::size_t kMaxHungarianDigits = 11;  // a mobile phone

bool has_right_length(std::string_view digits) {
    if (digits.starts_with(kHungary))
        return digits.size() >= kMinHungarianDigits && digits.size() <= kMaxHungarianDigits;
    return digits.size() >= kMinDigits && digits.size() <= kMaxDigits;
}

}  // namespace

Result<std::string> normal_phone(std::string_view phone) {
    const Error malformed(Code::malformed,
                          "a phone number is like +36 30 123 4567 or 06 30 123 4567");
    std::string digits;
    for (const char c : phone)
        if (kBetweenDigits.find(c) == kBetweenDigits.npos) digits += c;
    if (digits.starts_with("+"))
        digits.erase(0, 1);
    else if (digits.starts_with("00"))
        digits.erase(0, 2);
    else if (digits.starts_with("06"))
        digits.replace(0, 2, kHungary);
    else
        return malformed;
    if (!token::is_digits(digits) || digits.front() == '0' || !has_right_length(digits))
        return malformed;
    return "+" + digits;
}

Result<crypto::Digest> phone_hash(std::string_view phone, base::ByteView salt) {
    CF_LET(const std::string normal, normal_phone(phone));
    return crypto::sha256({salt, base::as_bytes(normal)});
}

}  // namespace counterfoil::central
