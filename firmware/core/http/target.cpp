#include "firmware/core/http/target.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::http {
namespace {

using base::Code;
using base::Error;
using base::Result;

std::optional<unsigned> digit_of(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return {};
}

// Calls `take` with each part between the marks; stops at its first error.
template <class Take>
base::Status split(std::string_view text, char mark, Take take) {
    for (;;) {
        const std::size_t end = text.find(mark);
        CF_TRY(take(text.substr(0, end)));
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
}

bool is_dots(std::string_view text) {
    return text == "." || text == "..";
}

base::Status add_segment(Target& target, std::string_view text) {
    if (target.segments.size() == kMaxSegments)
        return Error(Code::too_large, "the path has too many segments");
    auto segment = percent_decode(text);
    if (!segment.ok()) return segment.error();
    if (is_dots(segment.value())) return Error(Code::malformed, "the path has a segment of dots");
    target.segments.push_back(std::move(segment).value());
    return {};
}

base::Status add_parameter(Target& target, std::string_view text) {
    if (text.empty()) return {};
    if (target.query.size() == kMaxQueryParameters)
        return Error(Code::too_large, "the query has too many parameters");
    const std::size_t equals = text.find('=');
    CF_LET(std::string name, percent_decode(text.substr(0, equals), Plus::space));
    const auto rest =
        equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
    CF_LET(std::string value, percent_decode(rest, Plus::space));
    target.query.emplace_back(std::move(name), std::move(value));
    return {};
}

bool is_visible(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '#' || c == '\\')
            return false;
    return true;
}

}  // namespace

std::string Target::path() const {
    std::string path = segments.empty() ? "/" : "";
    for (const std::string& segment : segments) path += "/" + segment;
    return path;
}

Result<std::string> percent_decode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i] == '+' && plus == Plus::space ? ' ' : text[i];
            continue;
        }
        const auto high = i + 2 < text.size() ? digit_of(text[i + 1]) : std::nullopt;
        const auto low = high ? digit_of(text[i + 2]) : std::nullopt;
        if (!low) return Error(Code::malformed, "a % is not followed by two hexadecimal digits");
        decoded += static_cast<char>(*high << 4 | *low);
        i += 2;
    }
    if (decoded.find('\0') != std::string::npos || !base::is_utf8(decoded))
        return Error(Code::malformed, "a part of the target is no text in UTF-8");
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 0x0F]});
    }
    return encoded;
}

Result<Target> parse_target(std::string_view text) {
    if (text.empty() || text.front() != '/')
        return Error(Code::malformed, "the target does not start with a slash");
    if (!is_visible(text))
        return Error(Code::malformed, "the target has a character that may not stand there");
    Target target;
    const std::size_t mark = text.find('?');
    const std::string_view path = text.substr(1, mark == std::string_view::npos ? mark : mark - 1);
    if (!path.empty())
        CF_TRY(split(path, '/', [&](std::string_view part) { return add_segment(target, part); }));
    if (mark != std::string_view::npos)
        CF_TRY(split(text.substr(mark + 1), '&',
                     [&](std::string_view part) { return add_parameter(target, part); }));
    return target;
}

}  // namespace counterfoil::http
