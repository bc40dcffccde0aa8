#include "tools/paper/commands.h"

#include <array>
#include <string>

#include "firmware/core/base/coding.h"

namespace counterfoil::tool {

using base::ByteView;
using base::Code;
using base::Error;
using base::Result;

namespace {

enum class Length { fixed, cut, raster, counted };

struct Known {
    Verb verb;
    std::string_view name;
    std::string_view bytes;
    Length length = Length::fixed;
    std::size_t parameters = 0;
};

constexpr std::array kKnown{
    Known{Verb::line_feed, "LF", "\n"},
    Known{Verb::initialise, "ESC @", "\x1b@"},
    Known{Verb::country, "ESC R", "\x1bR", Length::fixed, 1},
    Known{Verb::code_page, "ESC t", "\x1bt", Length::fixed, 1},
    Known{Verb::font, "ESC M", "\x1bM", Length::fixed, 1},
    Known{Verb::bold, "ESC E", "\x1b\x45", Length::fixed, 1},
    Known{Verb::align, "ESC a", "\x1b\x61", Length::fixed, 1},
    Known{Verb::feed_lines, "ESC d", "\x1b\x64", Length::fixed, 1},
    Known{Verb::pulse, "ESC p", "\x1bp", Length::fixed, 3},
    Known{Verb::size, "GS !", "\x1d!", Length::fixed, 1},
    Known{Verb::left_margin, "GS L", "\x1dL", Length::fixed, 2},
    Known{Verb::area_width, "GS W", "\x1dW", Length::fixed, 2},
    Known{Verb::report_status, "GS a", "\x1d\x61", Length::fixed, 1},
    Known{Verb::cut, "GS V", "\x1dV", Length::cut},
    Known{Verb::raster, "GS v 0", "\x1dv0", Length::raster},
    Known{Verb::symbol, "GS ( k", "\x1d(k", Length::counted},
    Known{Verb::process_id, "GS ( H", "\x1d(H", Length::counted},
    Known{Verb::send_status, "GS r", "\x1dr", Length::fixed, 1},
    Known{Verb::real_time_status, "DLE EOT", "\x10\x04", Length::fixed, 1},
    Known{Verb::leave_chinese, "FS .", "\x1c."},
};

constexpr std::size_t kRasterHead = 5;  // mode, bytes of a row, rows
constexpr std::size_t kCountSize = 2;
constexpr std::uint8_t kCutWithFeed = 65;  // from here on, GS V has a second parameter
constexpr std::uint8_t kFirstText = 0x20;

std::size_t number_at(ByteView bytes, std::size_t place) {
    return bytes[place] | static_cast<std::size_t>(bytes[place + 1]) << 8;
}

// How many parameters there are; none while that cannot be told yet.
std::optional<std::size_t> count_parameters(const Known& known, ByteView behind) {
    switch (known.length) {
        case Length::fixed:
            return known.parameters;
        case Length::cut:
            if (behind.empty()) return {};
            return behind[0] >= kCutWithFeed ? 2 : 1;
        case Length::raster:
            if (behind.size() < kRasterHead) return {};
            return kRasterHead + number_at(behind, 1) * number_at(behind, 3);
        case Length::counted:
            if (behind.size() < kCountSize) return {};
            return kCountSize + number_at(behind, 0);
    }
    return {};
}

Cutting text_at(ByteView bytes) {
    std::size_t size = 0;
    while (size < bytes.size() && bytes[size] >= kFirstText) ++size;
    return {{Verb::text, bytes.first(size)}, size};
}

}  // namespace

std::string_view verb_name(Verb verb) {
    for (const Known& known : kKnown)
        if (known.verb == verb) return known.name;
    return "text";
}

Result<Cutting> first_command(ByteView bytes) {
    if (bytes.empty()) return Cutting{};
    if (bytes[0] >= kFirstText) return text_at(bytes);
    const std::string_view all = base::as_text(bytes);
    for (const Known& known : kKnown) {
        if (all.size() < known.bytes.size() && known.bytes.starts_with(all)) return Cutting{};
        if (!all.starts_with(known.bytes)) continue;
        const ByteView behind = bytes.subspan(known.bytes.size());
        const auto count = count_parameters(known, behind);
        if (count && *count > kMaxParameters)
            return Error(Code::too_large, std::string(known.name) + " has too many parameters");
        if (!count || behind.size() < *count) return Cutting{};
        return Cutting{{known.verb, behind.first(*count)}, known.bytes.size() + *count};
    }
    return Error(Code::malformed,
                 "no command that we know begins with " +
                     base::to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 3))));
}

}  // namespace counterfoil::tool
