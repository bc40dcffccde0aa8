#include <gtest/gtest.h>

#include "firmware/core/ledger/sale.h"
#include "firmware/journal/journal.h"
#include "tests/support/test_till.h"

// What the journal counts of sales and of what takes them back.
namespace counterfoil::journal {
namespace {

using ledger::EventType;
using ledger::GivingBack;
using ledger::kOne;
using ledger::Sale;

class CountedTest : public testing::Test {
  protected:
    CountedTest() {
        json::Object body;
        body.set("float_minor", std::int64_t{20'000});
        EXPECT_TRUE(append(EventType::shift_opened, std::move(body)).ok());
    }

    base::Status append(EventType type, json::Object body) {
        std::vector<Draft> drafts;
        drafts.push_back({type, std::move(body), "S1", "anna"});
        const auto head = ledger_.append(drafts);
        return head.ok() ? base::Status() : head.error();
    }

    // Two burgers of 1000 in cash.
    base::Status sell(const std::string& request) {
        Sale sale;
        const Totals totals = ledger_.totals().value();
        sale.receipt = totals.receipts + 1;
        sale.turnover_minor = totals.turnover_minor + 2000;
        sale.lines = {{"1", "burger", 2 * kOne, false, 1000, 2000, 0, 500}};
        sale.tenders = {{"cash", 2000, 5000, ""}};
        sale.total_minor = 2000;
        sale.request = request;
        return append(EventType::sale, write_body(sale));
    }

    base::Status give_back(std::int64_t original, std::int64_t quantity_milli,
                           std::int64_t amount_minor) {
        GivingBack back;
        back.receipt = ledger_.totals().value().receipts + 1;
        back.original_receipt = original;
        back.reason = "cold";
        back.lines = {{1, quantity_milli, amount_minor, 500}};
        back.tenders = {{"cash", amount_minor, amount_minor, ""}};
        back.total_minor = amount_minor;
        return append(EventType::refund, write_body(back));
    }

    Projections& counted() { return ledger_.counted(); }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    Journal ledger_ =
        Journal::create(Paths::in(folder_.path()), till_.world(), till_.certificates).value();
};

TEST_F(CountedTest, AReceiptLeadsToItsEvent) {
    ASSERT_TRUE(sell("a").ok());
    const auto receipt = counted().find_receipt(1).value();
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->seq, ledger_.head().seq);
    EXPECT_EQ(receipt->total_minor, 2000);
    const auto event = ledger_.find_event(receipt->seq).value();
    ASSERT_TRUE(event);
    EXPECT_NE(event->bytes.find("\"receipt\":1"), std::string::npos);
    EXPECT_FALSE(counted().find_receipt(2).value());
    EXPECT_FALSE(ledger_.find_event(99).value());
}

TEST_F(CountedTest, ARequestIsRecordedOnce) {
    ASSERT_TRUE(sell("a").ok());
    EXPECT_EQ(counted().find_request("a").value(), ledger_.head().seq);
    EXPECT_EQ(counted().find_request("b").value(), 0);
    const auto again = sell("a");
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code(), base::Code::refused);
    EXPECT_TRUE(sell("").ok());
    EXPECT_TRUE(sell("").ok()) << "without a request nothing is compared";
}

TEST_F(CountedTest, NoMoreIsGivenBackThanWasPaid) {
    ASSERT_TRUE(sell("a").ok());
    ASSERT_TRUE(give_back(1, kOne, 1000).ok());
    ASSERT_TRUE(give_back(1, kOne / 2, 500).ok());
    EXPECT_FALSE(give_back(1, kOne, 501).ok());
    EXPECT_FALSE(give_back(2, kOne, 1).ok()) << "a refund is not given back";
    ASSERT_TRUE(give_back(1, kOne / 2, 500).ok());
    const auto lines = counted().given_back(1).value();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].quantity_milli, 2 * kOne);
    EXPECT_EQ(lines[0].amount_minor, 2000);
    EXPECT_EQ(counted().find_receipt(1).value()->back_minor, 2000);
    EXPECT_EQ(counted().find_receipt(2).value()->original, 1);
}

TEST_F(CountedTest, AShiftHoldsWhatItShould) {
    ASSERT_TRUE(sell("a").ok());
    ASSERT_TRUE(give_back(1, kOne, 1000).ok());
    const auto shift = counted().open_shift().value();
    ASSERT_TRUE(shift);
    EXPECT_EQ(shift->shift, "S1");
    EXPECT_EQ(shift->cash_minor, 20'000 + 2000 - 1000);
    ASSERT_TRUE(append(EventType::shift_closed, {}).ok());
    EXPECT_FALSE(counted().open_shift().value());
    EXPECT_FALSE(counted().find_shift("S1").value()->is_open);
    EXPECT_FALSE(counted().find_shift("S2").value());
}

TEST_F(CountedTest, IsDerivedFromTheEventsToTheSameRows) {
    ASSERT_TRUE(sell("a").ok());
    ASSERT_TRUE(give_back(1, kOne, 1000).ok());
    const std::string held = ledger_.dump_projections().value();
    for (const char* row : {"receipt|1|", "back_line|1|1|1000|1000", "request|a|"})
        EXPECT_NE(held.find(row), std::string::npos) << row;
    ASSERT_TRUE(ledger_.rebuild_projections().ok());
    EXPECT_EQ(ledger_.dump_projections().value(), held);
}

}  // namespace
}  // namespace counterfoil::journal
