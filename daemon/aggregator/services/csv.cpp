#include "daemon/aggregator/services/csv.h"

#include <algorithm>
#include <set>

namespace counterfoil::services {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A number is none, whatever its sign.
bool is_formula(std::string_view cell) {
    if (cell.empty() || std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos)
        return false;
    const std::string_view rest = cell.substr(1);
    const bool is_number =
        !rest.empty() && std::ranges::all_of(rest, [](char c) { return c >= '0' && c <= '9'; });
    return cell.front() != '-' || !is_number;
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : rest_(text) {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

bool CsvReader::is_at_line_end() const {
    return rest_.empty() || rest_.front() == '\n' || rest_.starts_with("\r\n");
}

void CsvReader::pass_line_end() {
    if (rest_.empty()) return;
    rest_.remove_prefix(rest_.front() == '\r' ? 2 : 1);
    ++line_;
}

bool CsvReader::read_quoted(std::string& cell) {
    rest_.remove_prefix(1);
    for (;;) {
        const std::size_t quote = rest_.find('"');
        if (quote == std::string_view::npos || cell.size() + quote > kMaxCsvCellBytes) return false;
        const std::string_view part = rest_.substr(0, quote);
        line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
        cell += part;
        rest_.remove_prefix(quote + 1);
        if (!rest_.starts_with('"')) return rest_.starts_with(',') || is_at_line_end();
        cell.push_back('"');
        rest_.remove_prefix(1);
    }
}

// A quote or a carriage return that stands alone belongs to nothing.
bool CsvReader::read_plain(std::string& cell) {
    const std::size_t end = std::min(rest_.find_first_of(",\n"), rest_.size());
    std::string_view text = rest_.substr(0, end);
    if (end < rest_.size() && rest_[end] == '\n' && text.ends_with('\r')) text.remove_suffix(1);
    if (text.size() > kMaxCsvCellBytes || text.find_first_of("\"\r") != std::string_view::npos)
        return false;
    cell = text;
    rest_.remove_prefix(text.size());
    return true;
}

bool CsvReader::read_cell(std::string& cell) {
    return rest_.starts_with('"') ? read_quoted(cell) : read_plain(cell);
}

std::optional<CsvRecord> CsvReader::next() {
    if (wrong_) return {};
    while (!rest_.empty() && is_at_line_end()) pass_line_end();
    if (rest_.empty()) return {};
    CsvRecord record{line_, {}};
    for (;;) {
        std::string cell;
        if (record.cells.size() >= kMaxCsvCells || !read_cell(cell)) {
            wrong_ = true;
            return {};
        }
        record.cells.push_back(std::move(cell));
        if (!rest_.starts_with(',')) break;
        rest_.remove_prefix(1);
    }
    pass_line_end();
    return record;
}

std::optional<CsvColumns> columns_in(const CsvRecord& header,
                                     std::span<const std::string_view> known,
                                     std::span<const std::string_view> needed) {
    CsvColumns columns;
    std::set<std::string_view> names;
    for (const std::string& name : header.cells) {
        const auto found = std::ranges::find(known, name);
        if (found == known.end() || !names.insert(*found).second) return {};
        columns.push_back(static_cast<std::size_t>(found - known.begin()));
    }
    const bool is_whole =
        std::ranges::all_of(needed, [&](std::string_view name) { return names.contains(name); });
    return is_whole ? std::optional(std::move(columns)) : std::nullopt;
}

void append_csv(std::string& out, const std::vector<std::string>& cells, bool is_defused) {
    // One empty cell alone would be an empty line.
    const bool is_alone = cells.size() == 1 && cells.front().empty();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::string cell = cells[i];
        if (is_defused && is_formula(cell)) cell.insert(0, 1, '\'');
        if (i > 0) out.push_back(',');
        if (!is_alone && cell.find_first_of("\",\r\n") == std::string::npos) {
            out += cell;
            continue;
        }
        out.push_back('"');
        for (const char c : cell) out.append(c == '"' ? 2 : 1, c);
        out.push_back('"');
    }
    out += "\r\n";
}

}  // namespace counterfoil::services
