#include "firmware/core/base/id.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::base {
namespace {

TEST(Uuid, IsReadBackAndRefusesOtherForms) {
    const std::string text = "0193512e-7c00-7abc-8def-0123456789ab";
    EXPECT_EQ(Uuid::parse(text).value().text(), text);
    for (const char* bad :
         {"", "0193512e-7c00-7abc-8def-0123456789a", "0193512E-7c00-7abc-8def-0123456789ab",
          "0193512e7c007abc8def0123456789ab0000", "0193512e-7c00-7abc-8def+0123456789ab",
          "0193512e-7c00-7abc-8def-0123456789ab0"})
        EXPECT_FALSE(Uuid::parse(bad).ok()) << bad;
}

TEST(UuidMaker, MakesVersion7OfTheClocksTime) {
    const SettableClock clock({0x0193512e7c00});
    test::SeededEntropy entropy(1);
    const std::string text = UuidMaker(clock, entropy).make().text();
    EXPECT_EQ(text.substr(0, 13), "0193512e-7c00");
    EXPECT_EQ(text[14], '7');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(UuidMaker, RisesWithinAMillisecondAndWhenTheClockIsSetBack) {
    SettableClock clock({1'000'000});
    test::SeededEntropy entropy(1);
    UuidMaker maker(clock, entropy);
    Uuid last = maker.make();
    for (int i = 0; i < 10'000; ++i) {
        if (i == 6000) clock.set({5});
        const Uuid next = maker.make();
        ASSERT_LT(last, next) << i;
        last = next;
    }
}

}  // namespace
}  // namespace counterfoil::base
