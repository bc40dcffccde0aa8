#include "firmware/till/pruning.h"

#include <gtest/gtest.h>

#include "firmware/till/doorbell.h"
#include "tests/firmware/till/print_support.h"
#include "tests/support/pruning.h"

namespace counterfoil::till {
namespace {

using test::TestShop;

// A shop that sold two burgers, of which the first was printed.
class PapersNeed : public testing::Test {
  protected:
    PapersNeed() {
        first_ = shop_.sell().seq;
        second_ = shop_.sell().seq;
        CF_CHECK(papers().start_at(second_ - 1).ok());
    }
    checkout::PaperTable papers() { return shop_.shop.desk_file().papers(); }
    std::int64_t head() { return shop_.shop.journal().head().seq; }
    std::optional<std::int64_t> needed() {
        return needed_by_papers(shop_.shop.journal(), shop_.shop.desk_file()).value();
    }
    // The shift is closed, many events follow, and what is old by then is pruned.
    journal::Journal& pruned_journal() {
        CF_CHECK(shop_.shop.desk().close_shift(20'000 + 2 * 1890, shop_.shop.asked()).ok());
        journal::Journal& journal = shop_.shop.journal();
        journal::fill(journal, 1100);
        shop_.shop.till.clock.advance(100 * journal::kDayMs);
        const auto receipt = journal::receipt_for(journal, head(), shop_.shop.till.clock.now());
        EXPECT_TRUE(prune_all(journal, {receipt, 90, 0}).ok());
        return journal;
    }
    void print_all() { CF_CHECK(papers().skip_to(head()).ok()); }

    test::PrintingShop shop_;
    std::int64_t first_ = 0;
    std::int64_t second_ = 0;
};

TEST_F(PapersNeed, TheFirstEventThatIsNotPrinted) {
    EXPECT_EQ(needed(), second_);
    print_all();
    EXPECT_FALSE(needed());
}

TEST_F(PapersNeed, WhatIsInDoubt) {
    ASSERT_TRUE(papers().doubt(second_).ok());
    EXPECT_EQ(needed(), second_);
    ASSERT_TRUE(papers().settle(second_).ok());
    EXPECT_FALSE(needed());
}

TEST_F(PapersNeed, TheReceiptThatACopyIsOf) {
    print_all();
    ASSERT_TRUE(shop_.shop.desk().reprint(1, shop_.shop.asked()).ok());
    EXPECT_EQ(needed(), first_);
}

TEST_F(PapersNeed, TheReceiptThatARefundTakesBack) {
    print_all();
    ASSERT_TRUE(shop_.shop.desk().refund({1, {}, "", "", "cold", {}}, shop_.shop.approved()).ok());
    EXPECT_EQ(needed(), first_);
    print_all();
    ASSERT_TRUE(shop_.shop.desk().reprint(3, shop_.shop.asked()).ok());
    EXPECT_EQ(needed(), first_) << "a copy of the refund's paper";
}

TEST_F(PapersNeed, AllWhereTooMuchWasNotLookedAt) {
    journal::fill(shop_.shop.journal(), 1001);
    EXPECT_EQ(needed(), 1);
}

TEST_F(PapersNeed, NothingWherePapersWereNeverCounted) {
    TestShop shop;
    EXPECT_FALSE(needed_by_papers(shop.journal(), shop.desk_file()).value());
}

// The desk's file is an old copy, or was not there: of what is pruned nothing is owed.
TEST_F(PapersNeed, ThePrintQueueOwesNothingOfWhatWasPruned) {
    ASSERT_TRUE(papers().begin(second_).ok());
    journal::Journal& journal = pruned_journal();
    ASSERT_GT(journal.base().seq, second_);
    shop_.start(std::nullopt);
    EXPECT_TRUE(shop_.queue->offered().value().empty());
    ASSERT_TRUE(shop_.until_all_done());
    EXPECT_EQ(shop_.count(PrintNotice::Kind::not_kept), 0);
}

TEST_F(PapersNeed, ThePrunedIsNeverToldAsUnsynced) {
    journal::Journal& journal = pruned_journal();
    EXPECT_EQ(receipted_by_file(shop_.shop.folder / "sync", journal), journal.base().seq);
    http::Loop loop;
    Doorbell doorbell({loop, journal, shop_.shop.till.clock, [] {}, [] {}},
                      shop_.shop.folder.path());
    EXPECT_EQ(doorbell.unsynced(), 1000);
    EXPECT_GT(doorbell.oldest_s(), 0);
}

}  // namespace
}  // namespace counterfoil::till
