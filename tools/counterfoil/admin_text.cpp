#include "tools/counterfoil/admin_text.h"

#include <algorithm>
#include <array>

#include "firmware/core/base/check.h"

namespace counterfoil::tool {
namespace {

// A name may be a hundred characters; an id, which has to be copied whole, is 36.
constexpr std::size_t kWidestCell = 40;
constexpr std::string_view kGap = "  ";
constexpr std::string_view kEllipsis = "\u2026";

// The first character of a text in UTF-8, and how many bytes it is. Bytes that are no character
// count as one each.
struct Character {
    char32_t code = U'?';
    std::size_t bytes = 1;
};

Character first_of(std::string_view text) {
    constexpr unsigned kPayload = 0x3F;
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t bytes = 1;
    if (lead >= 0xC2) bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (bytes > text.size() || lead > 0xF4) return {};
    if (bytes == 1) return {lead < 0x80 ? char32_t{lead} : U'?', 1};
    char32_t code = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & ~kPayload) != 0x80) return {};
        code = code << 6 | (byte & kPayload);
    }
    return {code, bytes};
}

struct Range {
    char32_t first;
    char32_t last;
};

bool is_in(char32_t code, std::initializer_list<Range> ranges) {
    return std::ranges::any_of(
        ranges, [&](const Range& range) { return code >= range.first && code <= range.last; });
}

// Control characters, what turns the direction of writing, and what ends a line.
bool steers(char32_t code) {
    return is_in(code, {{0x00, 0x1F},
                        {0x7F, 0x9F},
                        {0x200E, 0x200F},
                        {0x2028, 0x202E},
                        {0x2066, 0x2069},
                        {0xFEFF, 0xFEFF}});
}

std::size_t width_of(char32_t code) {
    if (is_in(code, {{0x300, 0x36F}, {0x200B, 0x200D}, {0xFE00, 0xFE0F}})) return 0;
    const bool is_wide = is_in(code, {{0x1100, 0x115F},
                                      {0x2E80, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}});
    return is_wide ? 2 : 1;
}

std::string padded(const AdminCell& cell, std::size_t width, bool is_last) {
    const std::string space(width - shown_width(cell.text), ' ');
    if (cell.is_number) return space + cell.text;
    return is_last ? cell.text : cell.text + space;
}

}  // namespace

std::size_t shown_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Character next = first_of(text);
        width += width_of(next.code);
        text.remove_prefix(next.bytes);
    }
    return width;
}

std::string shown(std::string_view text, std::size_t width) {
    std::string clean;
    std::string cut;  // what there is room for before an ellipsis
    std::size_t taken = 0;
    while (!text.empty()) {
        const Character next = first_of(text);
        const bool is_plain = next.code != U'?' && !steers(next.code);
        clean.append(is_plain ? text.substr(0, next.bytes) : "?");
        taken += width_of(next.code);
        if (taken < width) cut = clean;
        if (width > 0 && taken > width) return cut.append(kEllipsis);
        text.remove_prefix(next.bytes);
    }
    return clean;
}

AdminGrid::AdminGrid(std::vector<std::string> headings) {
    std::vector<AdminCell> cells;
    for (std::string& heading : headings) cells.push_back({std::move(heading)});
    rows_.push_back(std::move(cells));
}

void AdminGrid::add(std::vector<AdminCell> cells) {
    CF_CHECK(cells.size() == rows_.front().size());
    for (AdminCell& cell : cells)
        cell.text = shown(cell.text, &cell == &cells.back() ? 0 : kWidestCell);
    rows_.push_back(std::move(cells));
}

std::string AdminGrid::text() const {
    const std::size_t columns = rows_.front().size();
    std::vector<std::size_t> widths(columns, 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], shown_width(row[i].text));
    std::string text;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        for (std::size_t i = 0; i < columns; ++i) {
            AdminCell cell = rows_[r][i];
            // A heading stands as its column does.
            if (r == 0 && rows_.size() > 1) cell.is_number = rows_[1][i].is_number;
            if (i > 0) text.append(kGap);
            text.append(padded(cell, widths[i], i + 1 == columns));
        }
        text.append("\n");
    }
    return text;
}

}  // namespace counterfoil::tool
