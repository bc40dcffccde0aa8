#include "firmware/journal/journal.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>

#include "firmware/core/base/coding.h"
#include "firmware/journal/reader.h"
#include "tests/support/simulated_disk.h"
#include "tests/support/test_till.h"
#include "tools/counterfoil/plausible_shop.h"

namespace counterfoil::journal {
namespace {

using base::Code;
using ledger::EventType;

struct Row {
    std::string bytes;
    bool is_signed;
};

// A ledger in a folder of its own.
class JournalTest : public testing::Test {
  protected:
    Journal create() {
        auto made = Journal::create(paths_, till_.world(), till_.certificates);
        EXPECT_TRUE(made.ok()) << made.error().line();
        return std::move(made).value();
    }

    Code open_error() {
        const auto opened = Journal::open(paths_, till_.world());
        EXPECT_FALSE(opened.ok());
        return opened.ok() ? Code::refused : opened.error().code();
    }

    void record_story(Journal& ledger, int appends) {
        for (int i = 0; i < appends; ++i) {
            till_.clock.advance(shop_.pause_ms());
            const auto head = ledger.append(shop_.next());
            ASSERT_TRUE(head.ok()) << head.error().line();
        }
    }

    // Changes a closed database behind the journal's back.
    void tamper(const std::string& sql) {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(paths_.database.c_str(), &database), SQLITE_OK);
        char* message = nullptr;
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
            << message;
        sqlite3_close(database);
    }

    std::vector<Row> rows() {
        std::vector<Row> rows;
        auto reader = JournalReader::open(paths_.database);
        EXPECT_TRUE(reader.ok());
        EXPECT_TRUE(
            reader.value()
                .visit(1,
                       [&](const StoredEvent& event) {
                           rows.push_back({std::string(event.bytes), event.signature.has_value()});
                           return base::Status();
                       })
                .ok());
        return rows;
    }

    std::string type_of(const Row& row) {
        return std::string(ledger::read_event(row.bytes).value().type);
    }

    test::TemporaryFolder folder_;
    Paths paths_ = Paths::in(folder_.path());
    test::TestTill till_;
    tool::PlausibleShop shop_{3};
};

TEST_F(JournalTest, BeginsWithAGenesisThatNamesTheCertificate) {
    create();
    const auto all = rows();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(type_of(all[0]), "genesis");
    EXPECT_NE(all[0].bytes.find(base::to_hex(till_.certificates[0].fingerprint())),
              std::string::npos);
}

TEST_F(JournalTest, IsThereAgainAfterReopening) {
    {
        Journal ledger = create();
        record_story(ledger, 40);
    }
    auto again = Journal::open(paths_, till_.world());
    ASSERT_TRUE(again.ok()) << again.error().line();
    EXPECT_TRUE(again.value().check_all().ok());
    EXPECT_EQ(again.value().head().seq, static_cast<std::int64_t>(rows().size()));
}

TEST_F(JournalTest, RefusesASecondLedgerInItsPlace) {
    create();
    const auto second = Journal::create(paths_, till_.world(), till_.certificates);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code(), Code::already_exists);
}

TEST_F(JournalTest, RefusesASecondWriter) {
    const Journal first = create();
    const auto second = Journal::open(paths_, till_.world());
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code(), Code::second_writer);
    EXPECT_NE(second.error().message().find("process " + std::to_string(::getpid())),
              std::string::npos);
}

TEST_F(JournalTest, IsReadWhileItIsWritten) {
    Journal ledger = create();
    record_story(ledger, 5);
    const auto before = rows().size();
    record_story(ledger, 1);
    EXPECT_GT(rows().size(), before);
}

TEST_F(JournalTest, RefusesToChangeOrRemoveAnEvent) {
    create();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(paths_.database.c_str(), &database), SQLITE_OK);
    for (const char* sql : {"UPDATE event SET bytes = 'x'", "DELETE FROM event"})
        EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_CONSTRAINT) << sql;
    sqlite3_close(database);
}

