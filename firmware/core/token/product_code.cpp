#include "firmware/core/token/product_code.h"

#include <algorithm>
#include <charconv>

#include "firmware/core/base/check.h"

namespace counterfoil::token {
namespace {

// Digits are weighed 3, 1, 3, ... from the right, the check digit itself not among them.
char check_digit_of(std::string_view digits) {
    int sum = 0;
    int weight = 3;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        sum += (*digit - '0') * weight;
        weight = 4 - weight;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

}  // namespace

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string with_check_digit(std::string digits) {
    CF_CHECK(is_digits(digits));
    return digits += check_digit_of(digits);
}

Judged<std::uint64_t> read_gtin(std::string_view digits) {
    const std::size_t size = digits.size();
    if (!is_digits(digits) || (size != 8 && size != 12 && size != 13 && size != 14))
        return Refusal::malformed;
    if (check_digit_of(digits.substr(0, size - 1)) != digits.back())
        return Refusal::check_digit_wrong;
    std::uint64_t gtin = 0;
    std::from_chars(digits.data(), digits.data() + size, gtin);
    return gtin;
}

Judged<std::uint64_t> read_upc_e(std::string_view digits) {
    if (!is_digits(digits) || digits.size() != 8 || digits[0] > '1') return Refusal::malformed;
    const std::string_view six = digits.substr(1, 6);
    std::string whole(1, digits[0]);
    switch (six[5]) {
        case '0':
        case '1':
        case '2':
            whole.append(six.substr(0, 2))
                .append(1, six[5])
                .append("0000")
                .append(six.substr(2, 3));
            break;
        case '3':
            whole.append(six.substr(0, 3)).append("00000").append(six.substr(3, 2));
            break;
        case '4':
            whole.append(six.substr(0, 4)).append("00000").append(six.substr(4, 1));
            break;
        default:
            whole.append(six.substr(0, 5)).append("0000").append(six.substr(5, 1));
    }
    return read_gtin(whole.append(1, digits[7]));
}

}  // namespace counterfoil::token
