#include "daemon/aggregator/services/csv.h"

#include <gtest/gtest.h>

#include <array>

namespace counterfoil::services {
namespace {

using Cells = std::vector<std::string>;

std::vector<CsvRecord> all_in(std::string_view text) {
    std::vector<CsvRecord> records;
    CsvReader reader(text);
    while (auto record = reader.next()) records.push_back(*record);
    EXPECT_FALSE(reader.wrong()) << text;
    return records;
}

bool is_wrong(std::string_view text) {
    CsvReader reader(text);
    while (reader.next()) continue;
    return reader.wrong();
}

TEST(Csv, ReadsWhatTheStandardShows) {
    const std::vector<CsvRecord> wanted{
        {1, {"a", "b", ""}}, {2, {"1, 2", "say \"x\"", "two\r\nlines"}}, {5, {"end"}}};
    EXPECT_EQ(all_in("a,b,\r\n\"1, 2\",\"say \"\"x\"\"\",\"two\r\nlines\"\r\n\r\nend"), wanted);
    EXPECT_EQ(all_in("a,b,\n\"1, 2\",\"say \"\"x\"\"\",\"two\r\nlines\"\n\nend\n"), wanted);
}

TEST(Csv, PassesAByteOrderMarkAndEmptyLines) {
    EXPECT_EQ(all_in("\xEF\xBB\xBF\r\na\n\n\nb"), (std::vector<CsvRecord>{{2, {"a"}}, {5, {"b"}}}));
    EXPECT_TRUE(all_in("").empty());
}

TEST(Csv, RefusesWhatIsNoRecord) {
    for (const char* text : {"a\"b", "\"a", "\"a\"b", "a\rb", "\"a\"\r"})
        EXPECT_TRUE(is_wrong(text)) << text;
    EXPECT_TRUE(is_wrong(std::string(kMaxCsvCells, ',')));
    EXPECT_TRUE(is_wrong(std::string(kMaxCsvCellBytes + 1, 'x')));
    EXPECT_TRUE(is_wrong("\"" + std::string(kMaxCsvCellBytes + 1, 'x') + "\""));
    EXPECT_FALSE(is_wrong(std::string(kMaxCsvCellBytes, 'x')));
    CsvReader reader("fine\nnot \"fine\n");
    EXPECT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.line(), 2U);
}

TEST(Csv, WritesWhatItReads) {
    const Cells cells{"", "a", " b ", "c,d", "e\"f", "g\nh", "i\r\nj", "ű"};
    std::string text;
    append_csv(text, cells, false);
    append_csv(text, {""}, false);
    EXPECT_EQ(all_in(text).front().cells, cells);
    EXPECT_EQ(all_in(text).back().cells, Cells{""});
}

TEST(Csv, AHeaderNamesEachColumnOnceAndAllThatAreNeeded) {
    constexpr std::array<std::string_view, 3> kKnown{"card", "name", "email"};
    constexpr std::array<std::string_view, 2> kNeeded{"card", "name"};
    const auto columns = [&](const std::string& line) {
        return columns_in(all_in(line).front(), kKnown, kNeeded);
    };
    EXPECT_EQ(columns("name,card\n"), (CsvColumns{1, 0}));
    EXPECT_EQ(columns("email,card,name\n"), (CsvColumns{2, 0, 1}));
    for (const char* wrong : {"card\n", "card,name,card\n", "card,name,phone\n", "Card,name\n"})
        EXPECT_FALSE(columns(wrong)) << wrong;
}

TEST(Csv, NoCellIsAFormula) {
    const auto written = [](const std::string& cell) {
        std::string text;
        append_csv(text, {cell}, true);
        return all_in(text).front().cells.front();
    };
    for (const char* cell : {"=1+1", "+36301234567", "-2+3", "@SUM(A1)", "\tx", "-", "--1"})
        EXPECT_EQ(written(cell), "'" + std::string(cell));
    for (const char* cell : {"-5", "5", "a=b", "jane@example.com", ""})
        EXPECT_EQ(written(cell), cell);
}

}  // namespace
}  // namespace counterfoil::services
