#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Tables as text, by RFC 4180: what spreadsheets open, and what they save.
namespace counterfoil::services {

inline constexpr std::size_t kMaxCsvCells = 64;
inline constexpr std::size_t kMaxCsvCellBytes = 4096;

struct CsvRecord {
    std::size_t line = 0;  // on which it begins, counted from 1
    std::vector<std::string> cells;

    bool operator==(const CsvRecord&) const = default;
};

// Walks a text's records; empty lines are passed over, and so is a byte order mark at its
// beginning. The text must outlive it.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text);

    // Nothing at the end, or where what follows is no record: then wrong() is true from there on,
    // and line() is where.
    std::optional<CsvRecord> next();
    bool wrong() const { return wrong_; }
    std::size_t line() const { return line_; }

  private:
    bool is_at_line_end() const;
    void pass_line_end();
    bool read_cell(std::string& cell);
    bool read_quoted(std::string& cell);
    bool read_plain(std::string& cell);

    std::string_view rest_;
    std::size_t line_ = 1;
    bool wrong_ = false;
};

using CsvColumns = std::vector<std::size_t>;

// Of each column that a header names, its place in `known`; nothing where it is in none, stands
// there twice, or one of the needed is missing.
std::optional<CsvColumns> columns_in(const CsvRecord& header,
                                     std::span<const std::string_view> known,
                                     std::span<const std::string_view> needed);

// Adds one record with its line's end. Where `is_defused`, a text that a spreadsheet would take for
// a formula gets an apostrophe before it, as spreadsheets themselves write it.
void append_csv(std::string& out, const std::vector<std::string>& cells, bool is_defused);

}  // namespace counterfoil::services
