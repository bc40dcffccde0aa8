#include "daemon/aggregator/ingest/judgements.h"

namespace counterfoil::ingest {
namespace {

constexpr std::int64_t kQuietMs = 3'600'000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr int kMostInAMinute = 60;

}  // namespace

std::string_view judged_name(Judged judged) {
    constexpr std::array<std::string_view, kJudged> kNames{"fork", "frozen", "clone", "behind",
                                                           "quarantined"};
    return kNames[static_cast<std::size_t>(judged)];
}

void Judgements::note(std::string_view terminal, Judged judged, std::string_view sentence) {
    if (tell_) noted_.push_back({std::string(terminal), judged, std::string(sentence)});
}

void Judgements::tell(std::int64_t now_ms) {
    for (const Judgement& one : noted_) {
        Last& last = terminals_[one.terminal][static_cast<std::size_t>(one.judged)];
        const bool is_known = last.is_told && now_ms - last.seen_ms < kQuietMs;
        last = {now_ms, is_known || has_room(now_ms)};
        if (is_known || !last.is_told) continue;
        ++told_;
        tell_(one);
    }
    noted_.clear();
}

bool Judgements::has_room(std::int64_t now_ms) {
    if (now_ms - minute_ms_ >= kMinuteMs) {
        minute_ms_ = now_ms;
        told_ = 0;
    }
    return told_ < kMostInAMinute;
}

}  // namespace counterfoil::ingest
