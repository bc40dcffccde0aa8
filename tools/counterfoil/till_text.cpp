#include "tools/counterfoil/till_text.h"

#include <charconv>

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using checkout::BasketLine;
using checkout::Payment;
using checkout::Wanted;

namespace {

constexpr int kMilliDigits = 3;
constexpr int kPercentDigits = 1;  // so that percents are counted in permille
// More digits than any amount that is not refused as too large has.
constexpr std::size_t kMaxDigits = 16;

Error wrong(const std::string& text, const std::string& form) {
    return Error(Code::invalid_argument, "\"" + text + "\": " + form);
}

// "12.5" with three digits behind the point is 12500.
std::optional<std::int64_t> read_decimal(std::string_view text, int digits_behind) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    std::string digits(text.substr(0, point));
    std::string behind(point == text.npos ? "" : text.substr(point + 1));
    const auto wanted = static_cast<std::size_t>(digits_behind);
    if (digits.empty() || behind.size() > wanted || (point != text.npos && behind.empty()))
        return std::nullopt;
    behind.resize(wanted, '0');
    digits += behind;
    std::int64_t value = 0;
    const char* end = digits.data() + digits.size();
    if (digits.size() > kMaxDigits || digits[0] == '-') return std::nullopt;
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return negative ? -value : value;
}

// Cuts off what stands behind the first `mark`, if there is one.
std::optional<std::string> cut_behind(std::string& text, char mark) {
    const std::size_t at = text.find(mark, 1);
    if (at == std::string::npos) return std::nullopt;
    std::string behind = text.substr(at + 1);
    text.resize(at);
    return behind;
}

constexpr const char* kItemForm =
    "an item is CODE, with xQUANTITY, @PRICE or -DISCOUNT behind it: 101x2, 109x0.35, 101@1500, "
    "101-10%";

}  // namespace

Result<TypedAmount> read_amount(const std::string& text, money::Currency shop) {
    std::string number = text;
    TypedAmount amount;
    const std::size_t letters = text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (letters != std::string::npos) {
        amount.currency = text.substr(letters);
        number.resize(letters);
        while (number.ends_with(' ')) number.pop_back();
    }
    const auto known = money::Currency::from_code(amount.currency);
    const auto minor = read_decimal(number, (known.ok() ? known.value() : shop).minor_digits());
    if (!minor) return wrong(text, "an amount is a number such as 5000, or 12.50 EUR");
    amount.minor = *minor;
    return amount;
}

Result<BasketLine> read_item(const std::string& text, money::Currency shop) {
    BasketLine line;
    line.code = text;
    // The quantity may be negative, and is refused then by the till; so it is looked at first.
    const std::size_t times = text.find('x');
    std::size_t from = times == std::string::npos ? 1 : times + 2;
    if (text.empty()) return wrong(text, kItemForm);
    std::optional<std::string> off;
    if (const std::size_t at = text.find('-', std::min(from, text.size())); at != text.npos) {
        off = text.substr(at + 1);
        line.code.resize(at);
    }
    const auto price = cut_behind(line.code, '@');
    const auto quantity = cut_behind(line.code, 'x');
    if (quantity) {
        line.quantity_milli = read_decimal(*quantity, kMilliDigits);
        if (!line.quantity_milli) return wrong(text, kItemForm);
    }
    if (price) {
        CF_LET(const TypedAmount amount, read_amount(*price, shop));
        line.unit_minor = amount.minor;
    }
    if (off && off->ends_with('%')) {
        off->pop_back();
        const auto permille = read_decimal(*off, kPercentDigits);
        if (!permille) return wrong(text, kItemForm);
        line.off_permille = *permille;
    } else if (off) {
        CF_LET(const TypedAmount amount, read_amount(*off, shop));
        line.off_minor = amount.minor;
    }
    return line;
}

Result<Payment> read_payment(const std::string& kind, const std::string& text,
                             money::Currency shop) {
    std::string number = text;
    const auto reference = text.empty() ? std::nullopt : cut_behind(number, ':');
    CF_LET(const TypedAmount amount, read_amount(number, shop));
    return Payment{kind, amount.minor, reference.value_or(""), amount.currency};
}

Result<Wanted> read_wanted(const std::string& text) {
    std::string line = text;
    const auto quantity = text.empty() ? std::nullopt : cut_behind(line, 'x');
    const auto number = read_decimal(line, 0);
    const auto milli = quantity ? read_decimal(*quantity, kMilliDigits) : std::nullopt;
    if (!number || (quantity && !milli))
        return wrong(text, "a line to give back is its number, and xQUANTITY: 1, 2x3, 4x0.35");
    return Wanted{*number, milli};
}

}  // namespace counterfoil::tool
