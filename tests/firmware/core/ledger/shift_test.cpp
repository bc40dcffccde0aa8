#include "firmware/core/ledger/shift.h"

#include <gtest/gtest.h>

#include "firmware/core/ledger/event.h"

namespace counterfoil::ledger {
namespace {

// Sales of 12,340 and a refund of 1701, mostly in cash.
ShiftFigures a_day() {
    ShiftFigures figures;
    figures.number = 12;
    figures.shift = "S17";
    figures.sales = 3;
    figures.sales_minor = 12'340;
    figures.refunds = 1;
    figures.voids = 1;
    figures.refunded_minor = 1701;
    figures.discount_minor = 378;
    figures.rounding_minor = -1;
    figures.first_receipt = 7;
    figures.last_receipt = 10;
    figures.float_minor = 20'000;
    figures.cash_in_minor = 5000;
    figures.cash_out_minor = 3000;
    figures.expected_minor = 20'000 + 5000 - 3000 + 8638;
    figures.drawer_openings = 2;
    figures.counted_minor = 30'628;
    figures.tenders = {{"card", 2000, 0}, {"cash", 10'338, 1700}};
    figures.taxes = {{500, 9649, 459}, {2700, 990, 210}};
    figures.request = "r-9";
    return figures;
}

base::Result<ShiftFigures> read(const std::string& text) {
    const auto document = json::Document::parse(text, {kMaxEventBytes, kMaxEventDepth});
    CF_CHECK(document.ok());
    return read_shift_figures(document.value().root());
}

TEST(ShiftFigures, ReadBackAsTheyWereWritten) {
    const auto read_back = read(write_body(a_day()).write().value());
    ASSERT_TRUE(read_back.ok()) << read_back.error().line();
    EXPECT_EQ(read_back.value(), a_day());
    ShiftFigures uncounted = a_day();
    uncounted.counted_minor.reset();
    EXPECT_EQ(read(write_body(uncounted).write().value()).value(), uncounted);
}

TEST(ShiftFigures, TheDifferenceIsWhatIsMoreInTheDrawer) {
    EXPECT_EQ(a_day().difference_minor(), -10);
    ShiftFigures x = a_day();
    x.counted_minor.reset();
    EXPECT_EQ(x.difference_minor(), 0);
}

TEST(ShiftFigures, OfAShiftInWhichNothingHappenedHold) {
    ShiftFigures none;
    none.float_minor = none.expected_minor = 20'000;
    EXPECT_TRUE(check(none).ok());
    none.first_receipt = none.last_receipt = 3;
    EXPECT_FALSE(check(none).ok());
}

// Where a shift only gives back what others sold, less than nothing was kept.
TEST(ShiftFigures, OfRefundsAloneAreBelowNothing) {
    ShiftFigures figures;
    figures.refunds = 1;
    figures.refunded_minor = 1000;
    figures.first_receipt = figures.last_receipt = 4;
    figures.float_minor = 500;
    figures.expected_minor = -500;
    figures.tenders = {{"cash", 0, 1000}};
    figures.taxes = {{500, -1000, -48}};
    EXPECT_TRUE(check(figures).ok());
}

TEST(ShiftFigures, MustNotContradictThemselves) {
    const auto broken = [](auto change) {
        ShiftFigures figures = a_day();
        change(figures);
        const auto checked = check(figures);
        EXPECT_TRUE(checked.ok() || checked.error().code() == base::Code::refused);
        return !checked.ok();
    };
    using F = ShiftFigures;
    EXPECT_FALSE(broken([](F&) {}));
    EXPECT_TRUE(broken([](F& f) { ++f.sales_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.refunded_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.rounding_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.float_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.cash_in_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.cash_out_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.expected_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.tenders[0].taken_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.tenders[1].given_back_minor; }));
    EXPECT_TRUE(broken([](F& f) { ++f.taxes[0].gross_minor; }));
    EXPECT_TRUE(broken([](F& f) { f.voids = 2; }));
    EXPECT_TRUE(broken([](F& f) { f.last_receipt = 9; }));
    EXPECT_TRUE(broken([](F& f) { f.first_receipt = f.last_receipt = 0; }));
    EXPECT_TRUE(broken([](F& f) { f.voids = -1; }));
    EXPECT_TRUE(broken([](F& f) { f.drawer_openings = -1; }));
    EXPECT_TRUE(broken([](F& f) { f.discount_minor = -1; }));
    EXPECT_TRUE(broken([](F& f) { f.counted_minor = -1; }));
    EXPECT_TRUE(broken([](F& f) { std::swap(f.tenders[0], f.tenders[1]); }));
    EXPECT_TRUE(broken([](F& f) { f.tenders[0].kind = "gold"; }));
    EXPECT_TRUE(broken([](F& f) { std::swap(f.taxes[0], f.taxes[1]); }));
    EXPECT_TRUE(broken([](F& f) { f.taxes.push_back({2700, 0, 0}); }));
    EXPECT_TRUE(broken([](F& f) { f.taxes[1].basis_points = 10'001; }));
    EXPECT_TRUE(broken([](F& f) { f.taxes[1].tax_minor = INT64_MIN; }));
}

TEST(ShiftFigures, WhatIsMissingOrOutOfBoundsIsMalformed) {
    const std::string whole = write_body(a_day()).write().value();
    const auto refused = [&](std::string_view from, std::string_view to) {
        std::string text = whole;
        const std::size_t at = text.find(from);
        CF_CHECK(at != text.npos);
        text.replace(at, from.size(), to);
        const auto read_back = read(text);
        return read_back.ok() ? "read" : std::string(base::code_name(read_back.error().code()));
    };
    EXPECT_EQ(refused("\"number\":12", "\"number\":0"), "malformed");
    EXPECT_EQ(refused("\"number\":12", "\"nomber\":12"), "malformed");
    EXPECT_EQ(refused("\"sales\":3", "\"sales\":-3"), "malformed");
    EXPECT_EQ(refused("\"sales\":3", "\"sales\":\"3\""), "malformed");
    EXPECT_EQ(refused("\"sales_minor\":12340", "\"sales_minor\":12341"), "refused");
    EXPECT_EQ(refused("\"counted_minor\":30628", "\"counted_minor\":null"), "malformed");
    EXPECT_EQ(refused("\"kind\":\"cash\"", "\"kind\":\"gold\""), "malformed");
    EXPECT_EQ(refused("\"vat_bp\":500", "\"vat_bp\":10001"), "malformed");
    EXPECT_EQ(refused("\"currency\":\"HUF\"", "\"currency\":\"XYZ\""), "invalid_argument");
    EXPECT_EQ(refused("\"request\":\"r-9\"", "\"request\":9"), "malformed");
}

}  // namespace
}  // namespace counterfoil::ledger
