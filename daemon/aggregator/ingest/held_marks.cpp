#include "daemon/aggregator/ingest/held_marks.h"

#include <algorithm>

namespace counterfoil::ingest {

void HeldMarks::raise(const LedgerName& name, std::int64_t seq) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::int64_t& mark = marks_[name];
    mark = std::max(mark, seq);
}

std::int64_t HeldMarks::of(const LedgerName& name) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = marks_.find(name);
    return found == marks_.end() ? 0 : found->second;
}

}  // namespace counterfoil::ingest
