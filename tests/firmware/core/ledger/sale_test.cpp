#include "firmware/core/ledger/sale.h"

#include <gtest/gtest.h>

#include "firmware/core/ledger/event.h"

namespace counterfoil::ledger {
namespace {

Sale burger_and_beer() {
    Sale sale;
    sale.receipt = 7;
    sale.turnover_minor = 12'345;
    sale.lines = {{"5991234000017", "Sajtburger", 2 * kOne, false, 1890, 3780, 378, 500},
                  {"5991234000086", "Őszibarackos sör", kOne, false, 990, 990, 0, 2700}};
    sale.coupons = {{"0102030405060708", "Nyár", 42, 378, 0}};
    sale.tenders = {{"cash", 4390, 5000, ""}};
    sale.total_minor = 4392;
    sale.rounding_minor = -2;
    sale.member = SaleMember{"01934f00-0000-7000-8001-000000000000", 120, 47};
    sale.request = "r-1";
    return sale;
}

GivingBack one_burger_back() {
    GivingBack back;
    back.receipt = 8;
    back.original_receipt = 7;
    back.reason = "cold";
    back.lines = {{1, kOne, 1701, 500}};
    back.tenders = {{"cash", 1700, 1700, ""}};
    back.total_minor = 1701;
    back.rounding_minor = -1;
    back.request = "r-2";
    return back;
}

template <class T, class Read>
auto again(const T& written, Read read) {
    const std::string text = write_body(written).write().value();
    const auto document = json::Document::parse(text, {kMaxEventBytes, kMaxEventDepth});
    CF_CHECK(document.ok());
    return read(document.value().root());
}

TEST(Sale, ReadsBackAsItWasWritten) {
    const auto read = again(burger_and_beer(), read_sale);
    ASSERT_TRUE(read.ok()) << read.error().line();
    EXPECT_EQ(read.value(), burger_and_beer());
}

TEST(Sale, ATrainingSaleHasNoNumber) {
    Sale sale = burger_and_beer();
    sale.receipt = 0;
    sale.turnover_minor = 0;
    sale.member.reset();
    EXPECT_EQ(again(sale, read_sale).value(), sale);
}

TEST(Sale, TaxIsTakenFromWhatIsPaid) {
    const auto vat = burger_and_beer().vat().value();
    ASSERT_EQ(vat.size(), 2U);
    EXPECT_EQ(vat[0].split.gross.minor(), 3402);
    EXPECT_EQ(vat[0].split.tax.minor(), 162);
    EXPECT_EQ(vat[1].split.tax.minor(), 210);
}

TEST(Sale, SumsMustHold) {
    const auto broken = [](auto change) {
        Sale sale = burger_and_beer();
        change(sale);
        return !check(sale).ok();
    };
    EXPECT_FALSE(broken([](Sale&) {}));
    EXPECT_TRUE(broken([](Sale& sale) { ++sale.total_minor; }));
    EXPECT_TRUE(broken([](Sale& sale) { ++sale.rounding_minor; }));
    EXPECT_TRUE(broken([](Sale& sale) { ++sale.coupons[0].discount_minor; }));
    EXPECT_TRUE(broken([](Sale& sale) { ++sale.tenders[0].amount_minor; }));
    EXPECT_TRUE(broken([](Sale& sale) { sale.tenders[0].given_minor = 4000; }));
    EXPECT_TRUE(broken([](Sale& sale) {
        sale.lines[1].discount_minor = 991;
        sale.lines[0].discount_minor -= 991;
    }));
}

TEST(GivingBack, ReadsBackAndItsSumsHold) {
    const auto read = again(one_burger_back(), read_giving_back);
    ASSERT_TRUE(read.ok()) << read.error().line();
    EXPECT_EQ(read.value(), one_burger_back());
    GivingBack beer = one_burger_back();
    beer.lines[0].vat_basis_points = 2700;
    EXPECT_EQ(again(beer, read_giving_back).value(), beer);
    GivingBack twice = one_burger_back();
    twice.lines.push_back({1, kOne, 0, 500});
    EXPECT_FALSE(check(twice).ok());
    GivingBack more = one_burger_back();
    ++more.total_minor;
    EXPECT_FALSE(check(more).ok());
}

TEST(GivingBack, TellsItsTaxFromItself) {
    const auto vat = one_burger_back().vat().value();
    ASSERT_EQ(vat.size(), 1U);
    EXPECT_EQ(vat[0].rate.basis_points(), 500);
    EXPECT_EQ(vat[0].split.gross.minor(), 1701);
    EXPECT_EQ(vat[0].split.tax.minor(), 81);
}

TEST(Sale, WhatIsMissingOrOutOfBoundsIsMalformed) {
    const std::string whole = write_body(burger_and_beer()).write().value();
    const auto refused = [&](std::string_view from, std::string_view to) {
        std::string text = whole;
        const std::size_t at = text.find(from);
        CF_CHECK(at != text.npos);
        text.replace(at, from.size(), to);
        const auto document = json::Document::parse(text, {kMaxEventBytes, kMaxEventDepth});
        CF_CHECK(document.ok());
        const auto read = read_sale(document.value().root());
        return read.ok() ? "read" : std::string(base::code_name(read.error().code()));
    };
    EXPECT_EQ(refused("\"total_minor\":4392", "\"total_minor\":-1"), "malformed");
    EXPECT_EQ(refused("\"total_minor\":4392", "\"total_minor\":4393"), "refused");
    EXPECT_EQ(refused("\"total_minor\":4392", "\"total_minor\":9000000000000000"), "malformed");
    EXPECT_EQ(refused("\"kind\":\"cash\"", "\"kind\":\"gold\""), "malformed");
    EXPECT_EQ(refused("\"by_weight\":false", "\"by_weight\":0"), "malformed");
    EXPECT_EQ(refused("\"vat_bp\":500", "\"vat_bp\":10001"), "malformed");
    EXPECT_EQ(refused("\"quantity_milli\":2000", "\"quantity_milli\":0"), "malformed");
    EXPECT_EQ(refused("\"name\":\"Sajtburger\"", "\"nome\":\"Sajtburger\""), "malformed");
    EXPECT_EQ(refused("\"currency\":\"HUF\"", "\"currency\":\"XYZ\""), "invalid_argument");
    EXPECT_EQ(refused("\"request\":\"r-1\"", "\"request\":1"), "malformed");
}

}  // namespace
}  // namespace counterfoil::ledger