TEST_F(JournalTest, RebuildsItsProjectionsToTheSameRows) {
    Journal ledger = create();
    record_story(ledger, 300);
    const std::string held = ledger.dump_projections().value();
    EXPECT_GT(std::ranges::count(held, '\n'), 10);
    ASSERT_TRUE(ledger.rebuild_projections().ok());
    EXPECT_EQ(ledger.dump_projections().value(), held);
}

TEST_F(JournalTest, NoticesProjectionsThatWereTamperedWith) {
    {
        Journal ledger = create();
        record_story(ledger, 20);
    }
    tamper("UPDATE total SET turnover_minor = turnover_minor - 1000");
    auto again = Journal::open(paths_, till_.world());
    ASSERT_TRUE(again.ok());
    const auto checked = again.value().check_all();
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code(), Code::corrupt);
    // A check repairs nothing.
    EXPECT_FALSE(again.value().check_all().ok());
}

TEST_F(JournalTest, ReportsATamperedTailWithItsEvent) {
    {
        Journal ledger = create();
        record_story(ledger, 20);
    }
    tamper(
        "DROP TRIGGER event_stays; UPDATE event SET bytes = replace(bytes, 'S1', 'S2') "
        "WHERE seq = 5");
    const auto opened = Journal::open(paths_, till_.world());
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::corrupt);
    EXPECT_NE(opened.error().message().find("event 5 does not hold: event_altered"),
              std::string::npos)
        << opened.error().message();
}

TEST_F(JournalTest, ReportsASignatureThatDoesNotHold) {
    {
        Journal ledger = create();
        record_story(ledger, 20);
    }
    tamper(
        "DROP TRIGGER event_stays; UPDATE event SET signature = zeroblob(64) "
        "WHERE seq = (SELECT max(seq) FROM event)");
    EXPECT_EQ(open_error(), Code::corrupt);
}

TEST_F(JournalTest, ReportsATornTail) {
    {
        Journal ledger = create();
        record_story(ledger, 20);
    }
    std::filesystem::resize_file(paths_.database,
                                 std::filesystem::file_size(paths_.database) - 4096);
    EXPECT_EQ(open_error(), Code::corrupt);
}

TEST_F(JournalTest, NoticesALostTail) {
    {
        Journal ledger = create();
        record_story(ledger, 20);
    }
    tamper(
        "DROP TRIGGER event_remains; DELETE FROM event WHERE seq > 10; "
        "UPDATE total SET applied_seq = 10");
    EXPECT_EQ(open_error(), Code::restored_copy);
}

TEST_F(JournalTest, NoticesARestoredCopy) {
    const auto backup = folder_ / "backup.db";
    {
        Journal ledger = create();
        record_story(ledger, 5);
    }
    std::filesystem::copy_file(paths_.database, backup);
    {
        auto ledger = Journal::open(paths_, till_.world());
        record_story(ledger.value(), 0);
        ASSERT_TRUE(ledger.value().append(test::one(test::padded_draft(10))).ok());
    }
    std::filesystem::copy_file(backup, paths_.database,
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(open_error(), Code::restored_copy);
}

TEST_F(JournalTest, NoticesAMissingMark) {
    create();
    std::filesystem::remove(paths_.mark);
    EXPECT_EQ(open_error(), Code::restored_copy);
}

TEST_F(JournalTest, NoticesAMissingDatabase) {
    create();
    std::filesystem::remove(paths_.database);
    const auto made = Journal::create(paths_, till_.world(), till_.certificates);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code(), Code::already_exists);
}

TEST_F(JournalTest, RefusesAnotherTillsKey) {
    create();
    test::TestTill other(2);
    const auto opened = Journal::open(paths_, other.world());
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::key_mismatch);
}

