#include "daemon/aggregator/services/csv.h"
#include "firmware/core/base/bytes.h"
#include "firmware/core/base/check.h"

// Tables that strangers saved: whatever is read is the same when it was written and read again.
namespace {

namespace base = counterfoil::base;
namespace services = counterfoil::services;

std::vector<std::vector<std::string>> read_all(std::string_view text, bool& is_wrong) {
    std::vector<std::vector<std::string>> records;
    services::CsvReader reader(text);
    std::size_t line = 0;
    while (auto record = reader.next()) {
        CF_CHECK(record->line > line && record->cells.size() <= services::kMaxCsvCells);
        line = record->line;
        records.push_back(std::move(record->cells));
    }
    is_wrong = reader.wrong();
    return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bool is_wrong = false;
    const auto records = read_all(base::as_text(base::ByteView(data, size)), is_wrong);
    std::string text;
    for (const auto& cells : records) services::append_csv(text, cells, false);
    const auto again = read_all(text, is_wrong);
    const bool is_marked = text.starts_with("\xEF\xBB\xBF");
    CF_CHECK(!is_wrong && (is_marked || again == records));
    return 0;
}
