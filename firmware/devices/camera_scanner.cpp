#include "firmware/devices/camera_scanner.h"

#include <sys/epoll.h>

namespace counterfoil::devices {

using vision::Effort;
using vision::Follows;
using vision::Outcome;

namespace {

constexpr std::int64_t kRetryMs = 1000;
constexpr std::int64_t kPauseMs = 250;

}  // namespace

CameraScanner::CameraScanner(std::string name, std::unique_ptr<FrameSource> source,
                             vision::DecoderProcess decoder, const base::Clock& clock)
    : name_(std::move(name)),
      source_(std::move(source)),
      decoder_(std::move(decoder)),
      clock_(clock),
      readable_(::epoll_create1(EPOLL_CLOEXEC)) {
    CF_CHECK(readable_.ok());
}

std::optional<std::int64_t> CameraScanner::due_ms() const {
    if (decoder_.busy()) return decoder_.due_ms();
    if (!waiting_.empty()) return clock_.steady_ms() + kFullMs;
    if (again_ms_ > clock_.steady_ms()) return again_ms_;
    return source_->due_ms();
}

void CameraScanner::work(ScanQueue& queue) {
    take_answer();
    hand_out(queue);
    if (may_ask()) ask_next();
    // A picture that waits behind one being decoded is no reason to wake up, nor is one that may
    // not be taken yet: due_ms() says when it may.
    watch(decoder_.busy() ? decoder_.descriptor() : may_ask() ? source_->descriptor() : -1);
}

bool CameraScanner::may_ask() const {
    return !decoder_.busy() && waiting_.empty() && clock_.steady_ms() >= again_ms_;
}

void CameraScanner::take_answer() {
    auto reading = decoder_.collect();
    if (!reading) return;
    if (reading->outcome != Outcome::read) {
        // A view that takes the decoder down will do so again: others shall get their turn.
        ++undecoded_;
        again_ms_ = clock_.steady_ms() + kPauseMs;
        return;
    }
    // In turns; where a code is in view already, the other looks are for what it outshines.
    const bool in_view = !reading->found.empty();
    effort_ = effort_ != Effort::fast ? Effort::fast : in_view ? Effort::all : Effort::thorough;
    for (vision::Found& code : sightings_.fresh(std::move(reading->found), taken_ms_))
        waiting_.push_back({std::move(code.text), std::move(code.format), name_, taken_ms_});
}

void CameraScanner::hand_out(ScanQueue& queue) {
    while (!waiting_.empty() && queue.has_room()) {
        queue.push(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

void CameraScanner::ask_next() {
    const auto picture = source_->next();
    if (!picture) return;
    taken_ms_ = clock_.steady_ms();
    const base::Status asked =
        picture->is_jpeg() ? decoder_.ask(picture->jpeg, effort_, kBudget, Follows::the_last)
                           : decoder_.ask(picture->grey, effort_, kBudget);
    if (asked.ok()) return;
    ++undecoded_;
    again_ms_ = taken_ms_ + kRetryMs;
}

void CameraScanner::watch(int descriptor) {
    // Registered anew each time: a device that came back may have the number of the one before it.
    if (watched_ >= 0) ::epoll_ctl(readable_.number(), EPOLL_CTL_DEL, watched_, nullptr);
    watched_ = descriptor;
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    // A regular file cannot be waited on; its source says by due_ms() when to look.
    if (watched_ >= 0 && ::epoll_ctl(readable_.number(), EPOLL_CTL_ADD, watched_, &wanted) != 0)
        watched_ = -1;
}

}  // namespace counterfoil::devices
