#include "firmware/core/http/loop.h"

#include <sys/epoll.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/http/loop_state.h"

namespace counterfoil::http {

namespace asio = boost::asio;
using boost::system::error_code;

struct Watch::State {
    State(asio::io_context& context, Readiness readiness, std::function<void()> calls)
        : descriptor(context),
          event(readiness == Readiness::read ? asio::posix::descriptor_base::wait_read
                                             : asio::posix::descriptor_base::wait_write),
          call(std::move(calls)) {}

    asio::posix::stream_descriptor descriptor;
    asio::posix::descriptor_base::wait_type event;
    std::function<void()> call;
    bool stopped = false;
};

struct Timer::State {
    State(asio::io_context& context, Task runs) : timer(context), task(std::move(runs)) {}

    asio::steady_timer timer;
    Task task;
    bool stopped = false;
};

namespace {

// The state is held by its waiting, so that a watch can be destroyed within its own call.
void wait_for(const std::shared_ptr<Watch::State>& state) {
    state->descriptor.async_wait(state->event, [state](error_code problem) {
        if (state->stopped || problem) return;
        state->call();
        if (!state->stopped) wait_for(state);
    });
}

// Asio takes a regular file and then never calls; epoll itself says at once what it cannot watch.
bool can_be_watched(int descriptor) {
    const base::Descriptor trial(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    return trial.ok() && ::epoll_ctl(trial.number(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

// See loop.h for why it is shared.
Watch::Watch(std::shared_ptr<State> state) : state_(std::move(state)) {}

Watch& Watch::operator=(Watch&& other) noexcept {
    if (this != &other) {
        stop();
        state_ = std::move(other.state_);
    }
    return *this;
}

void Watch::stop() {
    const auto state = std::exchange(state_, nullptr);
    if (!state) return;
    state->stopped = true;
    if (state->descriptor.is_open()) state->descriptor.release();
}

// See loop.h for why it is shared.
Timer::Timer(std::shared_ptr<State> state) : state_(std::move(state)) {}

Timer& Timer::operator=(Timer&& other) noexcept {
    if (this != &other) {
        stop();
        state_ = std::move(other.state_);
    }
    return *this;
}

void Timer::stop() {
    const auto state = std::exchange(state_, nullptr);
    if (!state) return;
    state->stopped = true;
    state->timer.cancel();
}

Loop::Loop() : state_(std::make_unique<State>()) {}

Loop::~Loop() {
    // A task that is dropped can drop a Responder, which would post again.
    state_->closing = true;
}

void Loop::run() {
    const auto work = asio::make_work_guard(state_->context);
    state_->context.run();
    state_->context.restart();
}

void Loop::stop() {
    state_->context.stop();
}

void Loop::post(Task task) {
    if (!state_->closing) asio::post(state_->context, std::move(task));
}

base::Result<Watch> Loop::watch(int descriptor, Readiness readiness, std::function<void()> call) {
    const auto problem = base::Error(base::Code::io_failed, "the descriptor cannot be watched");
    if (!can_be_watched(descriptor)) return problem;
    // Shared between the watch and the wait that is under way.
    const auto state = std::make_shared<Watch::State>(state_->context, readiness, std::move(call));
    error_code failed;
    state->descriptor.assign(descriptor, failed);
    if (failed) return problem;
    wait_for(state);
    return Watch(state);
}

Timer Loop::after(std::int64_t wait_ms, Task task) {
    // Shared between the timer and the wait that is under way.
    const auto state = std::make_shared<Timer::State>(state_->context, std::move(task));
    state->timer.expires_after(std::chrono::milliseconds(wait_ms));
    state->timer.async_wait([state](error_code problem) {
        if (!state->stopped && !problem) state->task();
    });
    return Timer(state);
}

}  // namespace counterfoil::http
