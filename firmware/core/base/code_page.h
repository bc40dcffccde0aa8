#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The single-byte alphabets that receipt printers and customer displays have instead of Unicode.
namespace counterfoil::base {

enum class CodePage {
    pc852,    // IBM code page 852: Latin letters of central Europe
    wpc1250,  // Windows code page 1250: the same letters, the euro sign and typographic quotes
    pc866,    // IBM code page 866: Cyrillic letters
    wpc1251,  // Windows code page 1251: Cyrillic letters of more languages, the euro sign
};

// The byte of a character; none where the page lacks it, and for control characters, which would be
// commands to a device.
std::optional<std::uint8_t> to_code_page(CodePage page, char32_t character);

// The character of a byte; U+FFFD where the page has none.
char32_t from_code_page(CodePage page, std::uint8_t byte);

// Some of a text, in the bytes of one page.
struct PageRun {
    CodePage page;
    std::string bytes;

    bool operator==(const PageRun&) const = default;
};

// A text of UTF-8 in the bytes of a device that starts in the page `current` and has `pages`, which
// are not empty. It stays in its page as long as that has the characters, and goes on in the first
// page of the list that has the next one. Each character is one byte: what no page has is written
// in its plain form (o for ő, a quotation mark for a typographic one) or else as "?", and so are
// control characters and bytes that are not UTF-8.
std::vector<PageRun> to_page_runs(std::string_view text, std::span<const CodePage> pages,
                                  CodePage current);

}  // namespace counterfoil::base
