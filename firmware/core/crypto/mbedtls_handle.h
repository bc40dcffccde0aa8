#pragma once

#include <cstddef>
#include <span>

#include "firmware/core/base/check.h"
#include "firmware/core/base/id.h"

namespace counterfoil::crypto {

// One of mbedTLS's structs, initialised and freed by its own pair of functions.
template <class T, void (*init)(T*), void (*release)(T*)>
class Handle {
  public:
    Handle() { init(&value_); }
    ~Handle() { release(&value_); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    T* get() { return &value_; }
    const T* get() const { return &value_; }
    T* operator->() { return &value_; }
    const T* operator->() const { return &value_; }

  private:
    T value_;
};

// An Entropy as mbedTLS takes its random numbers; the pointer is the base::Entropy.
inline int random_for_mbedtls(void* entropy, unsigned char* out, std::size_t size) {
    static_cast<base::Entropy*>(entropy)->fill({out, size});
    return 0;
}

}  // namespace counterfoil::crypto
