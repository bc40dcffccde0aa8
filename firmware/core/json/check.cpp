#include <array>
#include <charconv>

#include "firmware/core/base/coding.h"
#include "firmware/core/json/json.h"

namespace counterfoil::json {
namespace {

using base::Code;
using base::Error;
using base::Status;

constexpr int kMaxDepthEver = 64;
// What a double always keeps.
constexpr std::size_t kMaxPreciseDigits = 15;
constexpr std::size_t kMaxExponentDigits = 2;

Error malformed(std::string_view why) {
    return Error(Code::malformed, "this is not JSON that we take: " + std::string(why));
}

// Walks a text once, holding no more than the kind of each open bracket.
class Scanner {
  public:
    Scanner(std::string_view text, int max_depth) : rest_(text), max_depth_(max_depth) {}

    Status scan() {
        CF_TRY(value());
        while (depth_ > 0) {
            CF_TRY(after_value());
        }
        skip_space();
        if (!rest_.empty()) return malformed("something follows the value");
        return {};
    }

  private:
    void skip_space() {
        std::size_t end = 0;
        while (end < rest_.size() && is_space(rest_[end])) ++end;
        rest_.remove_prefix(end);
    }

    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Reads a value, or opens an object or array and reads up to its first value.
    Status value() {
        for (;;) {
            skip_space();
            if (rest_.empty()) return malformed("it ends too early");
            if (rest_.front() != '{' && rest_.front() != '[') return scalar();
            if (depth_ == max_depth_)
                return Error(Code::too_large, "the JSON is nested too deeply");
            const bool object = rest_.front() == '{';
            rest_.remove_prefix(1);
            skip_space();
            if (take(object ? '}' : ']')) return {};
            is_object_[static_cast<std::size_t>(depth_++)] = object;
            if (object) CF_TRY(name());
        }
    }

    // Reads what may follow a value inside a bracket: the end, or a comma and the next value.
    Status after_value() {
        skip_space();
        const bool object = is_object_[static_cast<std::size_t>(depth_ - 1)];
        if (take(object ? '}' : ']')) {
            --depth_;
            return {};
        }
        if (!take(',')) return malformed("a comma or a closing bracket is missing");
        skip_space();
        if (object) CF_TRY(name());
        return value();
    }

    Status name() {
        if (!take('"')) return malformed("a name is missing");
        CF_TRY(string());
        skip_space();
        if (!take(':')) return malformed("a colon is missing");
        return {};
    }

    Status scalar() {
        if (take('"')) return string();
        for (std::string_view word : {"true", "false", "null"}) {
            if (!rest_.starts_with(word)) continue;
            rest_.remove_prefix(word.size());
            return {};
        }
        return number();
    }

    // The opening quote is taken. Well-formedness of UTF-8 was checked for the text as a whole.
    Status string() {
        for (std::size_t i = 0; i < rest_.size();) {
            const char c = rest_[i];
            if (c == '"') {
                rest_.remove_prefix(i + 1);
                return {};
            }
            if (static_cast<unsigned char>(c) < 0x20)
                return malformed("a control character stands in a text");
            const std::size_t length = c == '\\' ? escape(rest_.substr(i)) : 1;
            if (length == 0) return malformed("an escape in a text is wrong");
            i += length;
        }
        return malformed("a text does not end");
    }

    static int code_unit(std::string_view text) {
        if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
        unsigned unit = 0;
        const char* end = text.data() + 6;
        if (std::from_chars(text.data() + 2, end, unit, 16).ptr != end) return -1;
        return static_cast<int>(unit);
    }

    // The length of the escape at the start of the text; 0 where it is not one that we take.
    static std::size_t escape(std::string_view text) {
        constexpr std::string_view kShort = "\"\\/bfnrt";
        if (text.size() < 2) return 0;
        if (kShort.find(text[1]) != std::string_view::npos) return 2;
        const int unit = code_unit(text);
        if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return 0;
        if (unit < 0xd800 || unit > 0xdbff) return 6;
        const int low = code_unit(text.substr(6));
        return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
    }

    std::size_t digits(std::size_t from) const {
        std::size_t end = from;
        while (end < rest_.size() && rest_[end] >= '0' && rest_[end] <= '9') ++end;
        return end - from;
    }

    Status number() {
        const std::size_t first = rest_.starts_with('-') ? 1 : 0;
        const std::size_t whole = digits(first);
        if (whole == 0) return malformed("a value is missing");
        if (whole > 1 && rest_[first] == '0') return malformed("a number starts with a zero");
        std::size_t end = first + whole;
        const std::size_t integer_end = end;
        if (end < rest_.size() && rest_[end] == '.') {
            const std::size_t fraction = digits(end + 1);
            if (fraction == 0) return malformed("a number ends with its point");
            end += 1 + fraction;
        }
        if (end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
            ++end;
            if (end < rest_.size() && (rest_[end] == '+' || rest_[end] == '-')) ++end;
            const std::size_t exponent = digits(end);
            if (exponent == 0 || exponent > kMaxExponentDigits)
                return malformed("a number's exponent is wrong");
            end += exponent;
        }
        CF_TRY(end == integer_end ? exact(rest_.substr(0, end))
                                  : precise(rest_.substr(first, end - first)));
        rest_.remove_prefix(end);
        return {};
    }

    // A number with a fraction or an exponent keeps its value in a double, and cannot pass for an
    // integer that it is not, only while its digits are few.
    static Status precise(std::string_view number) {
        const std::string_view mantissa = number.substr(0, number.find_first_of("eE"));
        const bool point = mantissa.find('.') != std::string_view::npos;
        if (mantissa.size() - (point ? 1 : 0) <= kMaxPreciseDigits) return {};
        return Error(Code::overflow, "a number in the JSON has more digits than can be exact");
    }

    static Status exact(std::string_view digits) {
        std::int64_t value = 0;
        const auto fault = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
        if (fault != std::errc() || value > kMaxInteger || value < -kMaxInteger)
            return Error(Code::overflow, "a number in the JSON is over 2^53 and cannot be exact");
        return {};
    }

    std::string_view rest_;
    int max_depth_;
    int depth_ = 0;
    std::array<bool, kMaxDepthEver> is_object_{};
};

}  // namespace

Status check(std::string_view text, const Limits& limits) {
    CF_CHECK(limits.max_depth <= kMaxDepthEver);
    if (text.size() > limits.max_bytes)
        return Error(Code::too_large,
                     "the JSON is over " + std::to_string(limits.max_bytes) + " bytes");
    if (!base::is_utf8(text)) return malformed("it is not UTF-8");
    return Scanner(text, limits.max_depth).scan();
}

}  // namespace counterfoil::json
