#pragma once

#include <string_view>

#include "firmware/core/base/log.h"

namespace counterfoil::api {

// A line for each request that was answered, and no more than so many in a second: what came beside
// is counted, and the count is told with the next line. Nothing of what was asked stands in it but
// the route, and nobody but the account's id. One thread.
class RequestLog {
  public:
    struct Line {
        std::string_view request;  // as X-Request-Id says it
        std::string_view method;
        std::string_view route;  // its pattern
        int status = 0;
        std::int64_t us = 0;
        std::string_view account;  // empty: nobody's token came with it
    };

    // None at all where the number is 0. The log must outlive it.
    RequestLog(base::Log& log, std::int64_t lines_per_second)
        : log_(log), lines_per_second_(lines_per_second) {}

    void write(const Line& line, std::int64_t now_ms);

  private:
    base::Log& log_;
    std::int64_t lines_per_second_;
    std::int64_t second_ = 0;  // of which these lines were
    std::int64_t lines_ = 0;
    std::int64_t left_out_ = 0;
};

}  // namespace counterfoil::api
