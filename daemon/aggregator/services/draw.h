#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/aggregator/services/desk.h"
#include "firmware/core/crypto/digest.h"

namespace counterfoil::services {

// Drawing lots: the same seed draws the same, on every machine. Whoever does not know the seed
// cannot tell what comes next.
class Draw {
  public:
    explicit Draw(std::string seed) : seed_(std::move(seed)) {}

    // From 0 to `count` - 1, each as likely as any other; `count` is 1 or more.
    std::uint64_t below(std::uint64_t count);

    // The first `count` of the items become those that were drawn, in the order of the draw.
    template <class Item>
    void choose(std::vector<Item>& items, std::size_t count) {
        CF_CHECK(count <= items.size());
        for (std::size_t i = 0; i < count; ++i)
            std::swap(items[i], items[i + below(items.size() - i)]);
    }

  private:
    std::uint64_t next();

    std::string seed_;
    std::uint64_t blocks_ = 0;
    crypto::Digest block_{};
    std::size_t used_ = sizeof(crypto::Digest);
};

// One that nobody guesses.
std::string new_seed(Desk& desk);

}  // namespace counterfoil::services
