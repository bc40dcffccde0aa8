#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <map>
#include <random>

#include "firmware/core/ledger/export.h"
#include "firmware/journal/reader.h"
#include "tests/support/golden.h"
#include "tests/support/test_shop.h"

namespace counterfoil::checkout {
namespace {

using ledger::kOne;
using test::TestShop;

// What the papers of a day say, added up without the till's help.
struct Sums {
    std::int64_t sold = 0, back = 0, rounding = 0, discount = 0, points = 0;
    std::map<std::string, std::int64_t> tenders;
    std::map<std::int64_t, std::int64_t> gross, tax;

    void add_tax(const std::vector<money::VatLine>& lines, int sign) {
        for (const money::VatLine& line : lines) {
            gross[line.rate.basis_points()] += sign * line.split.gross.minor();
            tax[line.rate.basis_points()] += sign * line.split.tax.minor();
        }
    }
    void add(const ledger::Sale& sale) {
        sold += sale.total_minor;
        rounding += sale.rounding_minor;
        for (const auto& line : sale.lines) discount += line.discount_minor;
        for (const auto& tender : sale.tenders) tenders[tender.kind] += tender.amount_minor;
        if (sale.member) points += sale.member->points_earned;
        add_tax(sale.vat().value(), 1);
    }
    void add(const ledger::GivingBack& giving) {
        back += giving.total_minor;
        rounding -= giving.rounding_minor;
        for (const auto& tender : giving.tenders) tenders[tender.kind] -= tender.amount_minor;
        if (giving.member) points -= giving.member->points_earned;
        add_tax(giving.vat().value(), -1);
    }
};

void expect_equal(const ledger::ShiftFigures& figures, const Sums& sums) {
    EXPECT_EQ(figures.sales_minor, sums.sold);
    EXPECT_EQ(figures.refunded_minor, sums.back);
    EXPECT_EQ(figures.rounding_minor, sums.rounding);
    EXPECT_EQ(figures.discount_minor, sums.discount);
    EXPECT_EQ(figures.tenders.size(), sums.tenders.size());
    EXPECT_EQ(figures.taxes.size(), sums.gross.size());
    for (const ledger::TenderTotal& tender : figures.tenders)
        EXPECT_EQ(tender.taken_minor - tender.given_back_minor, sums.tenders.at(tender.kind));
    for (const ledger::TaxTotal& tax : figures.taxes) {
        EXPECT_EQ(tax.gross_minor, sums.gross.at(tax.basis_points));
        EXPECT_EQ(tax.tax_minor, sums.tax.at(tax.basis_points));
    }
}

// A day of a till without a network, by a seed.
class Day {
  public:
    Day() {
        // Summer time or not, the papers show Budapest's.
        ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
        ::tzset();
        shop.sign_in("bela");
        CF_CHECK(shop.desk().open_shift(50'000, shop.approved()).ok());
        cash = 50'000;
    }

    void sell_one(int number) {
        shop.till.clock.advance(90'000);
        if (number % 7 == 0) CF_CHECK(shop.desk().signed_in("kiosk").value().has_value());
        Basket basket = made_up();
        if (below(12) == 0) basket = parked_and_recalled(basket);
        const Quote quote = shop.desk().quote(basket).value();
        const auto sale = shop.desk()
                              .sell(basket, payments(quote.priced.total_minor),
                                    shop.asked("sale-" + std::to_string(number)))
                              .value();
        sums.add(sale.body);
        print(sale.seq);
        if (below(11) == 0) refund_some(sale.body);
        if (below(17) == 0) void_now(sale.body);
        if (below(19) == 0) CF_CHECK(shop.desk().reprint(sale.body.receipt, shop.asked()).ok());
        if (below(23) == 0) CF_CHECK(shop.desk().open_drawer("change", shop.asked()).ok());
        if (below(29) == 0) shop.restart();
    }

    std::int64_t drawer() const { return cash + sums.tenders.at("cash"); }
    void print(std::int64_t seq) {
        if (papers > 24) return;
        ++papers;
        receipt::Options options;
        hungarian += shop.desk().paper_of(seq, options).value().text() + "\n";
        options.language = receipt::Language::english;
        options.columns = 32;
        english += shop.desk().paper_of(seq, options).value().text() + "\n";
    }

    TestShop shop;
    Sums sums;
    std::int64_t cash = 0;
    int papers = 0;
    std::string hungarian, english;

  private:
    int below(std::uint64_t bound) { return static_cast<int>(random_() % bound); }

    Basket made_up() {
        Basket basket = TestShop::basket({{101, 1 + below(3)}, {101 + below(3), 1 + below(2)}});
        if (below(3) == 0) {
            BasketLine weighed;
            weighed.code = "104";
            weighed.quantity_milli = 50 + below(900);
            basket.lines.push_back(weighed);
        }
        if (below(9) == 0) {
            BasketLine& changed = basket.lines.front();
            changed.off_permille = 50 * (1 + below(4));
            changed.reason = "kind";
            CF_CHECK(shop.desk().approve(changed, shop.approved()).ok());
        }
        if (below(2) == 0) basket.member = BasketMember{TestShop::member(1 + below(9)), true, 0};
        if (next_coupon_ <= 40 && below(4) == 0) try_coupon(basket);
        return basket;
    }

    // A coupon that does not fit the basket is not laid on it.
    void try_coupon(Basket& basket) {
        basket.coupons = {TestShop::code(next_coupon_)};
        const auto quote = shop.desk().quote(basket);
        const bool applies = quote.ok() && quote.value().refused.empty() &&
                             quote.value().priced.evaluation.offers.front().applies();
        if (applies)
            ++next_coupon_;
        else
            basket.coupons.clear();
    }

    Basket parked_and_recalled(const Basket& basket) {
        const std::string label = shop.desk().park(basket, "", shop.asked()).value();
        shop.restart();
        return shop.desk().recall(label).value();
    }

    std::vector<Payment> payments(std::int64_t total) {
        switch (below(4)) {
            case 0:
                return {{"card", total, "AUTH 004211"}};
            case 1:
                return {{"voucher", 500, "V-77"}, {"cash", total + 1000, ""}};
            default:
                return {{"cash", total + 3, ""}, {"cash", 5000, ""}};
        }
    }

    void refund_some(const ledger::Sale& sale) {
        const auto back =
            shop.desk()
                .refund({sale.receipt, {{1, kOne}}, "", "R-9", "cold food"}, shop.asked())
                .value();
        sums.add(back.body);
        print(back.seq);
    }

    void void_now(const ledger::Sale& sale) {
        const auto back = shop.desk().void_last(sale.receipt, "mistyped", shop.approved());
        if (!back.ok()) {
            EXPECT_TRUE(back.error().code() == "receipt_given_back" ||
                        back.error().code() == "receipt_not_last")
                << back.error().code();
            return;
        }
        sums.add(back.value().body);
        print(back.value().seq);
    }

    std::mt19937_64 random_{11};
    int next_coupon_ = 1;
};

TEST(WholeDay, AddsUpToTheMinorUnitWithoutANetwork) {
    Day day;
    CashDesk* desk = &day.shop.desk();
    for (int number = 1; number <= 200; ++number) {
        day.sell_one(number);
        if (number == 100) {
            desk = &day.shop.desk();
            expect_equal(desk->report(day.shop.approved()).value(), day.sums);
            ASSERT_TRUE(desk->cash_out(20'000, "bank", day.shop.approved()).ok());
            ASSERT_TRUE(desk->cash_in(3000, "change", day.shop.approved()).ok());
            day.cash -= 17'000;
        }
    }
    desk = &day.shop.desk();
    const ledger::ShiftFigures x = desk->report(day.shop.approved()).value();
    expect_equal(x, day.sums);
    EXPECT_EQ(x.sales, 200);
    EXPECT_EQ(x.expected_minor, day.drawer());
    const auto z = desk->close_shift(day.drawer() - 5, day.shop.approved()).value();
    expect_equal(z.body, day.sums);
    EXPECT_EQ(z.body.number, 1);
    EXPECT_EQ(z.body.difference_minor(), -5);
    day.papers = 0;
    day.print(z.seq);
    journal::Journal& journal = day.shop.journal();
    EXPECT_EQ(journal.totals().value().turnover_minor, day.sums.sold);
    EXPECT_EQ(journal.totals().value().refunded_minor, day.sums.back);
    EXPECT_TRUE(journal.check_all().ok());
    std::int64_t points = 0;
    for (int number = 1; number <= 9; ++number) {
        const BasketMember member{TestShop::member(number), false, 0};
        points += desk->shop().member_now(member).value().points;
    }
    EXPECT_EQ(points, 500 + 8 * 50 + day.sums.points);
    test::expect_golden("checkout/golden/day_hu_42.txt", day.hungarian);
    test::expect_golden("checkout/golden/day_en_32.txt", day.english);
}

}  // namespace
}  // namespace counterfoil::checkout
