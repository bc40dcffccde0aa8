#include "daemon/link/backoff.h"

#include <algorithm>
#include <limits>

#include "tests/support/properties.h"
#include "tests/support/test_till.h"

namespace counterfoil::link {
namespace {

// Gives the same byte over and over.
class EvenEntropy final : public base::Entropy {
  public:
    explicit EvenEntropy(std::uint8_t byte) : byte_(byte) {}
    void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), byte_); }

  private:
    std::uint8_t byte_;
};

// The largest of many waits at each step comes close to the ceiling and never over it.
std::vector<std::int64_t> largest_waits(const BackoffSettings& settings, std::size_t steps) {
    std::vector<std::int64_t> largest(steps);
    test::SeededEntropy entropy(7);
    for (int round = 0; round < 2000; ++round) {
        Backoff backoff(settings, entropy);
        for (std::int64_t& most : largest) most = std::max(most, backoff.next_wait_ms());
    }
    return largest;
}

TEST(Backoff, RaisesItsCeilingUpToItsBound) {
    const auto largest = largest_waits(BackoffSettings(), 30);
    std::int64_t doubled = 1000;
    for (const std::int64_t wait : largest) {
        EXPECT_LE(wait, doubled);
        doubled = std::min<std::int64_t>(doubled * 2, 300'000);
    }
    EXPECT_GE(largest[0], 980);
    EXPECT_GE(largest[1], 1900);
    EXPECT_GE(largest[29], 294'000);
}

TEST(Backoff, NobodyWaitsMuchLongerThanTheOutageWas) {
    constexpr std::int64_t kOutageMs = 60'000;
    test::SeededEntropy entropy(10);
    std::vector<std::int64_t> back_ms;
    for (int terminal = 0; terminal < 1000; ++terminal) {
        Backoff backoff(BackoffSettings(), entropy);
        std::int64_t at_ms = 0;
        while (at_ms < kOutageMs) at_ms += backoff.next_wait_ms();
        back_ms.push_back(at_ms - kOutageMs);
    }
    std::ranges::sort(back_ms);
    EXPECT_LE(back_ms.back(), kOutageMs + 1000);
    // Spread: no tenth of them in less than a second.
    for (std::size_t i = 0; i + 100 < back_ms.size(); ++i)
        ASSERT_GE(back_ms[i + 100] - back_ms[i], 1000) << i;
}

TEST(Backoff, TakesEveryTimeBelowTheCeilingAlike) {
    test::SeededEntropy entropy(8);
    int counts[10] = {};
    for (int i = 0; i < 10000; ++i) {
        Backoff backoff({999, 999}, entropy);
        ++counts[backoff.next_wait_ms() / 100];
    }
    for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Backoff, StartsAgainAfterASuccess) {
    test::SeededEntropy entropy(9);
    Backoff backoff({100, 100'000}, entropy);
    for (int i = 0; i < 20; ++i) backoff.next_wait_ms();
    for (int i = 0; i < 100; ++i) {
        backoff.reset();
        EXPECT_LE(backoff.next_wait_ms(), 100);
    }
}

TEST(Backoff, StaysWithinItsBoundsWhateverTheyAre) {
    test::expect_always([] {
        const auto first = test::draw<std::int64_t>(1, 1'000'000);
        const auto most = first + test::draw<std::int64_t>(0, 10'000'000);
        EvenEntropy entropy(static_cast<std::uint8_t>(test::draw(0, 256)));
        Backoff backoff({first, most}, entropy);
        std::int64_t ceiling = first;
        std::int64_t waited = 0;
        for (int failures = 0; failures < 10; ++failures) {
            const std::int64_t wait = backoff.next_wait_ms();
            RC_ASSERT(wait >= 0);
            RC_ASSERT(wait <= ceiling);
            RC_ASSERT(wait <= first + waited);
            waited += wait;
            ceiling = std::min(ceiling * 2, most);
        }
    });
}

TEST(Backoff, DoesNotOverflow) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    EvenEntropy entropy(0xff);
    Backoff backoff({most / 3, most}, entropy);
    for (int i = 0; i < 50; ++i) ASSERT_GE(backoff.next_wait_ms(), 0);
    // All ones, below a ceiling of all ones but the sign.
    EXPECT_EQ(backoff.next_wait_ms(), most);
}

}  // namespace
}  // namespace counterfoil::link
