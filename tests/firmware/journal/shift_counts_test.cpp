#include "firmware/journal/shift_counts.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>

#include "firmware/core/ledger/sale.h"
#include "firmware/journal/journal.h"
#include "tests/support/test_till.h"

// What the journal counts of a shift, and that a Z report says exactly that.
namespace counterfoil::journal {
namespace {

using ledger::EventType;
using ledger::GivingBack;
using ledger::kOne;
using ledger::Sale;
using ledger::ShiftFigures;

class ShiftCountsTest : public testing::Test {
  protected:
    ShiftCountsTest() { open("S1"); }

    void open(const std::string& shift) {
        shift_ = shift;
        json::Object body;
        body.set("float_minor", std::int64_t{20'000});
        EXPECT_EQ(append(EventType::shift_opened, std::move(body)), "");
    }

    // Nothing, or why it was not recorded.
    std::string append(EventType type, json::Object body) {
        std::vector<Draft> drafts;
        drafts.push_back({type, std::move(body), shift_, "anna"});
        const auto head = ledger_.append(drafts);
        return head.ok() ? "" : head.error().message();
    }
    std::string append_amount(EventType type, std::int64_t amount_minor) {
        json::Object body;
        body.set("amount_minor", amount_minor);
        return append(type, std::move(body));
    }
    std::string reprint(std::int64_t receipt, std::int64_t copy) {
        json::Object body;
        body.set("receipt", receipt).set("copy", copy);
        return append(EventType::reprint, std::move(body));
    }

    Sale next_sale(std::vector<ledger::SaleLine> lines, const std::string& tender) {
        Sale sale;
        const Totals totals = ledger_.totals().value();
        sale.lines = std::move(lines);
        for (const auto& line : sale.lines) sale.total_minor += line.paid_minor();
        sale.receipt = totals.receipts + 1;
        sale.turnover_minor = totals.turnover_minor + sale.total_minor;
        const std::int64_t kept_minor =
            tender == "cash" ? (sale.total_minor + 2) / 5 * 5 : sale.total_minor;
        sale.rounding_minor = kept_minor - sale.total_minor;
        sale.tenders = {{tender, kept_minor, kept_minor, ""}};
        return sale;
    }
    // Two burgers at 5 % with a discount, and a beer at 27 %: 2992, in cash 2990.
    std::string sell(const std::string& tender = "cash") {
        return append(EventType::sale,
                      write_body(next_sale({{"1", "burger", 2 * kOne, false, 1101, 2202, 200, 500},
                                            {"2", "beer", kOne, false, 990, 990, 0, 2700}},
                                           tender)));
    }
    std::string give_back(EventType type, std::int64_t original,
                          std::vector<ledger::BackLine> lines) {
        GivingBack back;
        back.receipt = ledger_.totals().value().receipts + 1;
        back.original_receipt = original;
        back.reason = "cold";
        back.lines = std::move(lines);
        for (const auto& line : back.lines) back.total_minor += line.amount_minor;
        const std::int64_t paid_minor = (back.total_minor + 2) / 5 * 5;
        back.rounding_minor = paid_minor - back.total_minor;
        back.tenders = {{"cash", paid_minor, paid_minor, ""}};
        return append(type, write_body(back));
    }
    void close() { EXPECT_EQ(append(EventType::shift_closed, {}), ""); }

    ShiftFigures figures(const std::string& shift = "S1") {
        return ledger_.counted().shift_figures(shift).value().value();
    }

    std::string shift_;
    test::TemporaryFolder folder_;
    test::TestTill till_;
    Journal ledger_ =
        Journal::create(Paths::in(folder_.path()), till_.world(), till_.certificates).value();
};

TEST_F(ShiftCountsTest, CountsAllThatAShiftDid) {
    ASSERT_EQ(sell(), "");
    ASSERT_EQ(sell("card"), "");
    ASSERT_EQ(give_back(EventType::refund, 1, {{1, kOne, 1001, 500}}), "");
    ASSERT_EQ(give_back(EventType::void_sale, 2, {{1, 2 * kOne, 2002, 500}, {2, kOne, 990, 2700}}),
              "");
    ASSERT_EQ(append_amount(EventType::cash_in, 5000), "");
    ASSERT_EQ(append_amount(EventType::cash_out, 700), "");
    ASSERT_EQ(append(EventType::drawer_opened, {}), "");
    ShiftFigures expected;
    expected.shift = "S1";
    expected.sales = 2;
    expected.sales_minor = 2 * 2992;
    expected.refunds = 2;
    expected.voids = 1;
    expected.refunded_minor = 1001 + 2992;
    expected.discount_minor = 400;
    // -2 of the sale; the refund gave -1 of it back, the void -2.
    expected.rounding_minor = -2 + 1 + 2;
    expected.first_receipt = 1;
    expected.last_receipt = 4;
    expected.float_minor = 20'000;
    expected.cash_in_minor = 5000;
    expected.cash_out_minor = 700;
    expected.expected_minor = 20'000 + 2990 - 1000 - 2990 + 5000 - 700;
    expected.drawer_openings = 1;
    expected.tenders = {{"card", 2992, 0}, {"cash", 2990, 1000 + 2990}};
    // Of 2002 at 5 % are 95 tax, of 1001 are 48; of 990 at 27 % are 210.
    expected.taxes = {{500, 2002 - 1001, 95 + 95 - 48 - 95}, {2700, 990, 210 + 210 - 210}};
    expected.taxes[1] = {2700, 990, 210};
    EXPECT_EQ(figures(), expected);
    EXPECT_TRUE(check(figures()).ok());
    EXPECT_FALSE(ledger_.counted().shift_figures("S2").value());
}

// Of 10 at 5 % there is no tax, of ten times 10 there would be 5.
TEST_F(ShiftCountsTest, TaxIsThatOfTheReceiptsNotOfTheirSum) {
    for (int i = 0; i < 10; ++i)
        ASSERT_EQ(
            append(EventType::sale,
                   write_body(next_sale({{"1", "bag", kOne, false, 10, 10, 0, 500}}, "card"))),
            "");
    EXPECT_EQ(figures().taxes, (std::vector<ledger::TaxTotal>{{500, 100, 0}}));
}

TEST_F(ShiftCountsTest, ARefundCountsInTheShiftThatGivesItBack) {
    ASSERT_EQ(sell(), "");
    const ShiftFigures first = figures();
    close();
    open("S2");
    ASSERT_EQ(give_back(EventType::refund, 1, {{2, kOne, 990, 2700}}), "");
    EXPECT_EQ(figures("S1"), first);
    EXPECT_EQ(figures("S2").taxes, (std::vector<ledger::TaxTotal>{{2700, -990, -210}}));
    EXPECT_EQ(figures("S2").first_receipt, 2);
    EXPECT_TRUE(check(figures("S2")).ok());
}

TEST_F(ShiftCountsTest, ABodyWithoutLinesCountsNoTax) {
    const auto head =
        ledger_.append(test::one(test::sale_draft(ledger_.totals().value(), 500, "S1")));
    ASSERT_TRUE(head.ok());
    EXPECT_EQ(figures().sales_minor, 500);
    EXPECT_TRUE(figures().taxes.empty());
}

// The text of a body with one part replaced.
json::Object with(std::string whole, std::string_view from, std::string_view to) {
    const std::size_t at = whole.find(from);
    CF_CHECK(at != whole.npos);
    whole.replace(at, from.size(), to);
    const auto document = json::Document::parse(whole);
    CF_CHECK(document.ok());
    json::Object body;
    for (auto member = document.value().root().first(); member; member = member->next()) {
        if (member->integer()) body.set(member->name(), *member->integer());
        if (member->text()) body.set(member->name(), *member->text());
        if (!member->is_array()) continue;
        json::Array array;
        for (auto item = member->first(); item; item = item->next()) {
            json::Object object;
            for (auto part = item->first(); part; part = part->next()) {
                if (part->integer()) object.set(part->name(), *part->integer());
                if (part->text()) object.set(part->name(), *part->text());
            }
            array.add(std::move(object));
        }
        body.set(member->name(), std::move(array));
    }
    return body;
}

TEST_F(ShiftCountsTest, RefusesAReceiptThatContradictsItself) {
    const std::string whole =
        write_body(next_sale({{"1", "bag", kOne, false, 10, 10, 0, 500}}, "card")).write().value();
    const auto refused = [&](std::string_view from, std::string_view to) {
        return append(EventType::sale, with(whole, from, to));
    };
    EXPECT_NE(refused("\"amount_minor\":10", "\"amount_minor\":11").find("tenders"),
              std::string::npos);
    EXPECT_NE(refused("\"kind\":\"card\"", "\"kind\":\"gold\"").find("a tender is"),
              std::string::npos);
    EXPECT_NE(refused("\"rounding_minor\":0", "\"rounding_minor\":1").find("tenders"),
              std::string::npos);
    EXPECT_NE(refused("\"gross_minor\":10", "\"gross_minor\":11").find("lines"), std::string::npos);
    EXPECT_NE(refused("\"discount_minor\":0", "\"discount_minor\":11").find("discount"),
              std::string::npos);
    EXPECT_NE(refused("\"discount_minor\":0", "\"discount_minor\":-1").find("discount"),
              std::string::npos);
    EXPECT_NE(refused("\"vat_bp\":500", "\"vat\":500").find("vat_bp"), std::string::npos);
    EXPECT_NE(refused("\"vat_bp\":500", "\"vat_bp\":10001").find("VAT"), std::string::npos);
    EXPECT_NE(refused("\"HUF\"", "\"XYZ\"").find("currency"), std::string::npos);
    EXPECT_EQ(refused("\"HUF\"", "\"EUR\""), "");
    EXPECT_EQ(figures().currency, money::Currency::eur());
    EXPECT_NE(sell().find("another currency"), std::string::npos);
}

TEST_F(ShiftCountsTest, AZReportSaysWhatWasCounted) {
    ASSERT_EQ(sell(), "");
    ShiftFigures report = figures();
    report.number = 1;
    EXPECT_NE(append(EventType::z_report, write_body(report)).find("not closed"),
              std::string::npos);
    close();
    EXPECT_EQ(append(EventType::z_report, write_body(report)), "");
    EXPECT_EQ(ledger_.totals().value().z_reports, 1);
    report.number = 2;
    EXPECT_NE(append(EventType::z_report, write_body(report)).find("reported before"),
              std::string::npos);
    open("S2");
    close();
    EXPECT_NE(append(EventType::z_report, write_body(report)).find("another shift"),
              std::string::npos);
    report = figures("S2");
    report.number = 3;
    EXPECT_NE(append(EventType::z_report, write_body(report)).find("number must be 2"),
              std::string::npos);
    report.number = 2;
    EXPECT_EQ(append(EventType::z_report, write_body(report)), "");
    EXPECT_EQ(ledger_.totals().value().z_reports, 2);
    EXPECT_TRUE(ledger_.check_all().ok());
}

// Each of these holds in itself, so that only counting tells.
TEST_F(ShiftCountsTest, RefusesAZReportOfOtherFigures) {
    ASSERT_EQ(sell(), "");
    ASSERT_EQ(sell("card"), "");
    ASSERT_EQ(give_back(EventType::refund, 1, {{1, kOne, 1001, 500}}), "");
    close();
    ShiftFigures right = figures();
    right.number = 1;
    const std::vector<std::function<void(ShiftFigures&)>> changes{
        [](ShiftFigures& f) { --f.sales; },
        [](ShiftFigures& f) { ++f.voids; },
        [](ShiftFigures& f) { ++f.discount_minor; },
        [](ShiftFigures& f) { ++f.last_receipt; },
        [](ShiftFigures& f) { ++f.first_receipt, ++f.last_receipt; },
        [](ShiftFigures& f) { ++f.drawer_openings; },
        [](ShiftFigures& f) { f.counted_minor = 5; },
        [](ShiftFigures& f) { ++f.taxes[0].tax_minor; },
        [](ShiftFigures& f) { ++f.taxes[0].gross_minor, --f.taxes[1].gross_minor; },
        [](ShiftFigures& f) { ++f.float_minor, ++f.expected_minor; },
        [](ShiftFigures& f) { ++f.cash_in_minor, ++f.cash_out_minor; },
        [](ShiftFigures& f) { ++f.tenders[0].taken_minor, ++f.tenders[0].given_back_minor; },
        [](ShiftFigures& f) { ++f.sales_minor, ++f.refunded_minor; },
        [](ShiftFigures& f) { f.currency = money::Currency::eur(); }};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        ShiftFigures wrong = right;
        changes[i](wrong);
        ASSERT_TRUE(check(wrong).ok()) << i;
        EXPECT_NE(append(EventType::z_report, write_body(wrong)).find("not what was counted"),
                  std::string::npos)
            << i;
    }
    EXPECT_EQ(append(EventType::z_report, write_body(right)), "");
}

TEST_F(ShiftCountsTest, AZReportRepeatsWhatWasInTheDrawer) {
    json::Object body;
    body.set("counted_minor", std::int64_t{19'990});
    ASSERT_EQ(append(EventType::shift_closed, std::move(body)), "");
    ShiftFigures report = figures();
    EXPECT_FALSE(report.counted_minor);
    report.number = 1;
    EXPECT_NE(append(EventType::z_report, write_body(report)), "");
    report.counted_minor = 20'000;
    EXPECT_NE(append(EventType::z_report, write_body(report)), "");
    report.counted_minor = 19'990;
    EXPECT_EQ(append(EventType::z_report, write_body(report)), "");
}

TEST_F(ShiftCountsTest, CopiesOfAReceiptCountUp) {
    ASSERT_EQ(sell(), "");
    EXPECT_EQ(ledger_.counted().copies(1).value(), 0);
    EXPECT_NE(reprint(1, 2), "");
    EXPECT_EQ(reprint(1, 1), "");
    EXPECT_NE(reprint(1, 1), "");
    EXPECT_EQ(reprint(1, 2), "");
    EXPECT_NE(reprint(2, 1).find("no receipt"), std::string::npos);
    EXPECT_EQ(ledger_.counted().copies(1).value(), 2);
}

// Else it could never be reported.
TEST_F(ShiftCountsTest, NoDrawerHoldsLessThanNothing) {
    json::Object body;
    body.set("counted_minor", std::int64_t{-1});
    EXPECT_NE(append(EventType::shift_closed, std::move(body)).find("negative"), std::string::npos);
    close();
    shift_ = "S2";
    json::Object opening;
    opening.set("float_minor", std::int64_t{-1});
    EXPECT_NE(append(EventType::shift_opened, std::move(opening)).find("negative"),
              std::string::npos);
}

TEST_F(ShiftCountsTest, RefusesWhatHappensOutsideOfTheShift) {
    close();
    EXPECT_NE(append_amount(EventType::cash_in, 1).find("not open"), std::string::npos);
    EXPECT_NE(append(EventType::drawer_opened, {}).find("not open"), std::string::npos);
    EXPECT_NE(sell().find("not open"), std::string::npos);
}

TEST_F(ShiftCountsTest, IsDerivedFromTheEventsToTheSameRows) {
    ASSERT_EQ(sell(), "");
    ASSERT_EQ(give_back(EventType::void_sale, 1, {{2, kOne, 990, 2700}}), "");
    ASSERT_EQ(reprint(1, 1), "");
    close();
    ShiftFigures report = figures();
    report.number = 1;
    ASSERT_EQ(append(EventType::z_report, write_body(report)), "");
    const std::string held = ledger_.dump_projections().value();
    for (const char* row :
         {"shift|S1|", "tender_total|S1|cash|2990|990", "tax_total|S1|2700|0|0", "copy|1|1"})
        EXPECT_NE(held.find(row), std::string::npos) << row;
    ASSERT_TRUE(ledger_.rebuild_projections().ok());
    EXPECT_EQ(ledger_.dump_projections().value(), held);
}

// A column that is not in the dump could be wrong and nobody would notice.
TEST_F(ShiftCountsTest, TheDumpHasEveryColumnOfEveryTable) {
    ASSERT_EQ(sell(), "");
    ASSERT_EQ(give_back(EventType::refund, 1, {{2, kOne, 990, 2700}}), "");
    ASSERT_EQ(reprint(1, 1), "");
    ledger::Redemption redemption;
    redemption.coupon = "C1";
    redemption.receipt = 1;
    redemption.basis = ledger::Basis::budget;
    ASSERT_EQ(append(EventType::coupon_redeemed, write_body(redemption)), "");
    const ledger::PointsSpent spent{"M1", 100, 500, {"0102", "COUP-1", 1, 1000, 1, 2}, "r-1"};
    ASSERT_EQ(append(EventType::points_spent, write_body(spent)), "");
    const std::string dump = "\n" + ledger_.dump_projections().value();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "journal.db").c_str(), &database), SQLITE_OK);
    const auto check_table = [](void* context, int, char** columns, char**) {
        const std::string& all = *static_cast<const std::string*>(context);
        const std::size_t at = all.find("\n" + std::string(columns[0]) + "|");
        EXPECT_NE(at, std::string::npos) << columns[0];
        if (at == std::string::npos) return 0;
        const std::string row = all.substr(at + 1, all.find('\n', at + 1) - at - 1);
        EXPECT_EQ(std::to_string(std::ranges::count(row, '|')), columns[1]) << row;
        return 0;
    };
    std::string context = dump;
    EXPECT_EQ(sqlite3_exec(database,
                           "SELECT t.name, (SELECT count(*) FROM pragma_table_info(t.name)) "
                           "FROM sqlite_schema t WHERE t.type = 'table' "
                           "AND t.name NOT IN ('identity', 'event', 'base')",
                           check_table, &context, nullptr),
              SQLITE_OK);
    sqlite3_close(database);
}

}  // namespace
}  // namespace counterfoil::journal
