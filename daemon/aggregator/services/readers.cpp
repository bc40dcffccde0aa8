#include "daemon/aggregator/services/readers.h"

namespace counterfoil::services {

Readers::Readers(std::vector<std::unique_ptr<store::Database>> connections)
    : connections_(std::move(connections)) {
    for (const auto& connection : connections_)
        threads_.emplace_back([this, &database = *connection] { read(database); });
}

Readers::~Readers() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool Readers::ask(Question question) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (waiting_.size() >= kRoom) return false;
        waiting_.push_back(std::move(question));
    }
    changed_.notify_one();
    return true;
}

void Readers::read(store::Database& database) {
    for (;;) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        const Question question = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        question.done(question.look(database));
    }
}

}  // namespace counterfoil::services
