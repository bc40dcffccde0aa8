#include "daemon/aggregator/intake.h"

#include <algorithm>
#include <chrono>

namespace counterfoil::aggregator {

Intake::Intake(World world) : world_(std::move(world)), thread_([this] { work(); }) {}

Intake::~Intake() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool Intake::offer(std::string terminal, base::Bytes payload) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (waiting_.size() >= kMostWaiting) return false;
        waiting_.push_back({std::move(terminal), std::move(payload)});
    }
    changed_.notify_all();
    return true;
}

Intake::State Intake::state() {
    const std::lock_guard<std::mutex> lock(mutex_);
    State state = state_;
    state.waiting = waiting_.size();
    return state;
}

std::optional<std::deque<Intake::Message>> Intake::await(std::int64_t patience_ms) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                      [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return {};
    std::deque<Message> messages;
    while (!waiting_.empty() && messages.size() < kMostTogether) {
        messages.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return messages;
}

void Intake::work() {
    // Idle work leaves most of the time to others, and waits where there is none.
    constexpr std::int64_t kBetweenMs = 200;
    constexpr std::int64_t kNothingMs = 60'000;
    std::int64_t patience_ms = kBetweenMs;
    while (const auto messages = await(patience_ms)) {
        if (!messages->empty())
            take(*messages);
        else
            patience_ms = world_.idle() ? kBetweenMs : kNothingMs;
    }
}

void Intake::take(const std::deque<Message>& messages) {
    std::vector<ingest::Incoming> incoming;
    for (const Message& message : messages)
        incoming.push_back({message.terminal, base::as_text(message.payload)});
    do {
        auto answers = world_.reception.take(incoming);
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            state_.figures = world_.reception.figures();
            state_.is_failing = !answers.ok();
            if (!answers.ok()) ++state_.failures;
        }
        if (answers.ok()) return world_.answered(std::move(answers).value());
        world_.failed(answers.error());
    } while (pause());
}

bool Intake::pause() {
    constexpr std::chrono::milliseconds kPause(500);
    std::unique_lock<std::mutex> lock(mutex_);
    return !changed_.wait_for(lock, kPause, [this] { return ending_; });
}

}  // namespace counterfoil::aggregator
