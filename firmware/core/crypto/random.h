#pragma once

#include <memory>

#include "firmware/core/base/id.h"

namespace counterfoil::crypto {

// A cryptographic generator, seeded and reseeded from the operating system. One thread at a time.
class Random final : public base::Entropy {
  public:
    Random();
    ~Random() override;

    void fill(std::span<std::uint8_t> out) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::crypto
