#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "firmware/core/base/check.h"
#include "firmware/core/base/error.h"

namespace counterfoil::base {

// A value, or why there is none: an Error, or a module's own closed list of reasons. GCC 12 has no
// std::expected; this is the part of it that we use. Taking the value of a failure, or the error of
// a success, is a programmer's fault.
template <class T, class E = Error>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}
    // From a lower layer's reason that this layer's can be made of.
    template <class Other>
    requires(std::is_convertible_v<Other, E> && !std::is_convertible_v<Other, T>)
        Result(Other other)
        : state_(std::in_place_index<1>, E(std::move(other))) {}

    bool ok() const { return state_.index() == 0; }

    T& value() & { return checked(); }
    const T& value() const& {
        CF_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() && { return std::move(checked()); }

    const E& error() const {
        CF_CHECK(!ok());
        return *std::get_if<1>(&state_);
    }

  private:
    T& checked() {
        CF_CHECK(ok());
        return *std::get_if<0>(&state_);
    }

    std::variant<T, E> state_;
};

// Success, or why not.
template <class E>
class [[nodiscard]] Result<void, E> {
  public:
    Result() = default;
    Result(E error) : error_(std::move(error)) {}
    template <class Other>
    requires(std::is_convertible_v<Other, E>) Result(Other other) : error_(E(std::move(other))) {}

    bool ok() const { return !error_; }
    const E& error() const {
        CF_CHECK(!ok());
        return *error_;
    }

  private:
    std::optional<E> error_;
};

using Status = Result<void>;

}  // namespace counterfoil::base

#define CF_JOIN_TOKENS(a, b) a##b
#define CF_JOIN(a, b) CF_JOIN_TOKENS(a, b)

// CF_TRY(status): leave the function with the error, if there is one.
#define CF_TRY(expression)                                               \
    do {                                                                 \
        if (auto cf_status = (expression); !cf_status.ok()) [[unlikely]] \
            return cf_status.error();                                    \
    } while (false)

// CF_LET(auto name, result): name the value, or leave the function with the error.
#define CF_LET(declaration, expression) \
    CF_LET_AS(CF_JOIN(cf_result_, __LINE__), declaration, expression)
#define CF_LET_AS(name, declaration, expression) \
    auto name = (expression);                    \
    if (!name.ok()) [[unlikely]]                 \
        return name.error();                     \
    declaration = std::move(name).value()