TEST_F(JournalTest, RefusesForeignAndNewerFilesUnchanged) {
    create();
    tamper("PRAGMA user_version = 99");
    EXPECT_EQ(open_error(), Code::unsupported_version);
    tamper("PRAGMA application_id = 7");
    EXPECT_EQ(open_error(), Code::foreign_file);
    std::ofstream(paths_.database, std::ios::trunc) << std::string(8192, 'x');
    EXPECT_EQ(open_error(), Code::foreign_file);
    std::ifstream in(paths_.database);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), std::string(8192, 'x'));
}

TEST_F(JournalTest, RefusesAReceiptNumberThatLeavesAGap) {
    Journal ledger = create();
    Totals totals = ledger.totals().value();
    totals.receipts += 1;
    const auto head = ledger.append(test::one(test::sale_draft(totals, 500)));
    ASSERT_FALSE(head.ok());
    EXPECT_EQ(head.error().code(), Code::refused);
    EXPECT_EQ(ledger.head().seq, 1);
    EXPECT_EQ(rows().size(), 1u);
}

TEST_F(JournalTest, RefusesATurnoverThatDoesNotAddUp) {
    Journal ledger = create();
    Totals totals = ledger.totals().value();
    totals.turnover_minor += 1;
    EXPECT_FALSE(ledger.append(test::one(test::sale_draft(totals, 500))).ok());
}

TEST_F(JournalTest, RefusesASaleInAShiftThatIsNotOpen) {
    Journal ledger = create();
    const auto totals = ledger.totals().value();
    EXPECT_FALSE(ledger.append(test::one(test::sale_draft(totals, 500, "S1"))).ok());
}

TEST_F(JournalTest, RecordsAllEventsOfAnAppendOrNone) {
    Journal ledger = create();
    std::vector<Draft> drafts;
    drafts.push_back(test::sale_draft(ledger.totals().value(), 500));
    ledger::Redemption never_made;
    never_made.coupon = "C1";
    never_made.receipt = 1;
    drafts.push_back({EventType::coupon_rolled_back, write_body(never_made), {}, {}});
    const auto head = ledger.append(drafts);
    ASSERT_FALSE(head.ok());
    EXPECT_EQ(rows().size(), 1u);
    EXPECT_EQ(ledger.totals().value().sales, 0);
    EXPECT_TRUE(ledger.append(test::one(test::sale_draft(ledger.totals().value(), 500))).ok());
}

TEST_F(JournalTest, RefusesAnEventThatIsTooLargeAndGoesOn) {
    Journal ledger = create();
    const auto head = ledger.append(test::one(test::padded_draft(ledger::kMaxEventBytes)));
    ASSERT_FALSE(head.ok());
    EXPECT_EQ(head.error().code(), Code::too_large);
    EXPECT_TRUE(ledger.append(test::one(test::padded_draft(100))).ok());
}

TEST_F(JournalTest, StopsSellingOnANearlyFullDiskButClosesTheDay) {
    Journal ledger = create();
    json::Object body;
    body.set("float_minor", std::int64_t{20'000});
    ASSERT_TRUE(
        ledger.append(test::one({EventType::shift_opened, std::move(body), "S1", {}})).ok());
    till_.gauge.permille = 949;
    EXPECT_EQ(ledger.disk(), DiskLevel::nearly_full);
    ASSERT_TRUE(ledger.append(test::one(test::sale_draft(ledger.totals().value(), 500))).ok());
    till_.gauge.permille = 950;
    const auto refused = ledger.append(test::one(test::sale_draft(ledger.totals().value(), 500)));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), Code::disk_nearly_full);
    auto figures = ledger.counted().shift_figures("S1").value();
    figures->number = 1;
    std::vector<Draft> drafts = test::one({EventType::shift_closed, {}, "S1", {}});
    drafts.push_back({EventType::z_report, write_body(*figures), "S1", {}});
    EXPECT_TRUE(ledger.append(drafts).ok());
}

