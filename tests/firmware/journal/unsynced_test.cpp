#include "firmware/journal/unsynced.h"

#include <gtest/gtest.h>

#include "firmware/core/base/file.h"
#include "tests/support/test_till.h"

namespace counterfoil::journal {
namespace {

// A ledger of five events, one a minute, and a centre that gives receipts for it.
class UnsyncedTest : public testing::Test {
  protected:
    UnsyncedTest() {
        auto made = Journal::create(Paths::in(folder_.path()), till_.world(), till_.certificates);
        EXPECT_TRUE(made.ok());
        journal_.emplace(std::move(made).value());
        for (int i = 1; i < 5; ++i) {
            till_.clock.advance(60'000);
            std::vector<Draft> drafts;
            drafts.push_back({ledger::EventType::drawer_opened, {}});
            EXPECT_TRUE(journal_->append(drafts).ok());
        }
    }

    ledger::Receipt receipt(std::int64_t seq) {
        ledger::Receipt receipt;
        receipt.terminal = "T01";
        receipt.seq = seq;
        receipt.head = ledger::event_hash(journal_->find_event(seq).value()->bytes);
        receipt.server_time = test::kMorning;
        return receipt;
    }
    std::int64_t counted(const std::optional<ledger::Receipt>& receipt) {
        const auto count = count_unsynced(*journal_, receipt);
        EXPECT_TRUE(count.ok());
        auto reader = JournalReader::open(folder_ / "journal.db");
        EXPECT_EQ(count_unsynced(reader.value(), receipt).value().count, count.value().count);
        return count.value().count;
    }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    test::TestTill centre_{7, "centre"};
    std::optional<Journal> journal_;
};

TEST_F(UnsyncedTest, IsAllThatNoReceiptCovers) {
    EXPECT_EQ(counted({}), 5);
    EXPECT_EQ(counted(receipt(3)), 2);
    EXPECT_EQ(counted(receipt(5)), 0);
    const auto oldest = count_unsynced(*journal_, receipt(3)).value().oldest;
    EXPECT_EQ(oldest, base::WallTime{test::kMorning.unix_ms + 3 * 60'000});
    EXPECT_FALSE(count_unsynced(*journal_, receipt(5)).value().oldest);
}

TEST_F(UnsyncedTest, BelievesNoReceiptOfAnotherLedger) {
    auto other = receipt(5);
    other.terminal = "T02";
    EXPECT_EQ(counted(other), 5);
    other = receipt(5);
    other.epoch = 2;
    EXPECT_EQ(counted(other), 5);
    other = receipt(5);
    other.head[0] ^= 1;
    EXPECT_EQ(counted(other), 5);
    other = receipt(5);
    other.seq = 6;
    EXPECT_EQ(counted(other), 5);
}

TEST_F(UnsyncedTest, AReceiptIsReadWhereTheCentreHasSignedIt) {
    const auto file = folder_ / "receipt";
    const auto centre = folder_ / "centre.pem";
    EXPECT_FALSE(read_kept_receipt(file, centre));
    const std::string text = ledger::write_receipt(receipt(4), centre_.key).value();
    ASSERT_TRUE(base::create_file(file, text, base::Readers::everyone).ok());
    EXPECT_FALSE(read_kept_receipt(file, centre));
    ASSERT_TRUE(crypto::save_chain(centre, centre_.certificates).ok());
    const auto read = read_kept_receipt(file, centre);
    ASSERT_TRUE(read);
    EXPECT_EQ(counted(read), 1);
    const std::string forged = ledger::write_receipt(receipt(5), till_.key).value();
    ASSERT_TRUE(base::replace_file(file, forged, base::Readers::everyone).ok());
    EXPECT_FALSE(read_kept_receipt(file, centre));
}

TEST_F(UnsyncedTest, IsToldInBothLanguages) {
    const Unsynced unsynced{12, test::kMorning};
    const base::WallTime later{test::kMorning.unix_ms + 51LL * 60 * 60 * 1000};
    const base::Sentence told = unsynced_sentence(unsynced, later);
    EXPECT_NE(told.english.find("12 events"), told.english.npos);
    EXPECT_NE(told.english.find("2 d 3 h"), told.english.npos);
    EXPECT_NE(told.hungarian.find("12 esemény"), told.hungarian.npos);
    EXPECT_NE(told.hungarian.find("2 nap 3 óra"), told.hungarian.npos);
    // A clock that was set back makes nothing older than new.
    EXPECT_NE(unsynced_sentence(unsynced, {0}).english.find("0 h 0 min"), std::string::npos);
}

}  // namespace
}  // namespace counterfoil::journal
