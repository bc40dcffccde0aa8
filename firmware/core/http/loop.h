#pragma once

#include <functional>
#include <memory>

#include "firmware/core/base/result.h"
#include "firmware/core/http/task.h"

namespace counterfoil::http {

// Calls back until it is destroyed, also from within its own call. The loop must outlive it.
class Watch {
  public:
    struct State;

    Watch() = default;
    // The loop's own, which shares it with the wait that is under way.
    explicit Watch(std::shared_ptr<State> state);
    Watch(Watch&&) = default;
    Watch& operator=(Watch&& other) noexcept;
    ~Watch() { stop(); }

    void stop();

  private:
    // Shared with the callback that is under way while its watch is destroyed.
    std::shared_ptr<State> state_;
};

// Calls once, unless it is destroyed before. The loop must outlive it.
class Timer {
  public:
    struct State;

    Timer() = default;
    // The loop's own, which shares it with the wait that is under way.
    explicit Timer(std::shared_ptr<State> state);
    Timer(Timer&&) = default;
    Timer& operator=(Timer&& other) noexcept;
    ~Timer() { stop(); }

    void stop();

  private:
    // Shared with the callback that is under way while its timer is destroyed.
    std::shared_ptr<State> state_;
};

enum class Readiness { read, write };

// The one event loop of a process. Everything that it calls runs in the thread that is in run(),
// one thing after the other; a call that takes long holds up all others.
class Loop {
  public:
    struct State;

    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Works until stop(); can be entered again afterwards.
    void run();

    // From any thread: run() returns when what it is just calling has returned.
    void stop();

    // From any thread: runs the task on the loop's thread. What is posted while nobody runs the
    // loop waits; what is left when the loop is destroyed is dropped.
    void post(Task task);

    // Calls while there is something to read, or room to write. The descriptor stays the caller's,
    // who stops the watch before closing it. io_failed for what cannot be waited for, such as a
    // regular file, or is watched already.
    base::Result<Watch> watch(int descriptor, Readiness readiness, std::function<void()> call);

    Timer after(std::int64_t wait_ms, Task task);

    // For the sources of this folder.
    State& state() { return *state_; }

  private:
    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::http
