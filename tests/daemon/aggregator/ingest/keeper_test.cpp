#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/shift.h"
#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

using Kind = Kept::Kind;

class KeeperTest : public testing::Test {
  protected:
    test::Fleet fleet_{2, 30, 7};
    Centre centre_{fleet_};
};

TEST_F(KeeperTest, KeepsWhatFollowsAndSaysHowFarItHolds) {
    const Kept first = centre_.keep(fleet_.batch(0, 1, 10), "T1");
    EXPECT_EQ(first.kind, Kind::kept);
    EXPECT_EQ(first.cursor.seq, 10);
    const Kept second = centre_.keep(fleet_.batch(0, 11, 30), "T1");
    EXPECT_EQ(second.kind, Kind::kept);
    EXPECT_EQ(second.cursor.seq, 30);
    EXPECT_EQ(second.cursor.head, fleet_.ledgers()[0].head());
    EXPECT_EQ(centre_.held("T1"), 30);
    EXPECT_EQ(centre_.held("T2"), 0);
}

TEST_F(KeeperTest, AnswersWhatItHasWithHowFarItIs) {
    centre_.keep(fleet_.batch(0, 1, 30), "T1");
    for (const auto& [from, to] : {std::pair{1, 30}, {1, 1}, {5, 9}, {30, 30}}) {
        const Kept again = centre_.keep(fleet_.batch(0, from, to), "T1");
        EXPECT_EQ(again.kind, Kind::again) << from << ".." << to;
        EXPECT_EQ(again.cursor.seq, 30);
    }
    EXPECT_EQ(centre_.count("SELECT count(*) FROM batch"), 1);
    EXPECT_EQ(centre_.count("SELECT events FROM terminal_figures"), 30);
}

TEST_F(KeeperTest, TakesOfABatchWhatIsNew) {
    centre_.keep(fleet_.batch(0, 1, 20), "T1");
    EXPECT_EQ(centre_.keep(fleet_.batch(0, 8, 30), "T1").kind, Kind::kept);
    EXPECT_EQ(centre_.held("T1"), 30);
    EXPECT_EQ(centre_.count("SELECT events FROM terminal_figures"), 30);
    EXPECT_EQ(centre_.keep(fleet_.batch(0, 22, 25), "T1").kind, Kind::again);
}

TEST_F(KeeperTest, ExpectsTheFirstThatIsMissing) {
    centre_.keep(fleet_.batch(0, 1, 5), "T1");
    const Kept gap = centre_.keep(fleet_.batch(0, 7, 9), "T1");
    EXPECT_EQ(gap.kind, Kind::gap);
    EXPECT_EQ(gap.cursor.seq, 5);
    EXPECT_EQ(centre_.held("T1"), 5);
}

TEST_F(KeeperTest, AnEpochThatNobodyOpenedIsNotTaken) {
    ASSERT_TRUE(centre_.database().execute("DROP TRIGGER ledger_no_delete").ok());
    ASSERT_TRUE(centre_.database().run("DELETE FROM ledger WHERE terminal = 'T2'").ok());
    EXPECT_EQ(centre_.keep(fleet_.batch(1, 1, 5), "T2").kind, Kind::epoch_unknown);
}

TEST_F(KeeperTest, SeveralBatchesOfOneLedgerFitIntoOneTransaction) {
    const std::vector<std::string> bytes{fleet_.batch(0, 1, 10), fleet_.batch(0, 1, 10),
                                         fleet_.batch(0, 5, 20), fleet_.batch(0, 12, 13),
                                         fleet_.batch(0, 25, 30)};
    std::vector<Candidate> candidates;
    for (const std::string& batch : bytes)
        candidates.push_back(centre_.examine(batch, "T1").value());
    const auto all = keep(centre_.database(), candidates, test::kMorning).value();
    std::vector<Kind> kinds;
    for (const Kept& kept : all) kinds.push_back(kept.kind);
    EXPECT_EQ(kinds, (std::vector{Kind::kept, Kind::again, Kind::kept, Kind::again, Kind::gap}));
    EXPECT_EQ(centre_.held("T1"), 20);
}

