#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <random>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/journal/mark.h"
#include "firmware/journal/reader.h"
#include "firmware/journal/unsynced.h"
#include "tests/firmware/journal/seeded_shop.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::journal {
namespace {

using base::Code;

// A ledger of 2200 old events that the centre has signed for, the genesis and a sale among them.
class PruneTest : public testing::Test {
  protected:
    // Made once, and copied for each test.
    static void SetUpTestSuite() {
        made_ = std::make_unique<test::TemporaryFolder>();
        test::TestTill till;
        auto made = Journal::create(Paths::in(made_->path()), till.world(), till.certificates);
        ASSERT_TRUE(made.ok());
        const auto totals = made.value().totals().value();
        ASSERT_TRUE(made.value().append(test::one(test::sale_draft(totals, 500))).ok());
        fill(made.value(), 2198);
    }
    static void TearDownTestSuite() { made_.reset(); }

    PruneTest() {
        std::filesystem::copy(made_->path(), folder_.path());
        till_.clock.advance(100 * kDayMs);
        reopen();
        wish_ = {receipt(2200), 90, 0};
    }

    ledger::Receipt receipt(std::int64_t seq) {
        return receipt_for(*journal_, seq, till_.clock.now());
    }
    // How many went, and why no more.
    std::string pruned(const PruneWish& wish) {
        const auto all = prune_all(*journal_, wish);
        if (!all.ok()) return std::string(base::code_name(all.error().code()));
        return std::to_string(all.value().events) + " " +
               std::string(kept_for_name(all.value().kept_for));
    }
    void reopen() {
        journal_.reset();
        auto opened = Journal::open(paths_, till_.world());
        ASSERT_TRUE(opened.ok()) << opened.error().line();
        journal_.emplace(std::move(opened).value());
    }
    int run_sql(const std::filesystem::path& path, const std::string& sql) {
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
        const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
        sqlite3_close(database);
        return code;
    }
    std::string exported() {
        auto reader = JournalReader::open(paths_.database);
        std::ostringstream out;
        EXPECT_TRUE(reader.value().write_export(out).ok());
        return out.str();
    }
    Code check_error() {
        const auto checked = journal_->check_all();
        EXPECT_FALSE(checked.ok());
        EXPECT_FALSE(journal_->rebuild_projections().ok());
        return checked.ok() ? Code::refused : checked.error().code();
    }

