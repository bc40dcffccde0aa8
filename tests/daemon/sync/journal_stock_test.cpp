#include "daemon/sync/journal_stock.h"

#include <gtest/gtest.h>

#include "tests/support/pruning.h"

namespace counterfoil::sync {
namespace {

// Of a till that has pruned 200 of its 1200 events.
class PrunedJournalStock : public testing::Test {
  protected:
    PrunedJournalStock() {
        auto made = journal::Journal::create(paths_, till_.world(), till_.certificates);
        CF_CHECK(made.ok());
        journal_.emplace(std::move(made).value());
        fill(*journal_, 1199);
        till_.clock.advance(100 * journal::kDayMs);
        last_gone_ = at(200);
        before_ = at(199);
        stock_.emplace(JournalStock::open(paths_.database).value());
        const auto receipt = receipt_for(*journal_, 1200, till_.clock.now());
        CF_CHECK(prune_all(*journal_, {receipt, 90, 0}).value().events == 200);
    }

    wire::Cursor at(std::int64_t seq) {
        return {1, seq, ledger::event_hash(journal_->find_event(seq).value()->bytes)};
    }

    test::TemporaryFolder folder_;
    journal::Paths paths_ = journal::Paths::in(folder_.path());
    test::TestTill till_;
    std::optional<journal::Journal> journal_;
    wire::Cursor last_gone_;
    wire::Cursor before_;
    std::optional<JournalStock> stock_;
};

TEST_F(PrunedJournalStock, HasItsBaseAndWhatIsBehindIt) {
    EXPECT_TRUE(stock_->has(last_gone_).value());
    EXPECT_TRUE(stock_->has(at(201)).value());
    EXPECT_FALSE(stock_->has(before_).value());
    EXPECT_FALSE(stock_->has({1, 0, ledger::kNoEvent}).value());
    wire::Cursor other = last_gone_;
    other.head[0] ^= 1;
    EXPECT_FALSE(stock_->has(other).value());
    EXPECT_EQ(stock_->end().value(), at(1200));
}

TEST_F(PrunedJournalStock, SendsFromItsBaseOn) {
    // It was opened before.
    EXPECT_EQ(stock_->base(), 0);
    EXPECT_FALSE(stock_->behind(100, Stock::kAnyEnd).ok());
    ASSERT_TRUE(stock_->refresh().ok());
    EXPECT_EQ(stock_->base(), 200);
    EXPECT_GT(stock_->behind(200, Stock::kAnyEnd).value()->to, 200);
}

}  // namespace
}  // namespace counterfoil::sync
