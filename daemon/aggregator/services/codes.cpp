#include "daemon/aggregator/services/codes.h"

#include <algorithm>
#include <set>

#include "daemon/aggregator/services/draw.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;
using store::Value;

namespace {

constexpr base::Wording kNoCode{
    "not a code: 6 to 64 of the letters A to Z, digits, hyphens, dots and underscores",
    "nem kód: 6–64 jel az A–Z betűk, számjegyek, kötőjel, pont és aláhúzás közül"};
constexpr base::Wording kTwice{"the same code stands above", "ugyanez a kód feljebb már szerepel"};
constexpr base::Wording kTaken{"a coupon has this code already", "ilyen kódú kupon már van"};
// So many are looked up with one statement.
constexpr std::size_t kLookedUp = 64;

bool is_code(std::string_view text) {
    return text.size() >= kShortestCode && text.size() <= kLongestCode &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

std::string lookup() {
    std::string sql = "SELECT code FROM coupon WHERE code IN (";
    for (std::size_t i = 1; i <= kLookedUp; ++i) sql += (i == 1 ? "$" : ", $") + std::to_string(i);
    return sql + ")";
}

// Those of the codes that coupons have already.
Outcome<std::set<std::string>> taken_of(Database& database, const std::vector<std::string>& codes) {
    static const std::string kLookup = lookup();
    std::set<std::string> taken;
    for (std::size_t from = 0; from < codes.size(); from += kLookedUp) {
        std::vector<Value> values(kLookedUp, Value(std::string_view()));
        for (std::size_t i = from; i < std::min(from + kLookedUp, codes.size()); ++i)
            values[i - from] = std::string_view(codes[i]);
        CF_LET(const Rows rows, database.query(kLookup, std::span<const Value>(values)));
        for (std::size_t row = 0; row < rows.size(); ++row) taken.emplace(rows.text(row, 0));
    }
    return taken;
}

std::string make_code(const CodePattern& pattern, Draw& draw) {
    std::string code = pattern.prefix;
    if (!code.empty()) code += '-';
    for (std::int64_t i = 0; i < pattern.length; ++i)
        code += pattern.charset[draw.below(pattern.charset.size())];
    if (!pattern.suffix.empty()) code += '-' + pattern.suffix;
    return code;
}

// Several events, because each has a bound.
Outcome<Book> record_codes(Desk& desk, const Book& book, const std::vector<std::string>& codes) {
    constexpr std::size_t kAround = 3;  // what stands around each in the event
    ingest::CodesAdded fact{book.id, book.codes + 1, {}};
    std::size_t bytes = 0;
    for (const std::string& code : codes) {
        if (bytes + code.size() + kAround > ingest::kMaxListBytes) {
            CF_TRY(desk.record(ledger::EventType::codes_added, ingest::write_body(fact)));
            fact.first += static_cast<std::int64_t>(fact.codes.size());
            fact.codes.clear();
            bytes = 0;
        }
        fact.codes.push_back(code);
        bytes += code.size() + kAround;
    }
    if (!fact.codes.empty())
        CF_TRY(desk.record(ledger::EventType::codes_added, ingest::write_body(fact)));
    return find_book(desk.database(), book.id);
}

// For people: what is too long is cut, but not within a character.
std::string shown(const std::string& code) {
    if (code.size() <= kLongestCode) return code;
    std::size_t end = kLongestCode;
    while (end > 0 && (static_cast<unsigned char>(code[end]) & 0xC0) == 0x80) --end;
    return code.substr(0, end);
}

Outcome<void> check_room(const Book& book, std::size_t more) {
    if (static_cast<std::int64_t>(more) > ingest::kMaxCoupons - book.codes)
        return Refusal::book_full;
    return {};
}

}  // namespace

Outcome<Book> generate_codes(Desk& desk, const std::string& id, std::int64_t count) {
    CF_CHECK(count > 0 && count <= kMostGenerated);
    CF_LET(const Book book, find_book(desk.database(), id));
    if (book.pattern.length == 0) return Refusal::codes_uploaded_only;
    const auto wanted = static_cast<std::size_t>(count);
    CF_TRY(check_room(book, wanted));
    Draw draw(new_seed(desk));
    std::set<std::string> seen;
    std::vector<std::string> codes;
    while (codes.size() < wanted) {
        std::vector<std::string> some;
        for (std::size_t i = codes.size(); i < wanted; ++i) {
            std::string code = make_code(book.pattern, draw);
            if (seen.insert(code).second) some.push_back(std::move(code));
        }
        CF_LET(const auto taken, taken_of(desk.database(), some));
        for (std::string& code : some)
            if (!taken.contains(code)) codes.push_back(std::move(code));
    }
    return record_codes(desk, book, codes);
}

Outcome<AddedCodes> add_codes(Desk& desk, const std::string& id,
                              const std::vector<CodeLine>& lines) {
    CF_LET(const Book book, find_book(desk.database(), id));
    std::vector<std::string> codes;
    for (const CodeLine& line : lines)
        if (is_code(line.code)) codes.push_back(line.code);
    CF_LET(const auto taken, taken_of(desk.database(), codes));
    codes.clear();
    std::set<std::string> seen;
    AddedCodes added;
    for (const CodeLine& line : lines) {
        const base::Wording* reason = nullptr;
        if (!is_code(line.code))
            reason = &kNoCode;
        else if (taken.contains(line.code))
            reason = &kTaken;
        else if (!seen.insert(line.code).second)
            reason = &kTwice;
        if (reason == nullptr) {
            codes.push_back(line.code);
            continue;
        }
        ++added.rejected;
        if (added.lines.size() < kMostRejected)
            added.lines.push_back({line.line, shown(line.code), *reason});
    }
    CF_TRY(check_room(book, codes.size()));
    added.added = static_cast<std::int64_t>(codes.size());
    CF_LET(added.book, record_codes(desk, book, codes));
    return added;
}

std::vector<CodeLine> code_lines(std::string_view csv) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";  // some programs begin their files so
    if (csv.starts_with(kMark)) csv.remove_prefix(kMark.size());
    std::vector<CodeLine> lines;
    for (std::int64_t line = 1; !csv.empty(); ++line) {
        const std::size_t end = std::min(csv.find('\n'), csv.size());
        std::string_view text = csv.substr(0, end);
        csv.remove_prefix(std::min(end + 1, csv.size()));
        text = text.substr(0, text.find_first_of(",;\t\r"));
        while (text.starts_with(' ')) text.remove_prefix(1);
        while (text.ends_with(' ')) text.remove_suffix(1);
        if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
            text = text.substr(1, text.size() - 2);
        if (text.empty() || (line == 1 && ingest::small_letters(text) == "code")) continue;
        lines.push_back({line, std::string(text)});
    }
    return lines;
}

}  // namespace counterfoil::services
