#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/core/base/result.h"

namespace counterfoil::money {

// An ISO 4217 currency, with the number of digits its minor unit has in a till: the forint is
// counted whole.
class Currency {
  public:
    static base::Result<Currency> from_code(std::string_view code);
    static Currency huf();
    static Currency eur();

    std::string_view code() const { return code_; }
    int minor_digits() const { return minor_digits_; }
    bool operator==(const Currency& other) const { return code_ == other.code_; }

  private:
    constexpr Currency(std::string_view code, int digits) : code_(code), minor_digits_(digits) {}
    friend struct CurrencyTable;

    std::string_view code_;
    int minor_digits_;
};

// How a division that leaves a remainder is settled. Every rounding in the product names one.
enum class Rounding {
    down,       // towards minus infinity: points earned
    half_up,    // to the nearest, halves away from zero: tax, cash
    half_even,  // to the nearest, halves to the even neighbour: statistics
};

// numerator / denominator, settled as named. The denominator must be positive.
std::int64_t divide(std::int64_t numerator, std::int64_t denominator, Rounding rounding);

// value * numerator / denominator with the product held exactly; overflow where the result does not
// fit. The denominator must be positive.
base::Result<std::int64_t> scale(std::int64_t value, std::int64_t numerator,
                                 std::int64_t denominator, Rounding rounding);

// An amount in minor units of one currency. Adding two currencies is a programmer's fault; a result
// that does not fit is an operating one.
class Money {
  public:
    Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}

    std::int64_t minor() const { return minor_; }
    Currency currency() const { return currency_; }
    bool operator==(const Money&) const = default;

    base::Result<Money> plus(Money other) const;
    base::Result<Money> minus(Money other) const;
    base::Result<Money> times(std::int64_t quantity) const;

    // "1290 HUF", "12.90 EUR", "-0.05 EUR".
    std::string text() const;
    // The same form read back, strictly.
    static base::Result<Money> parse(std::string_view text);

  private:
    std::int64_t minor_;
    Currency currency_;
};

// What is paid in cash for an amount where the smallest coin is `step_minor`: to the nearest step,
// halves away from zero. With a step of 5: 1002 -> 1000, 1003 -> 1005, -1003 -> -1005.
base::Result<Money> round_cash(Money amount, std::int64_t step_minor);

}  // namespace counterfoil::money
