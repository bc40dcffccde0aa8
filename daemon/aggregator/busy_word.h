#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace counterfoil::aggregator {

// Tells a terminal that there was no room for what it sent: once, and again only when it was to
// have tried again, whatever it sends meanwhile; so nobody is answered a flood by a flood. One
// thread.
class BusyWord {
  public:
    static constexpr std::int64_t kRetryAfterMs = 2000;
    static constexpr std::size_t kMostNamed = 10'000;

    // Whether it is to be told now; with more names than are kept in mind, the others are not.
    bool is_due(const std::string& terminal, std::int64_t now_ms);
    static std::string message();

  private:
    std::map<std::string, std::int64_t, std::less<>> told_ms_;
};

}  // namespace counterfoil::aggregator
