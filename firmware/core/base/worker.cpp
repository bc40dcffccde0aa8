#include "firmware/core/base/worker.h"

namespace counterfoil::base {

Worker::Worker(std::size_t room, std::size_t threads) : room_(room) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Worker::~Worker() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool Worker::has_room() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return tasks_.size() < room_;
}

bool Worker::ask(std::function<void()> task) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (tasks_.size() >= room_) return false;
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
}

void Worker::work() {
    for (;;) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        if (ending_) return;
        const std::function<void()> task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
    }
}

}  // namespace counterfoil::base