TEST(DiskLevel, ChangesAtItsMarks) {
    EXPECT_EQ(disk_level(699), DiskLevel::plenty);
    EXPECT_EQ(disk_level(700), DiskLevel::filling);
    EXPECT_EQ(disk_level(850), DiskLevel::nearly_full);
    EXPECT_EQ(disk_level(950), DiskLevel::stop);
}

TEST_F(JournalTest, RefusesAClockBeforeItsTime) {
    till_.clock.set({test::kMorning.unix_ms - 1});
    const auto made = Journal::create(paths_, till_.world(), till_.certificates);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code(), Code::clock_before_build);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(JournalTest, RecordsThatTheClockWasSet) {
    Journal ledger = create();
    till_.clock.advance(1000);
    ASSERT_TRUE(ledger.append(test::one(test::padded_draft(1))).ok());
    till_.clock.set({till_.clock.now().unix_ms + 3'600'000});
    ASSERT_TRUE(ledger.append(test::one(test::padded_draft(1))).ok());
    till_.clock.set({till_.clock.now().unix_ms - 7'200'000});
    ASSERT_TRUE(ledger.append(test::one(test::padded_draft(1))).ok());
    const auto all = rows();
    ASSERT_EQ(all.size(), 6u);
    EXPECT_EQ(type_of(all[2]), "clock_stepped");
    EXPECT_NE(all[2].bytes.find("\"step_ms\":3600000"), std::string::npos);
    EXPECT_EQ(type_of(all[4]), "clock_stepped");
}

TEST_F(JournalTest, NeverDatesAnEventBeforeItsTime) {
    Journal ledger = create();
    till_.clock.set({0});
    ASSERT_TRUE(ledger.append(test::one(test::padded_draft(1))).ok());
    EXPECT_NE(rows().back().bytes.find(base::to_rfc3339(test::kMorning)), std::string::npos);
}

TEST_F(JournalTest, SellsOnWhileTheSignerIsDownAndVouchesLater) {
    {
        Journal ledger = create();
        till_.signer.fails = true;
        for (int i = 0; i < 3; ++i)
            ASSERT_TRUE(
                ledger.append(test::one(test::sale_draft(ledger.totals().value(), 500))).ok());
        EXPECT_TRUE(ledger.signer_down());
    }
    auto ledger = Journal::open(paths_, till_.world());
    ASSERT_TRUE(ledger.ok()) << ledger.error().line();
    EXPECT_TRUE(ledger.value().signer_down());
    till_.signer.fails = false;
    ASSERT_TRUE(ledger.value()
                    .append(test::one(test::sale_draft(ledger.value().totals().value(), 500)))
                    .ok());
    EXPECT_FALSE(ledger.value().signer_down());
    const auto all = rows();
    ASSERT_EQ(all.size(), 7u);
    EXPECT_EQ(type_of(all[1]), "signer_failed");
    EXPECT_FALSE(all[4].is_signed);
    EXPECT_EQ(type_of(all[5]), "signer_recovered");
    EXPECT_NE(all[5].bytes.find("\"first\":2,\"last\":5"), std::string::npos);
    EXPECT_TRUE(ledger.value().check_all().ok());
}

TEST(JournalOnASoundDisk, SyncsOnceForEachAppend) {
    test::SimulatedDisk disk;
    test::TestTill till;
    auto made = Journal::create({"j.db", "j.mark", disk.vfs()}, till.world(), till.certificates);
    ASSERT_TRUE(made.ok());
    const std::int64_t before = disk.syncs();
    for (int i = 0; i < 20; ++i) {
        const auto totals = made.value().totals();
        ASSERT_TRUE(made.value().append(test::one(test::sale_draft(totals.value(), 100))).ok());
    }
    EXPECT_EQ(disk.syncs() - before, 20);
}

