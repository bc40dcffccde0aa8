#include "daemon/aggregator/api/request_log.h"

#include <utility>

namespace counterfoil::api {

void RequestLog::write(const Line& line, std::int64_t now_ms) {
    constexpr std::int64_t kMsPerS = 1000;
    if (lines_per_second_ == 0) return;
    if (now_ms / kMsPerS != second_) {
        second_ = now_ms / kMsPerS;
        lines_ = 0;
    }
    if (lines_ == lines_per_second_) {
        ++left_out_;
        return;
    }
    ++lines_;
    log_.info("request", {{"request", line.request},
                          {"method", line.method},
                          {"route", line.route},
                          {"status", std::int64_t{line.status}},
                          {"us", line.us},
                          {"account", line.account},
                          {"left_out", std::exchange(left_out_, 0)}});
}

}  // namespace counterfoil::api
