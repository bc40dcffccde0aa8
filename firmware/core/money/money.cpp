#include "firmware/core/money/money.h"

#include <array>
#include <charconv>

namespace counterfoil::money {

using base::Code;
using base::Error;
using base::Result;

// GCC and clang both have 128-bit integers; ISO C++ does not, hence the extension mark.
__extension__ typedef __int128 Wide;

struct CurrencyTable {
    static constexpr std::array<Currency, 10> kAll{{{"HUF", 0},
                                                    {"EUR", 2},
                                                    {"USD", 2},
                                                    {"GBP", 2},
                                                    {"CHF", 2},
                                                    {"CZK", 2},
                                                    {"PLN", 2},
                                                    {"RON", 2},
                                                    {"RSD", 2},
                                                    {"UAH", 2}}};
};

namespace {

template <class Number>
Number divide_exactly(Number numerator, Number denominator, Rounding rounding) {
    CF_CHECK(denominator > 0);
    Number quotient = numerator / denominator;
    Number rest = numerator % denominator;
    if (rest == 0) return quotient;
    const bool negative = rest < 0;
    if (rounding == Rounding::down) return negative ? quotient - 1 : quotient;
    const Number size = negative ? -rest : rest;
    const Number other = denominator - size;
    const bool away =
        size > other || (size == other && (rounding == Rounding::half_up || quotient % 2 != 0));
    if (!away) return quotient;
    return negative ? quotient - 1 : quotient + 1;
}

Error does_not_fit() {
    return Error(Code::overflow, "the amount is too large to be counted");
}

std::int64_t power_of_ten(int digits) {
    std::int64_t power = 1;
    for (int i = 0; i < digits; ++i) power *= 10;
    return power;
}

// Digits only, no sign, no leading zero but a lone one.
Result<std::int64_t> read_digits(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool padded = text.size() > 1 && text.front() == '0';
    if (fault == std::errc::result_out_of_range) return does_not_fit();
    if (fault != std::errc() || end != text.data() + text.size() || text.front() == '-' || padded)
        return Error(Code::malformed, "an amount reads 1290 HUF or 12.90 EUR");
    return value;
}

}  // namespace

Result<Currency> Currency::from_code(std::string_view code) {
    for (const Currency& currency : CurrencyTable::kAll)
        if (currency.code() == code) return currency;
    return Error(Code::invalid_argument, "the currency is not one that this till counts");
}

Currency Currency::huf() {
    return CurrencyTable::kAll[0];
}

Currency Currency::eur() {
    return CurrencyTable::kAll[1];
}

std::int64_t divide(std::int64_t numerator, std::int64_t denominator, Rounding rounding) {
    return divide_exactly(numerator, denominator, rounding);
}

Result<std::int64_t> scale(std::int64_t value, std::int64_t numerator, std::int64_t denominator,
                           Rounding rounding) {
    const Wide exact = divide_exactly<Wide>(Wide{value} * numerator, denominator, rounding);
    const auto fitted = static_cast<std::int64_t>(exact);
    if (fitted != exact) return does_not_fit();
    return fitted;
}

Result<Money> Money::plus(Money other) const {
    CF_CHECK(currency_ == other.currency_);
    std::int64_t sum = 0;
    if (__builtin_add_overflow(minor_, other.minor_, &sum)) return does_not_fit();
    return Money(sum, currency_);
}

Result<Money> Money::minus(Money other) const {
    CF_CHECK(currency_ == other.currency_);
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(minor_, other.minor_, &difference)) return does_not_fit();
    return Money(difference, currency_);
}

Result<Money> Money::times(std::int64_t quantity) const {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(minor_, quantity, &product)) return does_not_fit();
    return Money(product, currency_);
}

std::string Money::text() const {
    const int digits = currency_.minor_digits();
    // The magnitude as unsigned, because the smallest int64 has no positive twin.
    const auto bits = static_cast<std::uint64_t>(minor_);
    std::string number = std::to_string(minor_ < 0 ? 0 - bits : bits);
    if (digits > 0) {
        const auto width = static_cast<std::size_t>(digits);
        if (number.size() <= width) number.insert(0, width + 1 - number.size(), '0');
        number.insert(number.size() - width, 1, '.');
    }
    return (minor_ < 0 ? "-" : "") + number + " " + std::string(currency_.code());
}

Result<Money> Money::parse(std::string_view text) {
    const Error malformed(Code::malformed, "an amount reads 1290 HUF or 12.90 EUR");
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return malformed;
    CF_LET(const Currency currency, Currency::from_code(text.substr(space + 1)));
    std::string_view number = text.substr(0, space);
    const bool negative = number.starts_with('-');
    if (negative) number.remove_prefix(1);
    const auto digits = static_cast<std::size_t>(currency.minor_digits());
    std::string_view fraction;
    if (digits > 0) {
        if (number.size() < digits + 2 || number[number.size() - digits - 1] != '.')
            return malformed;
        fraction = number.substr(number.size() - digits);
        number.remove_suffix(digits + 1);
    }
    if (number.empty()) return malformed;
    CF_LET(const std::int64_t whole, read_digits(number));
    std::int64_t part = 0;
    for (char c : fraction) {
        if (c < '0' || c > '9') return malformed;
        part = part * 10 + (c - '0');
    }
    // Counted downwards for a negative amount: the smallest has no positive twin.
    const std::int64_t sign = negative ? -1 : 1;
    const Money signed_whole(sign * whole, currency);
    CF_LET(const Money units, signed_whole.times(power_of_ten(currency.minor_digits())));
    CF_LET(const Money amount, units.plus(Money(sign * part, currency)));
    if (negative && amount.minor() == 0) return malformed;
    return amount;
}

Result<Money> round_cash(Money amount, std::int64_t step_minor) {
    CF_CHECK(step_minor > 0);
    const std::int64_t steps = divide(amount.minor(), step_minor, Rounding::half_up);
    return Money(steps, amount.currency()).times(step_minor);
}

}  // namespace counterfoil::money
