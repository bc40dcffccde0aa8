#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace counterfoil::ingest {

// How many events each terminal may have under way. There is so much for all, so that what waits at
// the broker and here is bounded, and those that were heard of lately have an even share of it;
// never less than one full batch, so that each comes on, and never more than is of use. One thread.
class Credit {
  public:
    // Two groups that are kept together, with as much again under way to them.
    static constexpr std::int64_t kOfAll = 32'768;
    // Who has said nothing for twice this leaves its share to the others.
    static constexpr std::int64_t kSilenceMs = 60'000;

    explicit Credit(std::int64_t of_all = kOfAll) : of_all_(of_all) {}

    // Of a terminal that is known, so that these are bounded; by a clock that never goes back.
    void hear(std::string_view terminal, std::int64_t now_ms);
    std::int64_t share() const;

  private:
    using Names = std::set<std::string, std::less<>>;

    const std::int64_t of_all_;
    std::int64_t since_ms_ = 0;
    Names lately_;
    Names before_;  // not lately
};

}  // namespace counterfoil::ingest
