#include "daemon/aggregator/intake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/support/fleet.h"

namespace counterfoil::aggregator {
namespace {

// Its worker is held up in its first answer until it is let go; what it answers then is noted.
class IntakeTest : public testing::Test {
  protected:
    IntakeTest() {
        CF_CHECK(store::migrate(*database_, store::migrations()).ok());
        CF_CHECK(fleet_.provision(*database_).ok());
        reception_.emplace(ingest::Reception::open({*database_, key_.key, clock_}).value());
        ingest::Terminals terminals;
        CF_CHECK(terminals.load(*database_).ok());
        intake_ = std::make_unique<Intake>(Intake::World{
            *reception_, std::move(terminals), [this](auto answers) { note(answers); },
            [](const base::Error&) { CF_CHECK(false); }, [](Intake&) {}});
        offer("T1", "the first");
        held_up_.get_future().wait();
    }

    bool offer(const std::string& terminal, const std::string& payload) {
        return intake_->offer(terminal, base::Bytes(payload.begin(), payload.end())).empty();
    }
    // The terminals that are answered, a group after the other; waits until as many are.
    std::vector<std::string> let_go(std::size_t answers) {
        go_.set_value();
        std::unique_lock<std::mutex> lock(mutex_);
        CF_CHECK(changed_.wait_for(lock, std::chrono::seconds(60),
                                   [&] { return answered_.size() >= answers; }));
        return answered_;
    }

    test::TemporaryFolder folder_;
    test::Fleet fleet_{3, 1, 7};
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    std::unique_ptr<store::Database> database_{
        store::SqliteDatabase::open(folder_ / "centre.db").value()};
    std::optional<ingest::Reception> reception_;
    std::unique_ptr<Intake> intake_;

    std::size_t largest_group() {
        const std::lock_guard<std::mutex> lock(mutex_);
        return largest_group_;
    }

  private:
    void note(const std::vector<ingest::Outgoing>& answers) {
        if (!std::exchange(is_begun_, true)) {
            held_up_.set_value();
            return go_.get_future().wait();
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        for (const ingest::Outgoing& answer : answers) answered_.push_back(answer.terminal);
        largest_group_ = std::max(largest_group_, answers.size());
        changed_.notify_all();
    }

    bool is_begun_ = false;  // the worker's
    std::promise<void> held_up_;
    std::promise<void> go_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> answered_;
    std::size_t largest_group_ = 0;
};

TEST_F(IntakeTest, WhoSendsOneMessageDoesNotWaitForAThousandOfAnother) {
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(offer("T1", "rubbish"));
    ASSERT_TRUE(offer("T2", "rubbish"));
    ASSERT_TRUE(offer("T3", "rubbish"));
    const auto answered = let_go(1002);
    // But for what was examined before they came, and what is examined with them.
    const auto most = answered.begin() + 3 * Intake::kMostTogether;
    for (const char* name : {"T2", "T3"})
        EXPECT_NE(std::find(answered.begin(), most, name), most) << name;
    EXPECT_EQ(intake_->state().dropped, 0u);
    EXPECT_FALSE(intake_->noisiest());
}

// Not much is taken together, so that whoever comes then does not wait for long.
TEST_F(IntakeTest, WhatIsLargeIsTakenInSmallGroups) {
    const std::string large(60'000, 'x');
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(offer("T1", large));
    EXPECT_EQ(let_go(30).size(), 30u);
    EXPECT_EQ(largest_group(), 1 + Intake::kMostTogetherBytes / large.size());
}

TEST_F(IntakeTest, WhatIsTooMuchIsDroppedAndItsTerminalNamedOnce) {
    const std::string large(100'000, 'x');
    std::uint64_t dropped = 0;
    for (int i = 0; i < 150; ++i) dropped += offer("T1", large) ? 0U : 1U;
    ASSERT_TRUE(offer("T2", "rubbish"));
    const Intake::State state = intake_->state();
    EXPECT_GT(dropped, 10u);
    EXPECT_EQ(state.dropped, dropped);
    EXPECT_EQ(state.dropped_bytes, dropped * large.size());
    EXPECT_LE(state.waiting, 151 - dropped);
    EXPECT_LE(state.waiting_bytes, Intake::kMostWaiting.bytes_of_one + 2000);
    const auto noise = intake_->noisiest();
    ASSERT_TRUE(noise);
    EXPECT_EQ(noise->terminal, "T1");
    EXPECT_EQ(noise->messages, dropped);
    EXPECT_EQ(noise->bytes, dropped * large.size());
    EXPECT_FALSE(intake_->noisiest()) << "it was told";
    let_go(151 - dropped);
}

}  // namespace
}  // namespace counterfoil::aggregator
