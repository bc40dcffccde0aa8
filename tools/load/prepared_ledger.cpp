#include "tools/load/prepared_ledger.h"

#include <algorithm>
#include <mutex>
#include <thread>

namespace counterfoil::load {

PreparedLedger::PreparedLedger(const SellerSettings& settings, std::size_t batch_events,
                               std::int64_t most_events)
    : seller_(settings, random_), batch_events_(static_cast<std::int64_t>(batch_events)) {
    CF_CHECK(batch_events >= 1 && most_events >= 1);
    const std::int64_t batches = (most_events + batch_events_ - 1) / batch_events_;
    most_events_ = batches * batch_events_;
}

void PreparedLedger::make() {
    FullBatch batch = seller_.next(static_cast<std::size_t>(batch_events_));
    payloads_.push_back(std::move(batch.payload));
    heads_.push_back(batch.end.head);
}

void PreparedLedger::prepare(std::int64_t events) {
    while (seller_.end().seq < std::min(events, most_events_)) make();
}

base::Result<std::optional<sync::Parcel>> PreparedLedger::behind(std::int64_t seq,
                                                                 std::int64_t up_to) {
    if (ends_at(seq)) return std::optional<sync::Parcel>();
    CF_CHECK(up_to >= seq + batch_events_);
    CF_CHECK(seq % batch_events_ == 0);
    const std::int64_t batch = seq / batch_events_ - forgotten_;
    CF_CHECK(batch >= 0);
    for (; static_cast<std::size_t>(batch) >= payloads_.size(); ++made_late_) make();
    return std::optional(
        sync::Parcel{payloads_[static_cast<std::size_t>(batch)], seq + batch_events_});
}

base::Result<bool> PreparedLedger::has(const wire::Cursor& cursor) {
    if (cursor == wire::Cursor{}) return true;
    if (cursor.epoch != 1 || cursor.seq < 1 || cursor.seq % batch_events_ != 0) return false;
    const auto batch = static_cast<std::size_t>(cursor.seq / batch_events_ - 1);
    return batch < heads_.size() && heads_[batch] == cursor.head;
}

void PreparedLedger::forget(std::int64_t seq) {
    for (; (forgotten_ + 1) * batch_events_ <= seq; ++forgotten_) payloads_.pop_front();
}

void prepare(const Ledgers& ledgers, std::int64_t events, const std::atomic<bool>& stop,
             const std::function<void(std::size_t done)>& progress) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::size_t done = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < ledgers.size() && !stop; i = next++) {
            ledgers[i]->prepare(events);
            const std::lock_guard<std::mutex> lock(mutex);
            ++done;
            if (progress) progress(done);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
}

}  // namespace counterfoil::load