// The same terminal's key, the same number, another history.
class ForkTest : public testing::Test {
  protected:
    // The seed makes the key, and what happened after: the same key, another day.
    test::Fleet fleet_{2, 30, 7};
    Centre centre_{fleet_};

    static std::string forked() {
        return ledger::write_batch("T1", 1, 1, ledger::kNoEvent,
                                   test::MadeLedger(9, "T1", 7).events())
            .bytes;
    }
};

TEST_F(ForkTest, FreezesTheLedgerAndKeepsBothHistories) {
    centre_.keep(fleet_.batch(0, 1, 30), "T1");
    EXPECT_EQ(centre_.keep(forked(), "T1").kind, Kind::fork);
    EXPECT_EQ(centre_.count("SELECT count(*) FROM fork"), 1);
    EXPECT_EQ(centre_.count("SELECT count(*) FROM batch WHERE terminal = 'T1'"), 1);
    EXPECT_EQ(centre_.keep(fleet_.batch(0, 1, 30), "T1").kind, Kind::frozen);
    EXPECT_EQ(centre_.keep(fleet_.batch(1, 1, 30), "T2").kind, Kind::kept);
}

TEST_F(ForkTest, IsSeenInWhatFollowsTooAndWithinOneTransaction) {
    centre_.keep(fleet_.batch(0, 1, 3), "T1");
    EXPECT_EQ(centre_.keep(forked(), "T1").kind, Kind::fork);
    Centre fresh(fleet_);
    const std::string one = fleet_.batch(0, 1, 9);
    const std::string two = forked();
    std::vector<Candidate> candidates;
    candidates.push_back(fresh.examine(one, "T1").value());
    candidates.push_back(fresh.examine(two, "T1").value());
    const auto all = keep(fresh.database(), candidates, test::kMorning).value();
    EXPECT_EQ(all[0].kind, Kind::kept);
    EXPECT_EQ(all[1].kind, Kind::fork);
}

std::string text_of(const json::Object& object) {
    return object.write().value();
}

std::string sale_of(std::int64_t receipt) {
    ledger::Sale sale;
    sale.receipt = receipt;
    sale.lines.push_back({"1", "Sajtburger", ledger::kOne, false, 100, 100, 0, 500});
    sale.tenders.push_back({"cash", 100, 100, ""});
    sale.total_minor = 100;
    sale.member = ledger::SaleMember{"M1", 0, 1};
    return text_of(ledger::write_body(sale));
}

// What should not be, and happened at a counter all the same.
TEST_F(KeeperTest, KeepsAndFlagsReceiptsAndShiftsThatATerminalNumberedWrongly) {
    test::MadeLedger made(1, "T1", 7);
    for (const std::int64_t receipt : {1, 2, 2, 5, 1, 6}) made.add("sale", sale_of(receipt));
    ledger::ShiftFigures shift;
    shift.shift = "S1";
    shift.number = 1;
    for (int i = 0; i < 2; ++i) made.add("z_report", text_of(ledger::write_body(shift)));
    Centre centre{test::Fleet(1, 1, 7)};
    const auto whole = ledger::write_batch("T1", 1, 1, ledger::kNoEvent, made.events());
    EXPECT_EQ(centre.keep(whole.bytes, "T1").kind, Kind::kept);
    EXPECT_EQ(centre.count("SELECT count(*) FROM purchase"), 6);
    EXPECT_EQ(centre.count("SELECT count(*) FROM shift"), 2);
    EXPECT_EQ(centre.count("SELECT points FROM member WHERE id = 'M1'"), 6);
    EXPECT_EQ(centre.count("SELECT count(*) FROM flag WHERE reason = 'receipt_repeated'"), 2);
    EXPECT_EQ(centre.count("SELECT seq FROM flag WHERE reason = 'receipts_missing'"), 5);
}

}  // namespace
}  // namespace counterfoil::ingest
