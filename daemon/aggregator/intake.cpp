#include "daemon/aggregator/intake.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace counterfoil::aggregator {

Intake::Intake(World world)
    : world_(std::move(world)),
      examiner_([this] { examine_all(); }),
      keeper_([this] { keep_all(); }) {}

Intake::~Intake() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    examiner_.join();
    keeper_.join();
}

std::vector<std::string> Intake::offer(const std::string& terminal, base::Bytes payload) {
    const std::size_t bytes = payload.size();
    std::vector<std::string> whose;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        for (const auto& dropped : waiting_.add(terminal, {terminal, std::move(payload)}, bytes)) {
            count_dropped(dropped);
            whose.push_back(dropped.name);
        }
    }
    changed_.notify_all();
    return whose;
}

void Intake::count_dropped(const Turns<Message>::Dropped& dropped) {
    constexpr std::size_t kMostNamed = 1000;
    ++state_.dropped;
    state_.dropped_bytes += dropped.bytes;
    if (noise_.size() >= kMostNamed && !noise_.contains(dropped.name)) return;
    Noise& noise = noise_[dropped.name];
    noise.terminal = dropped.name;
    ++noise.messages;
    noise.bytes += dropped.bytes;
}

std::optional<Intake::Noise> Intake::noisiest() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::optional<Noise> most;
    for (const auto& [name, noise] : noise_)
        if (!most || noise.messages > most->messages) most = noise;
    noise_.clear();
    return most;
}

void Intake::renew(ingest::Terminals terminals) {
    const std::lock_guard<std::mutex> lock(mutex_);
    renewed_ = std::move(terminals);
}

Intake::State Intake::state() {
    const std::lock_guard<std::mutex> lock(mutex_);
    State state = state_;
    state.waiting = waiting_.size();
    state.waiting_bytes = waiting_.bytes();
    return state;
}

void Intake::examine_all() {
    while (auto messages = await_messages()) {
        auto group = std::make_unique<Group>();
        group->messages = std::move(*messages);
        std::vector<ingest::Incoming> incoming;
        for (const Message& message : group->messages)
            incoming.push_back({message.terminal, base::as_text(message.payload)});
        group->examined = ingest::examine(incoming, world_.terminals, world_.reception.held());
        if (!hand_over(std::move(group))) return;
    }
}

std::optional<std::vector<Intake::Message>> Intake::await_messages() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return {};
    if (renewed_) world_.terminals = *std::exchange(renewed_, std::nullopt);
    std::vector<Message> messages;
    std::size_t bytes = 0;
    for (; !waiting_.empty() && messages.size() < kMostTogether && bytes < kMostTogetherBytes;
         waiting_.pop()) {
        messages.push_back(std::move(waiting_.front()));
        bytes += messages.back().payload.size();
    }
    return messages;
}

bool Intake::hand_over(std::unique_ptr<Group> group) {
    {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !examined_; });
        if (ending_) return false;
        examined_ = std::move(group);
    }
    changed_.notify_all();
    return true;
}

void Intake::keep_all() {
    // What is done beside leaves most of the time to others.
    constexpr std::int64_t kBetweenMs = 200;
    const base::SystemClock clock;
    std::int64_t beside_due_ms = clock.steady_ms() + kBetweenMs;
    for (;;) {
        const auto due = await_due(std::max<std::int64_t>(beside_due_ms - clock.steady_ms(), 0));
        if (!due) return;
        if (due->group) keep(due->group->examined);
        if (due->has_work) world_.work();
        // Also where something always comes: its turn is short, and seldom.
        if (clock.steady_ms() < beside_due_ms) continue;
        world_.beside(*this);
        beside_due_ms = kBetweenMs + clock.steady_ms();
    }
}

std::optional<Intake::Due> Intake::await_due(std::int64_t patience_ms) {
    Due due;
    {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                          [this] { return ending_ || examined_ || has_work_; });
        if (ending_) return {};
        due = {std::move(examined_), std::exchange(has_work_, false)};
    }
    changed_.notify_all();
    return due;
}

void Intake::wake() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        has_work_ = true;
    }
    changed_.notify_all();
}

void Intake::keep(const ingest::Examined& examined) {
    do {
        auto answers = world_.reception.take(examined);
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
