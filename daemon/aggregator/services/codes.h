#pragma once

#include "daemon/aggregator/services/books.h"

// How coupons come into a book.
namespace counterfoil::services {

inline constexpr std::int64_t kMostGenerated = 20'000;  // at once
inline constexpr std::size_t kMostRejected = 1000;      // are told one by one
inline constexpr std::size_t kShortestCode = 6;
inline constexpr std::size_t kLongestCode = 64;

// So many new coupons, with random codes by the book's pattern. codes_uploaded_only where it has
// none; book_full.
Outcome<Book> generate_codes(Desk& desk, const std::string& book, std::int64_t count);

struct CodeLine {
    std::int64_t line = 0;  // where it stands in what was sent, from 1
    std::string code;
};
struct RejectedLine {
    std::int64_t line = 0;
    std::string code;
    base::Wording reason;
};
struct AddedCodes {
    Book book;
    std::int64_t added = 0;
    std::int64_t rejected = 0;
    std::vector<RejectedLine> lines;  // the first of those that were rejected
};
// Each line by itself: what is no code, or a code of any book already, is left out and told.
Outcome<AddedCodes> add_codes(Desk& desk, const std::string& book,
                              const std::vector<CodeLine>& lines);

// The lines of a text; of several columns, the first. Empty ones and a heading "code" are passed.
std::vector<CodeLine> code_lines(std::string_view csv);

}  // namespace counterfoil::services
