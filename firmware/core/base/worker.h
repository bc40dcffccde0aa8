#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace counterfoil::base {

// Threads for what takes long and needs nothing of the program: checking a PIN. Loops go on
// meanwhile. What is asked for is begun in order; what is left at the end is dropped.
class Worker {
  public:
    static constexpr std::size_t kRoom = 8;

    explicit Worker(std::size_t room = kRoom, std::size_t threads = 1);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    bool has_room();
    // False where too much waits already.
    bool ask(std::function<void()> task);

  private:
    void work();

    const std::size_t room_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace counterfoil::base
