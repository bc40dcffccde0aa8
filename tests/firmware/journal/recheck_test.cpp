#include "firmware/journal/recheck.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/support/test_till.h"

namespace counterfoil::journal {
namespace {

using ledger::Fault;

class RecheckTest : public testing::Test {
  protected:
    RecheckTest() { record(9); }

    void record(int events) {
        for (int i = 0; i < events; ++i) {
            std::vector<Draft> drafts;
            drafts.push_back({ledger::EventType::drawer_opened, {}, {}, {}});
            ASSERT_TRUE(ledger_->append(drafts).ok());
        }
    }
    void tamper(const std::string& sql) {
        ledger_.reset();
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(paths_.database.c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }
    Recheck recheck(std::int64_t events) {
        auto reader = JournalReader::open(paths_.database);
        CF_CHECK(reader.ok());
        const auto done = recheck_last(reader.value(), events);
        CF_CHECK(done.ok());
        return done.value();
    }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    Paths paths_ = Paths::in(folder_.path());
    std::optional<Journal> ledger_ =
        Journal::create(paths_, till_.world(), till_.certificates).value();
};

TEST_F(RecheckTest, LooksAtSoManyOfTheLastAndNoMore) {
    const Recheck all = recheck(1000);
    EXPECT_EQ(all.from_seq, 1);
    EXPECT_EQ(all.to_seq, 10);
    EXPECT_EQ(all.checked, 10);
    EXPECT_EQ(all.bad_seq, 0);
    EXPECT_EQ(all.unsigned_events, 0);
    const Recheck last = recheck(3);
    EXPECT_EQ(last.from_seq, 8);
    EXPECT_EQ(last.checked, 3);
    EXPECT_EQ(last.bad_seq, 0);
}

TEST_F(RecheckTest, CountsWhatTheSignerCouldNotSign) {
    till_.signer.fails = true;
    record(2);
    const Recheck done = recheck(1000);
    EXPECT_EQ(done.bad_seq, 0);
    EXPECT_GE(done.unsigned_events, 2);
}

TEST_F(RecheckTest, NamesTheFirstThatDoesNotHold) {
    tamper(
        "DROP TRIGGER event_stays; UPDATE event SET bytes = replace(bytes, 'drawer_opened', "
        "'drawer_closed') WHERE seq IN (4, 6)");
    const Recheck done = recheck(1000);
    EXPECT_EQ(done.bad_seq, 4);
    EXPECT_EQ(done.fault, Fault::signature_wrong);
    EXPECT_EQ(done.checked, 4);
    EXPECT_EQ(recheck(3).bad_seq, 0) << "what is not looked at";
}

TEST_F(RecheckTest, HoldsAnEventToTheOneBeforeIt) {
    tamper("DROP TRIGGER event_remains; DELETE FROM event WHERE seq = 5");
    const Recheck done = recheck(1000);
    EXPECT_EQ(done.bad_seq, 6);
    EXPECT_EQ(done.fault, Fault::event_missing);
    // The event before the ones that are looked at has to be there, too.
    auto reader = JournalReader::open(paths_.database);
    EXPECT_EQ(recheck_last(reader.value(), 5).error().code(), base::Code::corrupt);
}

}  // namespace
}  // namespace counterfoil::journal
