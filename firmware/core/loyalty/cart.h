#pragma once

#include <string>
#include <vector>

#include "firmware/core/loyalty/refusal.h"
#include "firmware/core/money/money.h"

namespace counterfoil::loyalty {

inline constexpr std::size_t kMaxCartLines = 1000;
inline constexpr std::size_t kMaxCartText = 200;  // bytes of a product code or a category

enum class Measure : std::uint8_t {
    pieces,       // counted
    thousandths,  // weighed or measured: 1250 is 1.250 kg
};

struct Quantity {
    std::int64_t amount = 1;
    Measure measure = Measure::pieces;

    bool operator==(const Quantity&) const = default;
};

// A line as the rules see it. The gross is what the line costs before coupons: unit price times
// quantity, or less where something was taken off by hand.
struct CartLine {
    std::string product_code;
    std::string category;  // may be empty
    Quantity quantity;
    std::int64_t unit_price_minor = 0;
    std::int64_t gross_minor = 0;

    bool operator==(const CartLine&) const = default;
};

struct Cart {
    money::Currency currency = money::Currency::huf();
    std::uint16_t store = 0;
    std::vector<CartLine> lines;
};

// Unit price times quantity; a part of a minor unit is settled half up.
Judged<std::int64_t> full_price_minor(std::int64_t unit_price_minor, Quantity quantity);

// What the cart costs before coupons, or why it cannot be reckoned with: cart_too_large,
// line_wrong, amount_too_large.
Judged<std::int64_t> cart_gross_minor(const Cart& cart);

}  // namespace counterfoil::loyalty