TEST(JournalOnAFullDisk, LosesNothingAndGoesOnWhenThereIsRoom) {
    test::SimulatedDisk disk;
    test::TestTill till;
    auto made = Journal::create({"j.db", "j.mark", disk.vfs()}, till.world(), till.certificates);
    ASSERT_TRUE(made.ok());
    Journal& ledger = made.value();
    ASSERT_TRUE(ledger.append(test::one(test::padded_draft(10))).ok());
    disk.break_at(1, test::DiskFault::full);
    const auto refused = ledger.append(test::one(test::padded_draft(5000)));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), Code::disk_full);
    EXPECT_EQ(ledger.head().seq, 2);
    disk.mend();
    EXPECT_TRUE(ledger.append(test::one(test::padded_draft(5000))).ok());
    EXPECT_TRUE(ledger.check_all().ok());
}

TEST(JournalOnAFailingDisk, RefusesToGoOnUntilItIsOpenedAnew) {
    test::SimulatedDisk disk;
    test::TestTill till;
    auto made = Journal::create({"j.db", "j.mark", disk.vfs()}, till.world(), till.certificates);
    ASSERT_TRUE(made.ok());
    disk.break_at(1, test::DiskFault::lost_sync);
    for (int i = 0; i < 2; ++i) {
        const auto refused = made.value().append(test::one(test::padded_draft(10)));
        ASSERT_FALSE(refused.ok());
        EXPECT_EQ(refused.error().code(), Code::io_failed);
    }
}

// After a failed sync the system shows pages that the disk never got, and keeps an older log there.
TEST(JournalOnAFailingDisk, KeepsThroughAPowerCutWhatItShowedWhenOpened) {
    test::SimulatedDisk disk;
    test::TestTill till;
    std::mt19937_64 random(1);
    const Paths paths{"j.db", "j.mark", disk.vfs()};
    {
        auto made = Journal::create(paths, till.world(), till.certificates);
        ASSERT_TRUE(made.ok());
        disk.break_at(1, test::DiskFault::lost_sync);
        ASSERT_FALSE(made.value().append(test::one(test::padded_draft(10))).ok());
        disk.stop();
    }
    disk.restart(test::Survival::all, random);
    Head shown;
    {
        auto opened = Journal::open(paths, till.world());
        ASSERT_TRUE(opened.ok());
        shown = opened.value().head();
        EXPECT_EQ(shown.seq, 2);
        disk.stop();
    }
    disk.restart(test::Survival::none, random);
    auto again = Journal::open(paths, till.world());
    ASSERT_TRUE(again.ok()) << again.error().line();
    EXPECT_EQ(again.value().head().seq, shown.seq);
}

// Whatever a disk does to the stored bytes: the journal says so, or nothing that counts has
// changed.
TEST(JournalOnARottenDisk, NeverShowsAChangedEventAsWhole) {
    test::SimulatedDisk disk;
    test::TestTill till;
    const Paths paths{"j.db", "j.mark", disk.vfs()};
    std::string head;
    {
        auto made = Journal::create(paths, till.world(), till.certificates);
        ASSERT_TRUE(made.ok());
        for (int i = 0; i < 6; ++i)
            ASSERT_TRUE(made.value()
                            .append(test::one(test::sale_draft(made.value().totals().value(), 100)))
                            .ok());
        head = base::to_hex(made.value().head().hash);
    }
    const base::Bytes sound = disk.contents("j.db");
    std::mt19937_64 random(5);
    int reported = 0;
    for (int i = 0; i < 300; ++i) {
        base::Bytes& bytes = disk.contents("j.db");
        bytes = sound;
        bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1u << (random() % 8));
        auto opened = Journal::open(paths, till.world());
        if (!opened.ok() || !opened.value().check_all().ok()) {
            ++reported;
            continue;
        }
        EXPECT_EQ(base::to_hex(opened.value().head().hash), head);
    }
    // Most of the pages hold nothing yet.
    EXPECT_GT(reported, 20);
}

}  // namespace
}  // namespace counterfoil::journal
