#pragma once

#include <array>
#include <string>
#include <string_view>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/base/result.h"

namespace counterfoil::base {

// Where random bytes come from: the operating system's generator in a program, a seed in a test.
class Entropy {
  public:
    virtual ~Entropy() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

// A UUID as RFC 9562 writes it: lower case, with hyphens.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Uuid&) const = default;

    std::string text() const;
    static Result<Uuid> parse(std::string_view text);
};

// Makes UUIDs of version 7: they sort by the time they were made. Within one millisecond, and when
// the clock steps back, a 12-bit counter keeps them rising, so that no two of one maker are alike.
class UuidMaker {
  public:
    // Both must outlive the maker.
    UuidMaker(const Clock& clock, Entropy& entropy) : clock_(clock), entropy_(entropy) {}

    Uuid make();

  private:
    const Clock& clock_;
    Entropy& entropy_;
    std::int64_t last_ms_ = -1;
    std::uint32_t counter_ = 0;
};

}  // namespace counterfoil::base
