#include "daemon/aggregator/busy_word.h"

#include "firmware/core/wire/nak.h"

namespace counterfoil::aggregator {

bool BusyWord::is_due(const std::string& terminal, std::int64_t now_ms) {
    const auto told = told_ms_.find(terminal);
    if (told != told_ms_.end() && now_ms - told->second < kRetryAfterMs) return false;
    if (told == told_ms_.end() && told_ms_.size() >= kMostNamed) {
        std::erase_if(told_ms_,
                      [&](const auto& one) { return now_ms - one.second >= kRetryAfterMs; });
        if (told_ms_.size() >= kMostNamed) return false;
    }
    told_ms_[terminal] = now_ms;
    return true;
}

std::string BusyWord::message() {
    wire::Nak nak;
    nak.reason = wire::Reason::too_busy;
    nak.sentence = "there was no room for what it sent";
    nak.retry_after_ms = kRetryAfterMs;
    return wire::write(nak);
}

}  // namespace counterfoil::aggregator
