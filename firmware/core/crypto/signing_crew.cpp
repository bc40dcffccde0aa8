#include "firmware/core/crypto/signing_crew.h"

#include <utility>

namespace counterfoil::crypto {

using base::Result;

SigningCrew::SigningCrew(Signer& askers, Signer& crews)
    : askers_(askers), crews_(crews), thread_([this] { work(); }) {}

SigningCrew::~SigningCrew() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void SigningCrew::ask(const Digest& digest) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        works_.push_back({digest, {}});
        ++left_;
    }
    changed_.notify_all();
}

// A deque's elements stay where they are while others are added behind them.
void SigningCrew::sign(Work& work, Signer& signer, std::unique_lock<std::mutex>& lock) {
    --left_;
    ++busy_;
    lock.unlock();
    auto signature = signer.sign(work.digest);
    lock.lock();
    work.signature.emplace(std::move(signature));
    --busy_;
}

void SigningCrew::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return is_ending_ || left_ > 0; });
        if (is_ending_) return;
        sign(works_[taken_++], crews_, lock);
        if (left_ == 0) changed_.notify_all();
    }
}

void SigningCrew::forget() {
    std::unique_lock<std::mutex> lock(mutex_);
    left_ = 0;
    changed_.wait(lock, [this] { return busy_ == 0; });
    works_.clear();
    taken_ = 0;
}

Result<std::vector<Signature>> SigningCrew::collect() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (left_ > 0) sign(works_[taken_ + left_ - 1], askers_, lock);
    changed_.wait(lock, [this] { return busy_ == 0; });
    const std::deque<Work> works = std::exchange(works_, {});
    taken_ = 0;
    std::vector<Signature> signatures;
    for (const Work& work : works) {
        if (!work.signature->ok()) return work.signature->error();
        signatures.push_back(work.signature->value());
    }
    return signatures;
}

}  // namespace counterfoil::crypto
