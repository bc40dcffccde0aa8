#pragma once

#include <memory>

namespace counterfoil::crypto {

// Frees one of OpenSSL's objects with the function made for it.
template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

template <class T, auto release>
using OpensslPointer = std::unique_ptr<T, Release<release>>;

}  // namespace counterfoil::crypto
