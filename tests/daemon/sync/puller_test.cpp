#include "daemon/sync/puller.h"

#include <gtest/gtest.h>

#include <list>

#include "firmware/core/central/change.h"
#include "firmware/mirror/reader.h"
#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::sync {
namespace {

using mirror::sample_member;
using mirror::uuid_of;
using wire::Delta;
using wire::Pull;

class PullerTest : public testing::Test {
  protected:
    void SetUp() override { open(); }
    void open(std::int64_t epoch = 1) {
        puller_.reset();
        loader_.reset();
        loader_.emplace(mirror::Loader::open(shop_.database()).value());
        puller_.emplace(Puller::open({*loader_, clock_, {"T01", epoch}}).value());
    }

    Delta delta(const std::string& name, std::int64_t from, std::int64_t to, bool more,
                const std::vector<std::string>& rows) {
        kept_.push_back(rows);
        Delta made{name, from, to, more, {}, at(0), {kept_.back().begin(), kept_.back().end()}};
        if (name == "members" || name == "coupons") made.includes = wire::Place{"T01", 1, 9};
        return made;
    }
    static std::string staff(const std::string& id) {
        return central::write_line(mirror::sample_staff(id)).value();
    }
    static std::string member(std::uint8_t last, std::int64_t points) {
        mirror::Member row = sample_member(last);
        row.points = points;
        return central::write_line(row).value();
    }
    static base::WallTime at(std::int64_t s) { return test::at_second(test::kNowSeconds + s); }
    void hear(const wire::Versions& versions, std::int64_t s = 0) {
        ASSERT_TRUE(puller_->hear(versions, at(s)).ok());
    }
    std::string asked() {
        const auto pull = puller_->due();
        if (!pull) return "nothing";
        return pull->data_class + " " + std::to_string(pull->from);
    }
    base::WallTime made_at() { return loader_->meta().value().made_at; }

