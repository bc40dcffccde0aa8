#include "daemon/aggregator/slow_progress.h"

namespace counterfoil::aggregator {

backup::Progress SlowProgress::teller() {
    constexpr std::int64_t kEachMs = 1000;
    return [this](std::string_view what, std::int64_t done, std::int64_t of) {
        const std::int64_t now_ms = clock_.steady_ms();
        if (now_ms < told_ms_ + kEachMs) return;
        told_ms_ = now_ms;
        out_ << what;
        if (of > 0) out_ << ": " << done << " of " << of;
        out_ << '\n' << std::flush;
    };
}

}  // namespace counterfoil::aggregator
