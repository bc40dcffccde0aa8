#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/core/base/result.h"

namespace counterfoil::http {

// Names and values in their order.
using Parameters = std::vector<std::pair<std::string, std::string>>;

inline std::optional<std::string_view> find(const Parameters& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters)
        if (key == name) return value;
    return {};
}

inline constexpr std::size_t kMaxSegments = 64;
inline constexpr std::size_t kMaxQueryParameters = 128;

// What a request asks for: "/api/sales/4%202?page=1" is the segments api, sales, "4 2" and the
// query page = 1. "/" has no segments; "/a/" has a and an empty one.
struct Target {
    std::vector<std::string> segments;
    Parameters query;

    // The path, decoded: for people and logs. A slash within a segment looks like any other.
    std::string path() const;
};

// Reads the origin form "/path?query". Everything is decoded exactly once; what is then not UTF-8,
// or holds a NUL, is malformed, and so are a broken escape, a fragment, a space or control
// character, and the segments "." and "..", however they were written.
base::Result<Target> parse_target(std::string_view text);

// Decodes %41; in queries also + as a space.
enum class Plus { literal, space };
base::Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::literal);

// Encodes what is not a letter, a digit or one of -._~, so that the text can be a segment or stand
// in a query.
std::string percent_encode(std::string_view text);

}  // namespace counterfoil::http
