#include "firmware/core/base/log.h"

#include <gtest/gtest.h>

#include <sstream>

namespace counterfoil::base {
namespace {

class LogTest : public testing::Test {
  protected:
    SettableClock clock_{{1'795'248'000'000}};
    std::ostringstream out_;
    Log log_{out_, clock_};
};

TEST_F(LogTest, WritesOneLineOfJson) {
    log_.warn("disk_filling",
              {{"used_percent", std::int64_t{71}}, {"path", "/data"}, {"ok", true}});
    EXPECT_EQ(out_.str(),
              "{\"at\":\"2026-11-21T08:00:00.000Z\",\"level\":\"warn\",\"event\":\"disk_filling\","
              "\"used_percent\":71,\"path\":\"/data\",\"ok\":true}\n");
}

TEST_F(LogTest, KeepsAStrangersBytesInsideTheirText) {
    log_.info("x", {{"t", std::string("a\"b\\c\nd\x01\xff\xc3\xa9")}});
    EXPECT_NE(out_.str().find("\"t\":\"a\\\"b\\\\c\\u000ad\\u0001\xef\xbf\xbd\xc3\xa9\"}"),
              std::string::npos)
        << out_.str();
}

TEST_F(LogTest, CutsLongTexts) {
    log_.info("x", {{"t", std::string(5000, 'y')}});
    EXPECT_LT(out_.str().size(), 700u);
}

TEST_F(LogTest, SkipsWhatIsBelowItsLevel) {
    log_.debug("quiet");
    EXPECT_EQ(out_.str(), "");
    Log(out_, clock_, Level::debug).debug("loud");
    EXPECT_NE(out_.str(), "");
}

TEST(LogLevel, HasANameThatIsReadBack) {
    for (Level level : {Level::debug, Level::info, Level::warn, Level::error})
        EXPECT_EQ(level_from_name(level_name(level)).value(), level);
    EXPECT_FALSE(level_from_name("loud").ok());
}

}  // namespace
}  // namespace counterfoil::base
