#include "firmware/core/crypto/pin_hash.h"

#include <crypt.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <memory>

#include "firmware/core/base/check.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kPrefix = "$2b$";
constexpr unsigned long kCost = 12;
constexpr int kMaxCost = 20;  // over a minute; a hash that claims more would stop the till
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashSize = 60;
constexpr std::string_view kAlphabet =
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_pin(std::string_view text) {
    return text.size() >= kMinPinDigits && text.size() <= kMaxPinDigits &&
           std::ranges::all_of(text, is_digit);
}

// The working memory of crypt_r holds the PIN, so it is wiped before it is given back.
struct WipedDelete {
    void operator()(crypt_data* data) const {
        explicit_bzero(data, sizeof *data);
        delete data;
    }
};

std::string bcrypt(std::string_view pin, const std::string& setting) {
    const std::unique_ptr<crypt_data, WipedDelete> data(new crypt_data());
    const std::string phrase(pin);
    const char* hash = crypt_r(phrase.c_str(), setting.c_str(), data.get());
    // What crypt_r could not do it answers with a text that begins with a star.
    if (hash == nullptr || hash[0] == '*') return {};
    return hash;
}

bool is_password(std::string_view text) {
    return text.size() >= kMinPasswordBytes && text.size() <= kMaxPasswordBytes &&
           text.find('\0') == text.npos;
}

std::string hash(std::string_view phrase, base::Entropy& entropy) {
    std::array<std::uint8_t, kSaltBytes> salt{};
    entropy.fill(salt);
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    std::array<char, kSaltBytes> characters{};
    std::ranges::transform(salt, characters.begin(), [](auto c) { return static_cast<char>(c); });
    CF_CHECK(crypt_gensalt_rn(kPrefix.data(), kCost, characters.data(),
                              static_cast<int>(characters.size()), setting.data(),
                              static_cast<int>(setting.size())) != nullptr);
    std::string made = bcrypt(phrase, setting.data());
    CF_CHECK(is_pin_hash(made));
    return made;
}

bool matches(std::string_view phrase, std::string_view hash) {
    const std::string made = bcrypt(phrase, std::string(hash));
    if (made.size() != hash.size()) return false;
    // Every character is looked at, so that the time taken tells nothing.
    unsigned difference = 0;
    for (std::size_t i = 0; i < hash.size(); ++i)
        difference |= static_cast<unsigned char>(made[i] ^ hash[i]);
    return difference == 0;
}

}  // namespace

Result<std::string> hash_pin(std::string_view pin, base::Entropy& entropy) {
    if (!is_pin(pin)) return Error(Code::invalid_argument, "a PIN is 4 to 16 decimal digits");
    return hash(pin, entropy);
}

bool pin_matches(std::string_view pin, std::string_view hash) {
    return is_pin(pin) && is_pin_hash(hash) && matches(pin, hash);
}

Result<std::string> hash_password(std::string_view password, base::Entropy& entropy) {
    if (!is_password(password)) return Error(Code::invalid_argument, "a password is 8 to 72 bytes");
    return hash(password, entropy);
}

bool password_matches(std::string_view password, std::string_view hash) {
    if (!is_pin_hash(hash)) return false;
    const bool is_one = is_password(password);
    return matches(is_one ? password : std::string_view("no password"), hash) && is_one;
}

bool is_pin_hash(std::string_view text) {
    if (text.size() != kHashSize || !text.starts_with(kPrefix)) return false;
    const std::string_view cost = text.substr(kPrefix.size(), 3);
    if (!is_digit(cost[0]) || !is_digit(cost[1]) || cost[2] != '$') return false;
    const int rounds = (cost[0] - '0') * 10 + (cost[1] - '0');
    return rounds >= static_cast<int>(kCost) && rounds <= kMaxCost &&
           text.find_first_not_of(kAlphabet, kPrefix.size() + cost.size()) == text.npos;
}

std::string random_pin(std::size_t digits, base::Entropy& entropy) {
    // The bytes from here on would make the low digits likelier than the high ones.
    constexpr std::uint8_t kFairBytes = 250;
    std::string pin;
    while (pin.size() < digits) {
        std::array<std::uint8_t, 1> byte{};
        entropy.fill(byte);
        if (byte[0] < kFairBytes) pin += static_cast<char>('0' + byte[0] % 10);
    }
    return pin;
}

}  // namespace counterfoil::crypto
