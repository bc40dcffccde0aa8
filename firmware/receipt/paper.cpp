#include "firmware/receipt/paper.h"

#include <algorithm>

#include "firmware/core/base/check.h"

namespace counterfoil::receipt {
namespace {

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::string spaces(int count) {
    return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

// How many bytes the first `columns` characters have.
std::size_t bytes_of(std::string_view text, int columns) {
    std::size_t size = 0;
    for (; size < text.size(); ++size)
        if (begins_character(text[size]) && columns-- == 0) break;
    return size;
}

}  // namespace

int columns_of(std::string_view text) {
    return static_cast<int>(std::ranges::count_if(text, begins_character));
}

Paper::Paper(int columns) : columns_(columns) {
    CF_CHECK(columns >= kNarrowest);
}

void Paper::add(std::string text, bool strong) {
    CF_CHECK(columns_of(text) <= columns_);
    text.erase(text.find_last_not_of(' ') + 1);
    lines_.push_back({std::move(text), strong});
}

std::vector<std::string> Paper::broken(std::string_view text, int columns) const {
    CF_CHECK(columns > 0);
    std::vector<std::string> pieces;
    while (columns_of(text) > columns) {
        std::size_t size = bytes_of(text, columns);
        const std::size_t space = text.substr(0, size + 1).rfind(' ');
        if (space != text.npos && space > 0) size = space;
        pieces.emplace_back(text.substr(0, size));
        text.remove_prefix(size);
        while (text.starts_with(' ')) text.remove_prefix(1);
    }
    pieces.emplace_back(text);
    return pieces;
}

Paper& Paper::centred(std::string_view text, bool strong) {
    for (const std::string& piece : broken(text, columns_))
        add(spaces((columns_ - columns_of(piece)) / 2) + piece, strong);
    return *this;
}

Paper& Paper::left(std::string_view text, int indent) {
    for (const std::string& piece : broken(text, columns_ - indent)) add(spaces(indent) + piece);
    return *this;
}

Paper& Paper::pair(std::string_view label, std::string_view amount, bool strong) {
    auto pieces = broken(label, columns_);
    // Where the amount has no room beside the label's last piece, it has a line of its own.
    if (columns_of(pieces.back()) + 1 + columns_of(amount) > columns_) pieces.emplace_back();
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) add(pieces[i], strong);
    const std::string& last = pieces.back();
    add(last + spaces(columns_ - columns_of(last) - columns_of(amount)) + std::string(amount),
        strong);
    return *this;
}

Paper& Paper::rule() {
    add(std::string(static_cast<std::size_t>(columns_), '-'));
    return *this;
}

}  // namespace counterfoil::receipt
