#pragma once

#include <array>
#include <charconv>

#include "firmware/core/base/bytes.h"
#include "firmware/core/json/json.h"

namespace counterfoil::json {

inline constexpr int kMaxDepthEver = 64;

inline base::Error malformed(std::string_view why) {
    return base::Error(base::Code::malformed, "this is not JSON that we take: " + std::string(why));
}

// What a backslash may stand before, but for the u of a code unit.
inline constexpr std::string_view kShortEscapes = "\"\\/bfnrt";

// The UTF-16 code unit of the escape at the start of the text; -1 where there is none.
inline int code_unit(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
    unsigned unit = 0;
    const char* end = text.data() + 6;
    if (std::from_chars(text.data() + 2, end, unit, 16).ptr != end) return -1;
    return static_cast<int>(unit);
}

// Walks a text of well-formed UTF-8 once, holding no more than the kind of each open bracket, and
// tells a handler what it passes, in the text's own order:
//   open(bool is_object), close()           an object or array, and its end
//   name(std::string_view, bool escaped)    of the value that follows
//   text(std::string_view, bool escaped)    what stands between its quotes
//   word(std::string_view)                  true, false or null
//   integer(std::int64_t)                   exact
//   number(std::string_view)                one with a fraction or an exponent
template <class Handler>
class Scanner {
  public:
    Scanner(std::string_view text, int max_depth, Handler& handler)
        : rest_(text), max_depth_(max_depth), handler_(handler) {}

    base::Status scan() {
        CF_TRY(value());
        while (depth_ > 0) CF_TRY(after_value());
        skip_space();
        if (!rest_.empty()) return malformed("something follows the value");
        return {};
    }

  private:
    // What a double always keeps.
    static constexpr std::size_t kMaxPreciseDigits = 15;
    static constexpr std::size_t kMaxExponentDigits = 2;

    void skip_space() {
        while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }

    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Reads a value, or opens an object or array and reads up to its first value.
    base::Status value() {
        for (;;) {
            skip_space();
            if (rest_.empty()) return malformed("it ends too early");
            if (rest_.front() != '{' && rest_.front() != '[') return scalar();
            if (depth_ == max_depth_)
                return base::Error(base::Code::too_large, "the JSON is nested too deeply");
            const bool is_object = rest_.front() == '{';
            rest_.remove_prefix(1);
            handler_.open(is_object);
            skip_space();
            if (take(is_object ? '}' : ']')) {
                handler_.close();
                return {};
            }
            is_object_[static_cast<std::size_t>(depth_++)] = is_object;
            if (is_object) CF_TRY(name());
        }
    }

    // Reads what may follow a value inside a bracket: the end, or a comma and the next value.
    base::Status after_value() {
        skip_space();
        const bool is_object = is_object_[static_cast<std::size_t>(depth_ - 1)];
        if (take(is_object ? '}' : ']')) {
            --depth_;
            handler_.close();
            return {};
        }
        if (!take(',')) return malformed("a comma or a closing bracket is missing");
        skip_space();
        if (is_object) CF_TRY(name());
        return value();
    }

    base::Status name() {
        if (!take('"')) return malformed("a name is missing");
        Quoted quoted;
        CF_TRY(string(quoted));
        handler_.name(quoted.text, quoted.escaped);
        skip_space();
        if (!take(':')) return malformed("a colon is missing");
        return {};
    }

    base::Status scalar() {
        const char first = rest_.front();
        if (first == '-' || (first >= '0' && first <= '9')) return number();
        if (take('"')) {
            Quoted quoted;
            CF_TRY(string(quoted));
            handler_.text(quoted.text, quoted.escaped);
            return {};
        }
        for (const std::string_view word : {"true", "false", "null"}) {
            if (!rest_.starts_with(word)) continue;
            rest_.remove_prefix(word.size());
            handler_.word(word);
            return {};
        }
        return number();
    }

    struct Quoted {
        std::string_view text;
        bool escaped = false;
    };

    // The opening quote is taken.
    base::Status string(Quoted& quoted) {
        quoted.escaped = false;
        const char* const begin = rest_.data();
        const char* const end = begin + rest_.size();
        for (const char* at = begin;;) {
            while (at != end && is_plain(*at)) ++at;
            if (at == end) return malformed("a text does not end");
            if (*at == '"') {
                quoted.text = rest_.substr(0, static_cast<std::size_t>(at - begin));
                rest_.remove_prefix(quoted.text.size() + 1);
                return {};
            }
            if (*at != '\\') return malformed("a control character stands in a text");
            const std::size_t length = escape(rest_.substr(static_cast<std::size_t>(at - begin)));
            if (length == 0) return malformed("an escape in a text is wrong");
            quoted.escaped = true;
            at += length;
        }
    }

    // What stands for itself in a text.
    static bool is_plain(char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    }

    // The length of the escape at the start of the text; 0 where it is not one that we take.
    static std::size_t escape(std::string_view text) {
        if (text.size() < 2) return 0;
        if (kShortEscapes.find(text[1]) != std::string_view::npos) return 2;
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

    base::Status number() {
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
        const std::string_view all = rest_.substr(0, end);
        CF_TRY(end == integer_end ? exact(all) : precise(all, all.substr(first)));
        rest_.remove_prefix(end);
        return {};
    }

    // A number with a fraction or an exponent keeps its value in a double, and cannot pass for an
    // integer that it is not, only while its digits are few.
    base::Status precise(std::string_view number, std::string_view unsigned_number) {
        const std::string_view mantissa =
            unsigned_number.substr(0, unsigned_number.find_first_of("eE"));
        const bool point = mantissa.find('.') != std::string_view::npos;
        if (mantissa.size() - (point ? 1 : 0) > kMaxPreciseDigits)
            return base::Error(base::Code::overflow,
                               "a number in the JSON has more digits than can be exact");
        handler_.number(number);
        return {};
    }

    base::Status exact(std::string_view digits) {
        std::int64_t value = 0;
        const auto fault = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
        if (fault != std::errc() || value > kMaxInteger || value < -kMaxInteger)
            return base::Error(base::Code::overflow,
                               "a number in the JSON is over 2^53 and cannot be exact");
        handler_.integer(value);
        return {};
    }

    std::string_view rest_;
    int max_depth_;
    Handler& handler_;
    int depth_ = 0;
    std::array<bool, kMaxDepthEver> is_object_{};
};

// Whether a scanner may be let at the text.
base::Status check_bounds(std::string_view text, const Limits& limits);

}  // namespace counterfoil::json
