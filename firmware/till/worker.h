#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace counterfoil::till {

// One thread for what takes long and needs nothing of the till: checking a PIN. The loop goes on
// meanwhile. What is asked for is done in order; what is left at the end is dropped.
class Worker {
  public:
    static constexpr std::size_t kRoom = 8;

    Worker();
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    bool has_room();
    // False where too much waits already.
    bool ask(std::function<void()> task);

  private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace counterfoil::till
