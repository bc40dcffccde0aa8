#include <gtest/gtest.h>

#include <map>
#include <random>

#include "firmware/journal/reader.h"
#include "tests/support/pruning.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::journal {
namespace {

using test::DiskFault;
using test::SimulatedDisk;
using test::Survival;

// A till whose disk breaks while it prunes, from one and the same state each time: 40 events may
// go, sales among them.
class PruneCrash : public testing::TestWithParam<DiskFault> {
  protected:
    PruneCrash() {
        SimulatedDisk disk;
        {
            auto made = Journal::create(paths(disk), till_.world(), till_.certificates);
            EXPECT_TRUE(made.ok());
            Journal& journal = made.value();
            for (int i = 0; i < 20; ++i)
                EXPECT_TRUE(
                    journal.append(test::one(test::sale_draft(journal.totals().value(), 500)))
                        .ok());
            fill(journal, 1019);
            till_.clock.advance(100 * kDayMs);
            wish_ = {receipt_for(journal, 1035, till_.clock.now()), 90, 0};
            expected_ = journal.dump_projections().value();
        }
        for (const auto& [path, file] : disk.files()) state_[path] = file.visible;
    }

    static Paths paths(const SimulatedDisk& disk) { return {"j.db", "j.mark", disk.vfs()}; }

    // False: the pruning came through before the disk broke.
    bool prune_breaking_at(SimulatedDisk& disk, std::int64_t operation) {
        for (const auto& [path, bytes] : state_) disk.contents(path) = bytes;
        for (auto& [path, file] : disk.files()) file.durable = file.visible;
        auto opened = Journal::open(paths(disk), till_.world());
        EXPECT_TRUE(opened.ok()) << opened.error().line();
        disk.break_at(operation, GetParam());
        const auto done = prune_all(opened.value(), wish_);
        EXPECT_TRUE(done.ok() || disk.broke()) << done.error().line();
        return disk.broke();
    }

    // The same for a file that is made smaller after all its events but the last 1,000 have gone.
    bool compact_breaking_at(SimulatedDisk& disk, std::int64_t operation) {
        for (const auto& [path, bytes] : state_) disk.contents(path) = bytes;
        for (auto& [path, file] : disk.files()) file.durable = file.visible;
        auto opened = Journal::open(paths(disk), till_.world());
        EXPECT_TRUE(opened.ok()) << opened.error().line();
        disk.break_at(operation, GetParam());
        const auto done = opened.value().compact();
        EXPECT_TRUE(done.ok() || disk.broke()) << done.error().line();
        return disk.broke();
    }
    // Of which a quarter is pruned.
    void prune_much() {
        SimulatedDisk disk;
        for (const auto& [path, bytes] : state_) disk.contents(path) = bytes;
        auto opened = Journal::open(paths(disk), till_.world());
        fill(opened.value(), 400);
        till_.clock.advance(100 * kDayMs);
        wish_ = {receipt_for(opened.value(), 1440, till_.clock.now()), 90, 0};
        EXPECT_EQ(prune_all(opened.value(), wish_).value().events, 440);
        expected_ = opened.value().dump_projections().value();
        head_ = 1440;
        for (const auto& [path, file] : disk.files()) state_[path] = file.visible;
    }

    void expect_whole(Journal& journal) {
        EXPECT_EQ(journal.dump_projections().value(), expected_);
        const auto rebuilt = journal.rebuild_projections();
        EXPECT_TRUE(rebuilt.ok()) << rebuilt.error().line();
        EXPECT_EQ(journal.dump_projections().value(), expected_);
        EXPECT_EQ(journal.head().seq, head_);
        EXPECT_LE(journal.base().seq, wish_.receipt->seq);
        std::int64_t next = journal.base().seq + 1;
        EXPECT_TRUE(journal
                        .visit(1,
                               [&](const StoredEvent& event) {
                                   EXPECT_EQ(event.seq, next++);
                                   return base::Status();
                               })
                        .ok());
        EXPECT_EQ(next, head_ + 1);
    }

    test::TestTill till_;
    PruneWish wish_;
    std::string expected_;
    std::int64_t head_ = 1040;
    std::map<std::string, base::Bytes> state_;
};

// Every write point is tried until the pruning gets through unharmed.
TEST_P(PruneCrash, LosesNothingThatNoReceiptCoversAndCountsTheSame) {
    std::mt19937_64 random(11);
    int removed = 0;
    for (std::int64_t operation = 1;; ++operation) {
        SimulatedDisk disk;
        if (!prune_breaking_at(disk, operation)) break;
        disk.restart(static_cast<Survival>(random() % 4), random);
        auto opened = Journal::open(paths(disk), till_.world());
        ASSERT_TRUE(opened.ok()) << "operation " << operation << ": " << opened.error().line();
        removed += opened.value().base().seq > 0 ? 1 : 0;
        expect_whole(opened.value());
        const auto again = prune_all(opened.value(), wish_);
        ASSERT_TRUE(again.ok()) << "operation " << operation << ": " << again.error().line();
        EXPECT_EQ(opened.value().base().seq, 40);
        ASSERT_FALSE(HasFailure()) << "operation " << operation;
        if (operation % 40 == 0) {
            const auto whole = opened.value().check_all();
            ASSERT_TRUE(whole.ok()) << "operation " << operation << ": " << whole.error().line();
        }
    }
    // Some broke behind the journal's own commit.
    EXPECT_GT(removed, 0);
}

// Of that, which writes all anew, write points here and there.
TEST_P(PruneCrash, LosesNothingWhileTheFileIsMadeSmaller) {
    prune_much();
    std::mt19937_64 random(12);
    int left = 0;
    int broken = 0;
    for (std::int64_t operation = 1;; operation += 1 + static_cast<std::int64_t>(random() % 60)) {
        SimulatedDisk disk;
        if (!compact_breaking_at(disk, operation)) break;
        disk.restart(static_cast<Survival>(random() % 4), random);
        auto opened = Journal::open(paths(disk), till_.world());
        ASSERT_TRUE(opened.ok()) << "operation " << operation << ": " << opened.error().line();
        expect_whole(opened.value());
        const auto again = opened.value().compact();
        ASSERT_TRUE(again.ok()) << "operation " << operation << ": " << again.error().line();
        left += again.value() > 0 ? 1 : 0;
        ASSERT_FALSE(HasFailure()) << "operation " << operation;
        if (++broken % 8 != 1) continue;
        const auto whole = opened.value().check_all();
        ASSERT_TRUE(whole.ok()) << "operation " << operation << ": " << whole.error().line();
    }
    EXPECT_GT(broken, 5);
    EXPECT_GT(left, 0);
}

INSTANTIATE_TEST_SUITE_P(Faults, PruneCrash,
                         testing::Values(DiskFault::crash, DiskFault::torn_crash,
                                         DiskFault::io_error, DiskFault::lost_sync,
                                         DiskFault::full));

}  // namespace
}  // namespace counterfoil::journal
