#pragma once

#include <string>
#include <string_view>

#include "firmware/core/token/refusal.h"

namespace counterfoil::token {

// Whether all characters are digits, and there is one at least.
bool is_digits(std::string_view text);

// The digits of a product code without its last one, and that one behind them. They must be digits.
std::string with_check_digit(std::string digits);

// The number of an EAN-8, UPC-A, EAN-13 or GTIN-14: check_digit_wrong, or malformed where it has
// another length.
Judged<std::uint64_t> read_gtin(std::string_view digits);

// The same for UPC-E, whose eight digits stand for the twelve of a UPC-A.
Judged<std::uint64_t> read_upc_e(std::string_view digits);

}  // namespace counterfoil::token
