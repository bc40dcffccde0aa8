#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/sim/ingest_day.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::ingest {
namespace {

using test::DiskFault;
using test::IngestDay;
using test::SimulatedDisk;
using test::Survival;
using Step = SimulatedDisk::Step;

constexpr std::string_view kLog = "centre.db-wal";

bool is_written(const std::vector<Step>& steps) {
    return std::ranges::any_of(steps, [](const Step& step) {
        return step.path == kLog && step.kind == Step::Kind::write;
    });
}

// Whether the log's last write, if there is any, is followed by a sync that succeeded.
bool is_all_synced(const std::vector<Step>& steps) {
    bool is_synced = true;
    for (const Step& step : steps) {
        if (step.path != kLog) continue;
        if (step.kind == Step::Kind::write) is_synced = false;
        if (step.kind == Step::Kind::sync && step.is_done) is_synced = true;
    }
    return is_synced;
}

// Signs, and notes at each signature what was done to the disk until then.
class WatchingSigner final : public crypto::Signer {
  public:
    WatchingSigner(crypto::Signer& signer, const std::vector<Step>& steps)
        : signer_(signer), steps_(steps) {}

    base::Result<crypto::Signature> sign(const crypto::Digest& digest) override {
        ++signatures;
        if (!is_all_synced(steps_)) ++too_early;
        return signer_.sign(digest);
    }
    const crypto::PublicKey& public_key() const override { return signer_.public_key(); }

    int signatures = 0;
    int too_early = 0;

  private:
    crypto::Signer& signer_;
    const std::vector<Step>& steps_;
};

// A centre on a disk in memory, which takes in a day.
class DurableTest : public testing::Test {
  protected:
    DurableTest() { begin(); }

    // With an empty disk.
    void begin() {
        stop();
        disk_.emplace();
        disk_->note_steps(&steps_);
        open_database();
        ASSERT_TRUE(day_.prepare(*database_).ok());
        start();
    }
    void start() {
        stop();
        open_database();
        reception_.emplace(Reception::open(day_.centre(*database_, signer_)).value());
        steps_.clear();
    }
    void open_database() {
        database_ = store::SqliteDatabase::open("centre.db", disk_->vfs()).value();
    }
    void stop() {
        reception_.reset();
        database_.reset();
    }
    // The process ends without a word, and perhaps the machine with it.
    void end(Survival survival) {
        disk_->stop();
        stop();
        disk_->restart(survival, random_);
    }
    bool take(std::size_t group) { return day_.take(*reception_, group).ok(); }

    IngestDay day_{5};
    std::mt19937_64 random_{5};
    std::vector<Step> steps_;
    WatchingSigner signer_{day_.key(), steps_};
    std::optional<SimulatedDisk> disk_;
    std::unique_ptr<store::Database> database_;
    std::optional<Reception> reception_;
};

TEST_F(DurableTest, AReceiptIsSignedAndGivenOnlyAfterTheLastWriteWasSynced) {
    for (std::size_t group = 0; group < day_.groups(); ++group) {
        steps_.clear();
        const auto promised = day_.take(*reception_, group).value();
        if (day_.is_after(*database_, group)) continue;  // nothing of it was new
        ASSERT_FALSE(promised.empty());
        ASSERT_TRUE(is_written(steps_)) << "group " << group;
        ASSERT_TRUE(is_all_synced(steps_)) << "group " << group;
        ASSERT_TRUE(disk_->files().at(std::string(kLog)).unsynced.empty()) << "group " << group;
    }
    EXPECT_GT(signer_.signatures, 3);
    EXPECT_EQ(signer_.too_early, 0);
}

// So that it is known to be able to fail.
TEST_F(DurableTest, TheProofSeesACommitThatIsNotSynced) {
    ASSERT_TRUE(database_->execute("PRAGMA synchronous=NORMAL").ok());
    ASSERT_TRUE(take(0));
    ASSERT_TRUE(day_.is_after(*database_, 1));
    EXPECT_FALSE(is_all_synced(steps_));
    EXPECT_EQ(signer_.too_early, signer_.signatures);
    end(Survival::none);
    start();
    EXPECT_TRUE(day_.is_after(*database_, 0));
}

TEST_F(DurableTest, WhatHasAReceiptOutlivesEveryPowerCut) {
    for (std::size_t group = 0; group < day_.groups(); ++group) {
        ASSERT_TRUE(take(group));
        end(Survival::none);
        start();
        ASSERT_TRUE(day_.is_after(*database_, group + 1)) << "group " << group;
    }
}

// A sync that fails forgets what it should have kept, and reads go on to show it: what is found
// there after a start must be made durable before anything is said about it.
TEST_F(DurableTest, WhatAFailedSyncLeftBehindIsNotTakenForDurable) {
    // The first two are the log's header and its own sync.
    disk_->break_at(3, DiskFault::lost_sync);
    ASSERT_FALSE(take(0));
    end(Survival::all);
    start();
    ASSERT_TRUE(take(0)) << "now there are receipts";
    end(Survival::none);
    start();
    EXPECT_TRUE(day_.is_after(*database_, 1));
}

TEST_F(DurableTest, AReceiptThatCannotBeSignedIsGivenWhenItIsAskedForAgain) {
    test::FailingSigner failing(signer_);
    failing.fails = true;
    Reception mute = Reception::open(day_.centre(*database_, failing)).value();
    EXPECT_FALSE(day_.take(mute, 0).ok());
    EXPECT_TRUE(day_.is_after(*database_, 1));
    failing.fails = false;
    EXPECT_FALSE(day_.take(mute, 0).value().empty());
    EXPECT_TRUE(day_.is_after(*database_, 1));
}

class FailingDisk : public DurableTest, public testing::WithParamInterface<DiskFault> {};

// At every operation in turn: no receipt; and then all is taken once, whether the same process
// goes on or another one.
TEST_P(FailingDisk, MeansNoReceiptAndTheSameBatchesAreKeptOnce) {
    for (std::int64_t operation = 1;; ++operation) {
        begin();
        signer_.signatures = 0;
        disk_->break_at(operation, GetParam());
        const bool is_taken = take(0);
        if (!disk_->broke()) {
            EXPECT_TRUE(is_taken);
            EXPECT_GT(operation, 10) << "there are more writes than were tried";
            return;
        }
        // A sync needs no room.
        if (is_taken && GetParam() == DiskFault::full) continue;
        ASSERT_FALSE(is_taken) << "operation " << operation;
        ASSERT_EQ(signer_.signatures, 0) << "operation " << operation;
        if (operation % 2 == 0) {
            end(operation % 4 == 0 ? Survival::all : Survival::none);
            start();
        }
        disk_->mend();
        ASSERT_TRUE(day_.is_after(*database_, 0) || day_.is_after(*database_, 1));
        ASSERT_EQ(day_.give_all_again(*database_), std::nullopt) << "operation " << operation;
        end(Survival::none);
        start();
        ASSERT_TRUE(day_.is_after(*database_, day_.groups())) << "operation " << operation;
    }
}

INSTANTIATE_TEST_SUITE_P(Faults, FailingDisk,
                         testing::Values(DiskFault::io_error, DiskFault::short_write,
                                         DiskFault::lost_sync, DiskFault::full));

}  // namespace
}  // namespace counterfoil::ingest
