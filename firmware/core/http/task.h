#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace counterfoil::http {

// Something to be called once. Unlike std::function it can own what only moves, such as a
// Responder; C++23 calls it std::move_only_function.
class Task {
  public:
    Task() = default;
    template <class Call>
    requires(!std::is_same_v<std::decay_t<Call>, Task>) Task(Call&& call)
        : held_(std::make_unique<Holder<std::decay_t<Call>>>(std::forward<Call>(call))) {}

    explicit operator bool() const { return held_ != nullptr; }
    // There must be one; afterwards there is none.
    void operator()() { std::exchange(held_, nullptr)->call(); }

  private:
    struct Base {
        virtual ~Base() = default;
        virtual void call() = 0;
    };
    template <class Call>
    struct Holder final : Base {
        explicit Holder(Call held) : call_(std::move(held)) {}
        void call() override { call_(); }
        Call call_;
    };

    std::unique_ptr<Base> held_;
};

}  // namespace counterfoil::http
