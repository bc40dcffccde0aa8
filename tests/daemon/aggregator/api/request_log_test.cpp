#include "daemon/aggregator/api/request_log.h"

#include <gtest/gtest.h>

#include <sstream>

namespace counterfoil::api {
namespace {

class RequestLogTest : public testing::Test {
  protected:
    std::string said() {
        const std::string text = out_.str();
        out_.str("");
        return text;
    }

    std::ostringstream out_;
    base::SettableClock clock_{{1'800'000'000'000}};
    base::Log log_{out_, clock_};
};

TEST_F(RequestLogTest, ALineSaysWhatWasAskedAndWhatCameOfIt) {
    RequestLog log(log_, 10);
    log.write({"7", "GET", "/api/customers/{id}", 404, 1234, "0190-1"}, 5);
    EXPECT_EQ(said(),
              R"({"at":"2027-01-15T08:00:00.000Z","level":"info","event":"request","request":"7",)"
              R"("method":"GET","route":"/api/customers/{id}","status":404,"us":1234,)"
              R"("account":"0190-1","left_out":0})"
              "\n");
}

TEST_F(RequestLogTest, SoManyInASecondAndTheOthersAreCounted) {
    RequestLog log(log_, 2);
    for (int i = 0; i < 5; ++i) log.write({"1", "GET", "/a", 200, 1, ""}, 1000 + i);
    const std::string first = said();
    EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 2);
    log.write({"2", "GET", "/a", 200, 1, ""}, 2000);
    EXPECT_NE(said().find(R"("left_out":3)"), std::string::npos);
    log.write({"3", "GET", "/a", 200, 1, ""}, 2001);
    EXPECT_NE(said().find(R"("left_out":0)"), std::string::npos);
}

TEST_F(RequestLogTest, NoneIsWrittenWhereNoneIsWanted) {
    RequestLog log(log_, 0);
    log.write({"1", "GET", "/a", 200, 1, ""}, 1);
    EXPECT_EQ(said(), "");
}

}  // namespace
}  // namespace counterfoil::api
