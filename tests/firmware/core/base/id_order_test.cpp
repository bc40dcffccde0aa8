#include <gtest/gtest.h>

#include <set>

#include "firmware/core/base/id.h"

namespace counterfoil::base {
namespace {

// The same byte again and again, so that a test knows where the counter starts.
class ConstantEntropy final : public Entropy {
  public:
    explicit ConstantEntropy(std::uint8_t byte) : byte_(byte) {}
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) byte = byte_;
    }

  private:
    std::uint8_t byte_;
};

std::int64_t id_ms(const Uuid& id) {
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) ms = ms * 256 + id.bytes[i];
    return ms;
}

unsigned id_counter(const Uuid& id) {
    return (id.bytes[6] & 0x0fu) * 256 + id.bytes[7];
}

TEST(UuidOrder, EveryIdHasItsVersionVariantAndTime) {
    SettableClock clock({1'795'248'000'000});
    for (int byte : {0x00, 0x5a, 0xff}) {
        ConstantEntropy entropy(static_cast<std::uint8_t>(byte));
        UuidMaker maker(clock, entropy);
        for (int i = 0; i < 100; ++i) {
            clock.advance(i % 3);
            const Uuid id = maker.make();
            ASSERT_EQ(id.bytes[6] >> 4, 7);
            ASSERT_EQ(id.bytes[8] >> 6, 2);
            ASSERT_EQ(id_ms(id), clock.now().unix_ms);
            ASSERT_EQ(id.bytes[8] & 0x3f, byte & 0x3f);
            ASSERT_EQ(id.bytes[15], byte);
        }
    }
}

// RFC 9562, appendix A.6, with the counter in the place of rand_a.
TEST(UuidOrder, TimeFillsTheFirstSixBytes) {
    const SettableClock clock({0x017f22e279b0});
    ConstantEntropy entropy(0xff);
    EXPECT_EQ(UuidMaker(clock, entropy).make().text(), "017f22e2-79b0-77ff-bfff-ffffffffffff");
}

TEST(UuidOrder, CounterStartsInItsLowerHalfAndStepsByOne) {
    const SettableClock clock({1000});
    ConstantEntropy entropy(0xff);
    UuidMaker maker(clock, entropy);
    for (unsigned i = 0; i < 2048; ++i) {
        const Uuid id = maker.make();
        ASSERT_EQ(id_counter(id), 2047 + i);
        ASSERT_EQ(id_ms(id), 1000);
    }
}

TEST(UuidOrder, FullCounterBorrowsTheNextMillisecond) {
    SettableClock clock({1000});
    ConstantEntropy entropy(0xff);
    UuidMaker maker(clock, entropy);
    Uuid last = maker.make();
    for (int i = 0; i < 2048; ++i) last = maker.make();
    EXPECT_EQ(id_counter(last), 4095u);
    const Uuid borrowed = maker.make();
    EXPECT_EQ(id_ms(borrowed), 1001);
    EXPECT_EQ(id_counter(borrowed), 0u);
    EXPECT_LT(last, borrowed);
    // When the borrowed millisecond comes, it is counted on, not started again.
    clock.advance(1);
    const Uuid next = maker.make();
    EXPECT_EQ(id_ms(next), 1001);
    EXPECT_EQ(id_counter(next), 1u);
}

TEST(UuidOrder, ClockSetBackKeepsTheLastTimeUntilItIsPassed) {
    SettableClock clock({10'000});
    ConstantEntropy entropy(0x00);
    UuidMaker maker(clock, entropy);
    std::set<Uuid> ids{maker.make()};
    for (std::int64_t now : {9'999, 0, 5'000, 10'000, 10'001, 3}) {
        clock.set({now});
        const Uuid id = maker.make();
        EXPECT_GT(id, *ids.rbegin());
        EXPECT_EQ(id_ms(id), now == 10'001 || now == 3 ? 10'001 : 10'000);
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 7u);
}

TEST(UuidOrder, TextsSortAsTheIdsDo) {
    SettableClock clock({255});
    ConstantEntropy entropy(0x80);
    UuidMaker maker(clock, entropy);
    std::string last = maker.make().text();
    for (int i = 0; i < 5000; ++i) {
        if (i % 500 == 0) clock.advance(1);
        const std::string next = maker.make().text();
        ASSERT_LT(last, next);
        last = next;
    }
}

TEST(UuidText, HasOneFormForEachId) {
    const std::string text = "0193512e-7c00-7abc-8def-0123456789ab";
    const Uuid id = Uuid::parse(text).value();
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string changed = text;
            changed[at] = static_cast<char>(c);
            const auto parsed = Uuid::parse(changed);
            if (changed == text || !parsed.ok()) continue;
            EXPECT_NE(parsed.value(), id);
            EXPECT_EQ(parsed.value().text(), changed);
        }
    }
    for (const char* bad :
         {"{0193512e-7c00-7abc-8def-0123456789ab}", "urn:uuid:0193512e-7c00-7abc-8def-0123456789ab",
          "0193512e7c007abc8def0123456789ab", "-0193512e7c00-7abc-8def-0123456789a"})
        EXPECT_EQ(Uuid::parse(bad).error().code(), Code::malformed) << bad;
}

}  // namespace
}  // namespace counterfoil::base
