#include <gtest/gtest.h>

#include <limits>

#include "tests/firmware/core/loyalty/carts.h"

namespace counterfoil::loyalty {
namespace {

using test::cart_of;
using test::pieces_of;

constexpr std::int64_t kMostPrice = std::numeric_limits<std::int64_t>::max();

TEST(FullPrice, IsUnitPriceTimesQuantityHalvesUp) {
    EXPECT_EQ(full_price_minor(250, {4, Measure::pieces}).value(), 1000);
    EXPECT_EQ(full_price_minor(999, {1250, Measure::thousandths}).value(), 1249);
    EXPECT_EQ(full_price_minor(1, {500, Measure::thousandths}).value(), 1);
    EXPECT_EQ(full_price_minor(1, {499, Measure::thousandths}).value(), 0);
    EXPECT_EQ(full_price_minor(0, {3, Measure::pieces}).value(), 0);
}

TEST(FullPrice, RefusesWhatIsNoPriceOrNoQuantity) {
    EXPECT_EQ(full_price_minor(-1, {1, Measure::pieces}).error(), Refusal::line_wrong);
    EXPECT_EQ(full_price_minor(1, {0, Measure::pieces}).error(), Refusal::line_wrong);
    EXPECT_EQ(full_price_minor(1, {-1, Measure::thousandths}).error(), Refusal::line_wrong);
    EXPECT_EQ(full_price_minor(kMostPrice, {2, Measure::pieces}).error(),
              Refusal::amount_too_large);
    EXPECT_EQ(full_price_minor(kMostPrice, {1000, Measure::thousandths}).value(), kMostPrice);
}

TEST(CartGross, IsTheSumOfItsLines) {
    EXPECT_EQ(cart_gross_minor(cart_of({})).value(), 0);
    EXPECT_EQ(
        cart_gross_minor(cart_of({pieces_of("tea", 2, 300), pieces_of("bun", 1, 150)})).value(),
        750);
}

TEST(CartGross, TakesALineThatWasMadeCheaperByHandButNoDearerOne) {
    CartLine line = pieces_of("tea", 2, 300);
    line.gross_minor = 500;
    EXPECT_EQ(cart_gross_minor(cart_of({line})).value(), 500);
    line.gross_minor = 601;
    EXPECT_EQ(cart_gross_minor(cart_of({line})).error(), Refusal::line_wrong);
    line.gross_minor = -1;
    EXPECT_EQ(cart_gross_minor(cart_of({line})).error(), Refusal::line_wrong);
}

TEST(CartGross, RefusesTextsOutOfBounds) {
    const std::string longest(kMaxCartText, 'x');
    EXPECT_TRUE(cart_gross_minor(cart_of({pieces_of(longest, 1, 1)})).ok());
    EXPECT_EQ(cart_gross_minor(cart_of({pieces_of(longest + "x", 1, 1)})).error(),
              Refusal::line_wrong);
    EXPECT_EQ(cart_gross_minor(cart_of({pieces_of("", 1, 1)})).error(), Refusal::line_wrong);
    CartLine line = pieces_of("tea", 1, 1);
    line.category = longest + "x";
    EXPECT_EQ(cart_gross_minor(cart_of({line})).error(), Refusal::line_wrong);
}

TEST(CartGross, IsBounded) {
    std::vector<CartLine> lines(kMaxCartLines, pieces_of("tea", 1, 1));
    EXPECT_EQ(cart_gross_minor(cart_of(lines)).value(), 1000);
    lines.push_back(pieces_of("tea", 1, 1));
    EXPECT_EQ(cart_gross_minor(cart_of(lines)).error(), Refusal::cart_too_large);
    EXPECT_EQ(
        cart_gross_minor(cart_of({pieces_of("a", 1, kMostPrice), pieces_of("b", 1, 1)})).error(),
        Refusal::amount_too_large);
}

}  // namespace
}  // namespace counterfoil::loyalty
