#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/log.h"

namespace counterfoil::base {
namespace {

const std::string kLogHead = "{\"at\":\"2026-11-21T08:00:00.000Z\",\"level\":\"info\",\"event\":";

class LogTextTest : public testing::Test {
  protected:
    // What is written for a text value, between its quotes.
    std::string written(const std::string& value) {
        out_.str("");
        log_.info("e", {{"t", value}});
        const std::string line = out_.str();
        const std::string head = kLogHead + "\"e\",\"t\":\"";
        EXPECT_TRUE(line.starts_with(head)) << line;
        EXPECT_TRUE(line.ends_with("\"}\n")) << line;
        return line.substr(head.size(), line.size() - head.size() - 3);
    }

    SettableClock clock_{{1'795'248'000'000}};
    std::ostringstream out_;
    Log log_{out_, clock_};
};

TEST_F(LogTextTest, EveryLevelWritesItsNameAndOneLine) {
    Log all(out_, clock_, Level::debug);
    all.debug("a");
    all.info("b");
    clock_.advance(61'001);
    all.warn("c");
    all.error("d");
    EXPECT_EQ(out_.str(),
              "{\"at\":\"2026-11-21T08:00:00.000Z\",\"level\":\"debug\",\"event\":\"a\"}\n"
              "{\"at\":\"2026-11-21T08:00:00.000Z\",\"level\":\"info\",\"event\":\"b\"}\n"
              "{\"at\":\"2026-11-21T08:01:01.001Z\",\"level\":\"warn\",\"event\":\"c\"}\n"
              "{\"at\":\"2026-11-21T08:01:01.001Z\",\"level\":\"error\",\"event\":\"d\"}\n");
}

TEST_F(LogTextTest, EachLevelHidesThoseBelowIt) {
    const std::array levels{Level::debug, Level::info, Level::warn, Level::error};
    for (std::size_t least = 0; least < levels.size(); ++least) {
        out_.str("");
        Log log(out_, clock_, levels[least]);
        log.debug("x");
        log.info("x");
        log.warn("x");
        log.error("x");
        const std::string text = out_.str();
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4 - static_cast<int>(least));
    }
}

TEST_F(LogTextTest, NumbersAndFlagsHaveNoQuotes) {
    log_.info("e", {{"low", std::numeric_limits<std::int64_t>::min()},
                    {"high", std::numeric_limits<std::int64_t>::max()},
                    {"no", false},
                    {"view", std::string_view("v")}});
    EXPECT_EQ(out_.str(), kLogHead +
                              "\"e\",\"low\":-9223372036854775808,"
                              "\"high\":9223372036854775807,\"no\":false,\"view\":\"v\"}\n");
}

TEST_F(LogTextTest, EventsAndNamesAreEscapedToo) {
    log_.info("a\"b\n", {{"c\\\xff", "d"}});
    EXPECT_EQ(out_.str(), kLogHead + "\"a\\\"b\\u000a\",\"c\\\\\xef\xbf\xbd\":\"d\"}\n");
}

TEST_F(LogTextTest, EveryControlCharacterIsEscaped) {
    for (int c = 0; c < 0x20; ++c) {
        const std::string text(1, static_cast<char>(c));
        EXPECT_EQ(written(text), "\\u00" + to_hex(as_bytes(text)));
    }
    EXPECT_EQ(written("\x7f/'<>"), "\x7f/'<>");
}

TEST_F(LogTextTest, OnlyWhatIsNotUtf8IsReplaced) {
    EXPECT_EQ(written("Őrség €5 \xf0\x9f\x8d\x94"), "Őrség €5 \xf0\x9f\x8d\x94");
    EXPECT_EQ(written("a\xc3"), "a\xef\xbf\xbd");
    EXPECT_EQ(written("\xc3\"\n"), "\xef\xbf\xbd\\\"\\u000a");
    EXPECT_EQ(written("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    std::string every;
    for (int c = 0; c < 256; ++c) every.push_back(static_cast<char>(c));
    EXPECT_TRUE(is_utf8(written(every)));
}

TEST_F(LogTextTest, LongTextsEndAtTheirBound) {
    EXPECT_EQ(written(std::string(512, 'y')), std::string(512, 'y'));
    EXPECT_EQ(written(std::string(513, 'y')), std::string(512, 'y'));
    // Escapes make a text longer, after it was cut.
    EXPECT_EQ(written(std::string(600, '\n')).size(), 512u * 6);
}

}  // namespace
}  // namespace counterfoil::base
