#include "daemon/aggregator/ingest/credit.h"

#include <algorithm>

#include "firmware/core/ledger/batch.h"

namespace counterfoil::ingest {

namespace {

constexpr auto kLeast = static_cast<std::int64_t>(ledger::kMaxBatchEvents);
// Sixteen full batches.
constexpr std::int64_t kMost = 16 * kLeast;

}  // namespace

void Credit::hear(std::string_view terminal, std::int64_t now_ms) {
    if (now_ms - since_ms_ >= kSilenceMs) {
        const bool is_long = now_ms - since_ms_ >= 2 * kSilenceMs;
        before_ = is_long ? Names() : std::move(lately_);
        lately_.clear();
        since_ms_ = now_ms;
    }
    if (lately_.contains(terminal)) return;
    lately_.emplace(terminal);
    const auto earlier = before_.find(terminal);
    if (earlier != before_.end()) before_.erase(earlier);
}

std::int64_t Credit::share() const {
    const auto terminals = static_cast<std::int64_t>(lately_.size() + before_.size());
    return std::clamp(of_all_ / std::max<std::int64_t>(terminals, 1), kLeast, kMost);
}

}  // namespace counterfoil::ingest