    mirror::Shop shop_;
    base::SettableClock clock_{at(0)};
    std::optional<mirror::Loader> loader_;
    std::optional<Puller> puller_;
    std::list<std::vector<std::string>> kept_;
};

TEST_F(PullerTest, AsksForOneClassAfterTheOtherInTheirOrder) {
    EXPECT_EQ(asked(), "nothing");
    EXPECT_FALSE(puller_->is_up_to_date());
    hear({{"centre", 1}, {"coupons", 7}, {"members", 5}, {"pulse", 1}, {"staff", 3}, {"news", 8}});
    EXPECT_EQ(asked(), "staff 0");
    EXPECT_EQ(asked(), "nothing");
    ASSERT_TRUE(puller_->take(delta("staff", 0, 3, false, {staff("anna")})).ok());
    EXPECT_EQ(asked(), "members 0");
    ASSERT_TRUE(puller_->take(delta("members", 0, 4, true, {member(1, 10)})).ok());
    EXPECT_EQ(asked(), "members 4");
    // Something that comes first has changed meanwhile; what is under way goes on.
    ASSERT_TRUE(puller_->hear(wire::Manifest{"settings", 6, {}, at(1)}).ok());
    ASSERT_TRUE(puller_->take(delta("members", 4, 5, false, {member(2, 20)})).ok());
    EXPECT_EQ(asked(), "settings 0");
    ASSERT_TRUE(puller_->take(delta("settings", 0, 6, false, {})).ok());
    EXPECT_EQ(asked(), "coupons 0");
    EXPECT_FALSE(puller_->is_up_to_date());
    ASSERT_TRUE(puller_->take(delta("coupons", 0, 7, false, {})).ok());
    EXPECT_EQ(asked(), "nothing");
    EXPECT_TRUE(puller_->is_up_to_date());
    EXPECT_EQ(puller_->figures().deltas, 5u);
    EXPECT_EQ(puller_->figures().rows, 3u);
    EXPECT_EQ(puller_->changes(), 5u);
}

TEST_F(PullerTest, AsksAgainAndEachTimeLater) {
    hear({{"staff", 3}});
    EXPECT_EQ(asked(), "staff 0");
    std::int64_t wait_ms = Puller::kFirstWaitMs;
    for (int i = 0; i < 9; ++i) {
        clock_.advance(wait_ms - 1);
        EXPECT_EQ(asked(), "nothing");
        clock_.advance(1);
        EXPECT_EQ(asked(), "staff 0");
        wait_ms = std::min(2 * wait_ms, Puller::kLongestWaitMs);
        EXPECT_EQ(puller_->due_ms(), clock_.steady_ms() + wait_ms);
    }
    EXPECT_EQ(puller_->figures().timeouts, 9u);
    // A new connection asks at once.
    puller_->forget_sent();
    EXPECT_EQ(asked(), "staff 0");
    ASSERT_TRUE(puller_->take(delta("staff", 0, 3, false, {staff("anna")})).ok());
    EXPECT_EQ(puller_->due_ms(), std::nullopt);
}

TEST_F(PullerTest, WhatNobodyAskedForOrIsForOthersIsRefused) {
    hear({{"members", 5}});
    EXPECT_FALSE(puller_->take(delta("members", 0, 5, false, {member(1, 10)})).ok());
    EXPECT_EQ(asked(), "members 0");
    EXPECT_FALSE(puller_->take(delta("staff", 0, 3, false, {staff("anna")})).ok());
    Delta foreign = delta("members", 0, 5, false, {member(1, 10)});
    foreign.includes->terminal = "T02";
    EXPECT_EQ(puller_->take(foreign).error().code(), base::Code::refused);
    EXPECT_TRUE(puller_->trouble());
    EXPECT_EQ(asked(), "nothing");
    clock_.advance(2 * Puller::kFirstWaitMs);
    EXPECT_EQ(asked(), "members 0");
    Delta later = delta("members", 0, 5, false, {member(1, 10)});
    later.includes->epoch = 2;
    EXPECT_FALSE(puller_->take(later).ok());
    clock_.advance(4 * Puller::kFirstWaitMs);
    EXPECT_EQ(asked(), "members 0");
    // A hole.
    EXPECT_FALSE(puller_->take(delta("members", 3, 5, false, {member(1, 10)})).ok());
    EXPECT_EQ(loader_->state("members").value(), mirror::ClassState{});
    clock_.advance(8 * Puller::kFirstWaitMs);
    EXPECT_EQ(asked(), "members 0");
    ASSERT_TRUE(puller_->take(delta("members", 0, 5, false, {member(1, 10)})).ok());
    EXPECT_FALSE(puller_->trouble());
    // The same once more.
    EXPECT_FALSE(puller_->take(delta("members", 0, 5, false, {member(1, 10)})).ok());
    EXPECT_EQ(puller_->figures().refused, 6u);
    EXPECT_EQ(loader_->state("members").value().version, 5);
}

TEST_F(PullerTest, GoesOnWhereItWasEnded) {
    hear({{"members", 5}});
    EXPECT_EQ(asked(), "members 0");
    ASSERT_TRUE(puller_->take(delta("members", 0, 3, true, {member(1, 10)})).ok());
    open();
    EXPECT_EQ(asked(), "nothing");
    hear({{"members", 5}});
    EXPECT_EQ(asked(), "members 3");
    ASSERT_TRUE(puller_->take(delta("members", 3, 5, false, {})).ok());
    EXPECT_TRUE(puller_->is_up_to_date());
    EXPECT_EQ(mirror::Mirror::open(shop_.database())
                  .value()
                  .find_member_by_id(uuid_of(1))
                  .value()
                  ->points,
              10);
}

TEST_F(PullerTest, ARestoredCentreMayBeginFromNothing) {
    hear({{"staff", 3}});
    EXPECT_EQ(asked(), "staff 0");
    ASSERT_TRUE(puller_->take(delta("staff", 0, 3, false, {staff("anna"), staff("bela")})).ok());
    hear({{"staff", 2'000'000'000'001}}, 10);
    EXPECT_EQ(asked(), "staff 3");
    Delta anew = delta("staff", 0, 2'000'000'000'001, false, {staff("anna")});
    anew.server_time = at(10);
    ASSERT_TRUE(puller_->take(anew).ok());
    EXPECT_TRUE(puller_->is_up_to_date());
    EXPECT_EQ(mirror::Mirror::open(shop_.database()).value().all_staff().value().size(), 1u);
}

TEST_F(PullerTest, AnOlderVersionThanOneThatWasHeardOfMeansNothing) {
    hear({{"staff", 3}});
    EXPECT_EQ(asked(), "staff 0");
    ASSERT_TRUE(puller_->take(delta("staff", 0, 3, false, {})).ok());
    ASSERT_TRUE(puller_->hear(wire::Manifest{"staff", 2, {}, at(-100)}).ok());
    EXPECT_EQ(asked(), "nothing");
    ASSERT_TRUE(puller_->hear(wire::Manifest{"staff", 4, {}, at(1)}).ok());
    EXPECT_EQ(asked(), "staff 3");
    // A centre that has less than was heard of is asked seldom.
    ASSERT_TRUE(puller_->take(delta("staff", 3, 3, false, {})).ok());
    EXPECT_EQ(asked(), "nothing");
    clock_.advance(Puller::kFirstWaitMs);
    EXPECT_EQ(asked(), "staff 3");
}

TEST_F(PullerTest, KnowledgeIsAsOldAsTheOldestClass) {
    hear({{"staff", 3}, {"members", 5}}, 100);
    EXPECT_EQ(asked(), "staff 0");
    ASSERT_TRUE(puller_->take(delta("staff", 0, 3, false, {})).ok());
    EXPECT_EQ(made_at(), base::WallTime{});
    // Told of later ones meanwhile: what was told first is reached first.
    hear({{"staff", 3}, {"members", 9}}, 200);
    EXPECT_EQ(asked(), "members 0");
    ASSERT_TRUE(puller_->take(delta("members", 0, 6, true, {})).ok());
    EXPECT_EQ(made_at(), base::WallTime{});
    EXPECT_EQ(asked(), "members 6");
    ASSERT_TRUE(puller_->take(delta("members", 6, 9, false, {})).ok());
    EXPECT_EQ(made_at(), at(200));
    // Nothing changes: that is noted now and then.
    hear({{"staff", 3}, {"members", 9}}, 220);
    EXPECT_EQ(made_at(), at(200));
    clock_.advance(Puller::kBetweenNotesMs);
    hear({{"staff", 3}, {"members", 9}}, 260);
    EXPECT_EQ(made_at(), at(260));
    // A class that it does not have yet stops that.
    hear({{"staff", 3}, {"members", 10}}, 300);
    clock_.advance(Puller::kBetweenNotesMs);
    hear({{"staff", 3}, {"members", 10}}, 360);
    EXPECT_EQ(made_at(), at(260));
}

TEST_F(PullerTest, ACentreWithoutDataLeavesABundleAlone) {
    hear({{"centre", 1}}, 100);
    EXPECT_EQ(asked(), "nothing");
    EXPECT_EQ(made_at(), base::WallTime{});
    wire::Nak nak;
    nak.reason = wire::Reason::unknown_class;
    nak.answers = wire::Kind::pull;
    hear({{"staff", 3}}, 100);
    EXPECT_EQ(asked(), "staff 0");
    puller_->take(nak);
    EXPECT_EQ(asked(), "nothing");
    hear({{"staff", 4}}, 100);
    EXPECT_EQ(asked(), "staff 0");
    nak.reason = wire::Reason::too_busy;
    nak.retry_after_ms = 20'000;
    puller_->take(nak);
    clock_.advance(19'999);
    EXPECT_EQ(asked(), "nothing");
    clock_.advance(1);
    EXPECT_EQ(asked(), "staff 0");
}

}  // namespace
}  // namespace counterfoil::sync