    static inline std::unique_ptr<test::TemporaryFolder> made_;
    test::TemporaryFolder folder_;
    Paths paths_ = Paths::in(folder_.path());
    test::TestTill till_;
    std::optional<Journal> journal_;
    PruneWish wish_;
};

TEST_F(PruneTest, RemovesWhatIsOldAndSignedForAndCountsItForEver) {
    const std::string held = journal_->dump_projections().value();
    const auto last_gone = journal_->find_event(1200).value();
    EXPECT_EQ(pruned(wish_), "1200 recent");
    EXPECT_EQ(journal_->base(), (ledger::Base{1200, ledger::event_hash(last_gone->bytes)}));
    EXPECT_FALSE(journal_->find_event(1200).value());
    EXPECT_TRUE(journal_->find_event(1201).value());
    EXPECT_EQ(journal_->dump_projections().value(), held);
    ASSERT_TRUE(journal_->rebuild_projections().ok());
    EXPECT_EQ(journal_->dump_projections().value(), held);
    reopen();
    const auto whole = journal_->check_all();
    EXPECT_TRUE(whole.ok()) << whole.error().line();
    EXPECT_EQ(journal_->totals().value().sales, 1);
    EXPECT_EQ(pruned(wish_), "0 recent");
}

TEST_F(PruneTest, GoesInStepsOfAHandful) {
    const auto first = journal_->prune(wish_);
    EXPECT_EQ(first.value().events, kPruneStep);
    EXPECT_TRUE(first.value().is_more);
    for (int step = 2; step <= 4; ++step)
        EXPECT_EQ(journal_->prune(wish_).value().events, kPruneStep);
    const auto last = journal_->prune(wish_);
    EXPECT_EQ(last.value().events, 200);
    EXPECT_FALSE(last.value().is_more);
    EXPECT_EQ(journal_->base().seq, 1200);
}

TEST_F(PruneTest, SellsOnBehindIt) {
    EXPECT_EQ(pruned(wish_), "1200 recent");
    ASSERT_TRUE(
        journal_->append(test::one(test::sale_draft(journal_->totals().value(), 700))).ok());
    reopen();
    EXPECT_TRUE(journal_->check_all().ok());
    EXPECT_EQ(journal_->totals().value().turnover_minor, 1200);
}

TEST_F(PruneTest, RemovesNothingWithoutAReceiptAboutThisLedger) {
    EXPECT_EQ(pruned({{}, 90, 0}), "0 receipt");
    PruneWish other = wish_;
    other.receipt->terminal = "T02";
    EXPECT_EQ(pruned(other), "0 receipt");
    other = wish_;
    other.receipt->epoch = 2;
    EXPECT_EQ(pruned(other), "0 receipt");
    other = wish_;
    other.receipt->head[31] ^= 1;
    EXPECT_EQ(pruned(other), "0 receipt");
    other = wish_;
    other.receipt->seq = 2201;
    EXPECT_EQ(pruned(other), "0 receipt");
    EXPECT_FALSE(std::filesystem::exists(paths_.base()));
}

TEST_F(PruneTest, RemovesNothingForAForgedReceipt) {
    const auto file = folder_ / "receipt";
    const auto centre_file = folder_ / "centre.pem";
    test::TestTill centre(7, "centre");
    ASSERT_TRUE(crypto::save_chain(centre_file, centre.certificates).ok());
    const auto keep = [&](crypto::Signer& signer) {
        const auto text = ledger::write_receipt(receipt(2200), signer).value();
        ASSERT_TRUE(base::replace_file(file, text, base::Readers::everyone).ok());
    };
    keep(till_.key);
    EXPECT_EQ(pruned({read_kept_receipt(file, centre_file), 90, 0}), "0 receipt");
    keep(centre.key);
    EXPECT_EQ(pruned({read_kept_receipt(file, centre_file), 90, 0}), "1200 recent");
}

TEST_F(PruneTest, KeepsWhatNoReceiptCovers) {
    wish_.receipt = receipt(333);
    EXPECT_EQ(pruned(wish_), "333 receipt");
    EXPECT_EQ(journal_->base().seq, 333);
}

TEST_F(PruneTest, KeepsWhatIsNotOldEnough) {
    wish_.keep_days = 101;
    EXPECT_EQ(pruned(wish_), "0 age");
    wish_.keep_days = 0;
    EXPECT_EQ(pruned(wish_), "0 age");
    // A till whose clock runs a year ahead asks the receipt what day it is.
    wish_.keep_days = 90;
    wish_.receipt->server_time = {test::kMorning.unix_ms + 80 * kDayMs};
    EXPECT_EQ(pruned(wish_), "0 age");
}

TEST_F(PruneTest, EndsBeforeTheFirstYoungEvent) {
    fill(*journal_, 2000);
    wish_.receipt = receipt(4200);
    EXPECT_EQ(pruned(wish_), "2200 age");
}

TEST_F(PruneTest, KeepsAShiftUntilItsReportIsMade) {
    json::Object body;
    body.set("float_minor", std::int64_t{20'000});
    ASSERT_TRUE(
        journal_->append(test::one({ledger::EventType::shift_opened, std::move(body), "S1", {}}))
            .ok());
    fill(*journal_, 1500);
    till_.clock.advance(100 * kDayMs);
    wish_.receipt = receipt(3701);
    EXPECT_EQ(pruned(wish_), "2200 shift");
    ASSERT_TRUE(journal_->append(test::one({ledger::EventType::shift_closed, {}, "S1", {}})).ok());
    EXPECT_EQ(pruned(wish_), "0 shift");
    report(*journal_, "S1");
    EXPECT_EQ(pruned(wish_), "503 recent");
}

TEST_F(PruneTest, KeepsWhatItsUserNeeds) {
    wish_.needed_from = 100;
    EXPECT_EQ(pruned(wish_), "99 need");
}

// The run of unsigned events is longer than a step.
TEST_F(PruneTest, NeverPartsUnsignedEventsFromWhatVouchesForThem) {
    till_.signer.fails = true;
    fill(*journal_, 600);
    till_.clock.advance(100 * kDayMs);
    fill(*journal_, 1200);
    wish_.receipt = receipt(3500);
    EXPECT_EQ(pruned(wish_), "2200 signer");
    till_.signer.fails = false;
    fill(*journal_, 1200);
    till_.clock.advance(100 * kDayMs);
    wish_.receipt = receipt(journal_->head().seq);
    const std::int64_t before = journal_->base().seq;
    EXPECT_EQ(before, 2200);
    wish_.receipt = receipt(4000);
    EXPECT_EQ(pruned(wish_), "0 signer");
    wish_.receipt = receipt(journal_->head().seq);
    EXPECT_NE(pruned(wish_).substr(0, 2), "0 ");
    reopen();
    const auto whole = journal_->check_all();
    EXPECT_TRUE(whole.ok()) << whole.error().line();
}

// Its sync daemon goes on reading meanwhile.
TEST_F(PruneTest, GivesTheRoomOfWhatWentBackToTheDisk) {
    const auto file_size = [&] {
        return static_cast<std::int64_t>(std::filesystem::file_size(paths_.database));
    };
    auto reader = JournalReader::open(paths_.database);
    EXPECT_EQ(journal_->compact().value(), 0);
    EXPECT_EQ(pruned(wish_), "1200 recent");
    const std::string held = journal_->dump_projections().value();
    const std::int64_t before = file_size();
    const auto freed = journal_->compact();
    ASSERT_TRUE(freed.ok()) << freed.error().line();
    EXPECT_GT(freed.value(), before / 3);
    EXPECT_EQ(file_size(), before - freed.value());
    EXPECT_EQ(journal_->compact().value(), 0);
    EXPECT_EQ(reader.value().base().value(), journal_->base());
    EXPECT_TRUE(reader.value().find(1201).value());
    reopen();
    EXPECT_EQ(journal_->dump_projections().value(), held);
    EXPECT_TRUE(journal_->check_all().ok());
    EXPECT_EQ(run_sql(paths_.database, "DELETE FROM event WHERE seq = 1201"), SQLITE_CONSTRAINT);
    fill(*journal_, 1);
    EXPECT_EQ(reader.value().last_seq().value(), 2201);
}

TEST_F(PruneTest, LeavesTheFileAsItIsWhereTheDiskHasNotTheRoom) {
    EXPECT_EQ(pruned(wish_), "1200 recent");
    const auto before = std::filesystem::file_size(paths_.database);
    till_.gauge.bytes = static_cast<std::int64_t>(before / 2);
    const auto done = journal_->compact();
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code(), Code::disk_nearly_full);
    EXPECT_EQ(std::filesystem::file_size(paths_.database), before);
    fill(*journal_, 1);
}

TEST_F(PruneTest, LetsNobodyRemoveOrMoveAnythingElse) {
    EXPECT_EQ(pruned(wish_), "1200 recent");
    journal_.reset();
    for (const char* sql :
         {"DELETE FROM event WHERE seq = 1201", "DELETE FROM event WHERE seq = 2200",
          "DELETE FROM base", "UPDATE base SET seq = 1199", "UPDATE base SET seq = 1200",
          "UPDATE event SET bytes = 'x'"})
        EXPECT_EQ(run_sql(paths_.database, sql), SQLITE_CONSTRAINT) << sql;
}

TEST_F(PruneTest, TakesOverAFilledJournalOfTheVersionBefore) {
    const std::string held = journal_->dump_projections().value();
    journal_.reset();
    ASSERT_EQ(run_sql(paths_.database,
                      "DROP TABLE base; DROP TRIGGER event_remains; "
                      "CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT "
                      "RAISE(ABORT, 'an event cannot be removed'); END; PRAGMA user_version = 1"),
              SQLITE_OK);
    {
        auto reader = JournalReader::open(paths_.database);
        EXPECT_EQ(reader.value().base().value(), ledger::Base{});
        reopen();
        // Who has it open meanwhile goes on.
        EXPECT_EQ(reader.value().base().value(), ledger::Base{});
        EXPECT_EQ(pruned(wish_), "1200 recent");
        EXPECT_EQ(reader.value().base().value(), journal_->base());
    }
    EXPECT_EQ(journal_->dump_projections().value(), held);
    EXPECT_TRUE(journal_->check_all().ok());
}

TEST_F(PruneTest, SaysThatItsBaseFileIsMissingAndSellsOn) {
    EXPECT_EQ(pruned(wish_), "1200 recent");
    journal_.reset();
    std::filesystem::remove(paths_.base());
    reopen();
    EXPECT_EQ(check_error(), Code::corrupt);
    ASSERT_TRUE(
        journal_->append(test::one(test::sale_draft(journal_->totals().value(), 700))).ok());
    fill(*journal_, 500);
    till_.clock.advance(100 * kDayMs);
    wish_.receipt = receipt(2700);
    EXPECT_EQ(pruned(wish_), "corrupt");
    EXPECT_EQ(journal_->base().seq, 1200);
}

TEST_F(PruneTest, BelievesNoDamagedBaseFile) {
    EXPECT_EQ(pruned(wish_), "1200 recent");
    journal_.reset();
    const auto sound = base::read_file(paths_.base(), 1 << 20).value();
    const auto plant = [&](const std::string& sql) {
        ASSERT_TRUE(base::replace_file(paths_.base(), sound, base::Readers::everyone).ok());
        ASSERT_EQ(run_sql(paths_.base(), sql), SQLITE_OK);
        reopen();
    };
    plant("UPDATE total SET turnover_minor = 1");
    EXPECT_EQ(journal_->check_all().error().code(), Code::corrupt);
    plant("UPDATE total SET applied_seq = 1199");
    EXPECT_EQ(check_error(), Code::corrupt);
    plant("UPDATE identity SET incarnation = '01930000-0000-7000-8000-000000000009'");
    EXPECT_EQ(check_error(), Code::corrupt);
    plant("DROP TRIGGER base_rises; UPDATE base SET head = zeroblob(32)");
    EXPECT_EQ(check_error(), Code::corrupt);
    plant(
        "DROP TRIGGER base_rises; UPDATE base SET seq = 1100; UPDATE total SET applied_seq = 1100");
    EXPECT_NE(journal_->check_all().error().message().find("stands at event 1100"),
              std::string::npos);
    EXPECT_EQ(check_error(), Code::corrupt);
    std::ofstream(paths_.base(), std::ios::trunc) << std::string(8192, 'x');
    EXPECT_EQ(check_error(), Code::corrupt);
    ASSERT_TRUE(base::replace_file(paths_.base(), sound, base::Readers::everyone).ok());
    EXPECT_TRUE(journal_->check_all().ok());
}

TEST_F(PruneTest, CountsNoAlteredEventIntoTheBase) {
    journal_.reset();
    ASSERT_EQ(run_sql(paths_.database,
                      "DROP TRIGGER event_stays; UPDATE event SET bytes = replace(bytes, "
                      "'\"prev\":\"', '\"prev\":\"0') WHERE seq = 700"),
              SQLITE_OK);
    reopen();
    EXPECT_EQ(pruned(wish_), "malformed");
    EXPECT_EQ(journal_->base().seq, 500);
}

TEST_F(PruneTest, AChainThatDoesNotFitItsBaseIsReported) {
    const auto before = ledger::event_hash(journal_->find_event(1999).value()->bytes);
    EXPECT_EQ(pruned(wish_), "1200 recent");
    journal_.reset();
    ASSERT_EQ(
        run_sql(paths_.database, "DROP TRIGGER base_rises; UPDATE base SET head = zeroblob(32)"),
        SQLITE_OK);
    // It is before the tail that opening looks at.
    reopen();
    EXPECT_EQ(check_error(), Code::corrupt);
    journal_.reset();
    ASSERT_EQ(run_sql(paths_.database,
                      "DROP TRIGGER event_remains; DELETE FROM event WHERE seq < 2000; "
                      "UPDATE base SET seq = 1999"),
              SQLITE_OK);
    const auto opened = Journal::open(paths_, till_.world());
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::corrupt);
    const std::string right = "UPDATE base SET head = x'" + base::to_hex(before) + "'";
    ASSERT_EQ(run_sql(paths_.database, right), SQLITE_OK);
    reopen();
}

TEST_F(PruneTest, AMarkThatLaggedBehindTheBaseIsNoOldCopy) {
    const auto then = journal_->find_event(600).value();
    EXPECT_EQ(pruned(wish_), "1200 recent");
    journal_.reset();
    const auto incarnation = JournalReader::open(paths_.database).value().incarnation();
    std::filesystem::remove(paths_.mark);
    auto mark = MarkFile::create(paths_.mark, nullptr, incarnation);
    ASSERT_TRUE(mark.value().advance(600, ledger::event_hash(then->bytes)).ok());
    reopen();
}

TEST_F(PruneTest, ExportsWhatIsThereBehindItsBase) {
    EXPECT_EQ(pruned(wish_), "1200 recent");
    const std::string text = exported();
    EXPECT_NE(text.find('\n' + ledger::write_base(journal_->base()) + '\n'), text.npos);
    ledger::VerifyOptions options;
    options.head = journal_->head().hash;
    options.receipt = receipt(2200);
    std::istringstream in(text);
    const auto verdict = ledger::verify_export(in, options);
    const auto* summary = std::get_if<ledger::Summary>(&verdict);
    ASSERT_NE(summary, nullptr);
    EXPECT_EQ(summary->events, 1000);
    EXPECT_EQ(summary->base, journal_->base());
}

TEST_F(PruneTest, CountsAsUnsyncedWhatIsBehindTheBaseAtMost) {
    const auto at_base = receipt(1200);
    const auto before = receipt(1100);
    EXPECT_EQ(pruned(wish_), "1200 recent");
    auto reader = JournalReader::open(paths_.database);
    const auto both = [&](const std::optional<ledger::Receipt>& about) {
        const std::int64_t count = count_unsynced(*journal_, about).value().count;
        EXPECT_EQ(count_unsynced(reader.value(), about).value().count, count);
        return count;
    };
    EXPECT_EQ(both(receipt(2000)), 200);
    EXPECT_EQ(both(at_base), 1000);
    EXPECT_EQ(both(before), 1000);
    EXPECT_EQ(both({}), 1000);
    EXPECT_TRUE(count_unsynced(*journal_, {}).value().oldest);
}

// Two tills live the same days; one is pruned now and then.
class PruneStory : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PruneStory, CountsWhatAJournalThatWasNeverPrunedCounts) {
    struct Till {
        explicit Till(std::uint64_t seed) : till(seed) {
            auto made =
                Journal::create({"j.db", "j.mark", disk.vfs()}, till.world(), till.certificates);
            EXPECT_TRUE(made.ok());
            journal.emplace(std::move(made).value());
            shop.emplace(seed, *journal, till.clock);
        }
        test::SimulatedDisk disk;
        test::TestTill till;
        std::optional<Journal> journal;
        std::optional<SeededShop> shop;
    };
    Till pruned(GetParam());
    Till whole(GetParam());
    Journal& one = *pruned.journal;
    Journal& other = *whole.journal;
    std::mt19937_64 random(GetParam());
    std::int64_t gone = 0;
    while (one.head().seq < 1900) {
        for (std::uint64_t i = 0; i < 40 + random() % 80; ++i) {
            pruned.shop->next();
            whole.shop->next();
        }
        const std::int64_t head = one.head().seq;
        const std::int64_t left = head - one.base().seq;
        const auto seq =
            head - static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(left));
        const PruneWish wish{receipt_for(one, seq, pruned.till.clock.now()), 1, 0};
        const auto all = prune_all(one, wish);
        ASSERT_TRUE(all.ok()) << all.error().line();
        gone += all.value().events;
        ASSERT_EQ(one.dump_projections().value(), other.dump_projections().value());
        if (random() % 4 != 0) continue;
        ASSERT_TRUE(one.rebuild_projections().ok());
        ASSERT_EQ(one.dump_projections().value(), other.dump_projections().value());
    }
    EXPECT_GT(gone, 300);
    EXPECT_EQ(one.head().hash, other.head().hash);
    const auto checked = one.check_all();
    EXPECT_TRUE(checked.ok()) << checked.error().line();
}

INSTANTIATE_TEST_SUITE_P(Seeds, PruneStory, testing::Range<std::uint64_t>(1, 4));

}  // namespace
}  // namespace counterfoil::journal
