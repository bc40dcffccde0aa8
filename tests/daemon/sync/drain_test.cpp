#include <gmock/gmock.h>

#include <map>
#include <set>

#include "daemon/sync/drain.h"
#include "firmware/core/ledger/batch.h"
#include "firmware/core/wire/from_terminal.h"
#include "tests/support/made_ledger.h"
#include "tests/support/test_till.h"

// What is decided, with a clock and a centre that the test plays.
namespace counterfoil::sync {
namespace {

constexpr std::int64_t kEach = 4;  // events in a full batch

// A ledger of which so many events are recorded by now.
class GrowingStock final : public Stock {
  public:
    const std::string& name() const override { return name_; }
    const base::Uuid& incarnation() const override { return ledger_.incarnation(); }
    base::Result<wire::Cursor> end() override { return at(recorded); }
    base::Result<std::optional<Parcel>> behind(std::int64_t seq, std::int64_t up_to) override {
        if (seq < pruned) return base::Error(base::Code::corrupt, "it is not there");
        const std::int64_t to = std::min({seq + kEach, recorded, up_to});
        if (to <= seq) return std::optional<Parcel>();
        const auto& events = ledger_.events();
        const std::span<const ledger::SignedEvent> some(events.data() + seq,
                                                        static_cast<std::size_t>(to - seq));
        payload_ = wire::write(
            wire::Batch{ledger::write_batch(name_, 1, seq + 1, at(seq).head, some).bytes});
        return std::optional(Parcel{payload_, to, to == recorded});
    }
    std::int64_t base() const override { return pruned; }
    base::Result<bool> has(const wire::Cursor& cursor) override {
        return cursor.seq >= pruned && cursor.seq <= recorded && cursor == at(cursor.seq);
    }

    wire::Cursor at(std::int64_t seq) const {
        if (seq == 0) return {};
        return {1, seq,
                ledger::event_hash(ledger_.events()[static_cast<std::size_t>(seq - 1)].bytes)};
    }
    std::int64_t recorded = 12;
    std::int64_t pruned = 0;  // up to there

  private:
    std::string name_ = "T01";
    test::MadeLedger ledger_{40};
    std::string payload_;
};

class DrainTest : public testing::Test {
  protected:
    DrainTest() { drain_.connected(); }

    // What is sent now: "hello", or the events of a batch; and keeps the bytes.
    std::vector<std::string> sent() {
        std::vector<std::string> sent;
        for (;;) {
            const auto next = drain_.next().value();
            if (!next) return sent;
            const auto read = wire::read_from_terminal(next->payload).value();
            if (const auto* hello = std::get_if<wire::Hello>(&read)) {
                nonce_ = hello->nonce;
                sent.emplace_back("hello");
            } else {
                const auto batch = ledger::Batch::read(std::get<wire::Batch>(read).bytes).value();
                sent.push_back(std::to_string(batch.header().from) + "-" +
                               std::to_string(batch.header().to));
                bytes_[sent.back()].insert(std::string(next->payload));
            }
            drain_.sent();
        }
    }
    void welcome(std::int64_t seq, std::int64_t credit = 100, std::int64_t centre_epoch = 1) {
        const wire::Cursor cursor = stock_.at(seq);
        ASSERT_TRUE(drain_
                        .hear(wire::Welcome{"T01",
                                            cursor,
                                            {1},
                                            credit,
                                            {{"centre", centre_epoch}},
                                            wire::kProtocol,
                                            nonce_,
                                            0})
                        .ok());
    }
    bool receipt(std::int64_t seq, std::int64_t centre_epoch = 1, std::uint8_t wrong = 0) {
        wire::Receipt receipt{
            {"T01", 1, seq, stock_.at(seq).head, {1}, 100, {{"centre", centre_epoch}}}, {}};
        receipt.content.head[0] = static_cast<std::uint8_t>(receipt.content.head[0] ^ wrong);
        return drain_.hear(receipt).value();
    }
    void nak(wire::Reason reason, wire::Kind answers = wire::Kind::batch) {
        wire::Nak nak;
        nak.reason = reason;
        nak.sentence = "see to it";
        nak.answers = answers;
        drain_.hear(nak);
    }
    void gap(std::int64_t expected) {
        wire::Nak nak;
        nak.reason = wire::Reason::gap;
        nak.answers = wire::Kind::batch;
        nak.expected_seq = expected;
        drain_.hear(nak);
    }
    void busy(std::int64_t ms) {
        wire::Nak nak;
        nak.reason = wire::Reason::too_busy;
        nak.retry_after_ms = ms;
        drain_.hear(nak);
    }
    void begin_at(std::int64_t seq) {
        ASSERT_EQ(sent(), Sent{"hello"});
        welcome(seq);
    }
    static DrainSettings settings() {
        DrainSettings settings;
        settings.share_ms = 5;
        settings.most_batches = 6;
        return settings;
    }

    using Sent = std::vector<std::string>;
    const Sent kNothing;
    base::SettableClock clock_{test::kMorning};
    test::SeededEntropy entropy_{1};
    GrowingStock stock_;
    Drain drain_{stock_, settings(), clock_, entropy_};
    wire::Nonce nonce_{};
    std::map<std::string, std::set<std::string>> bytes_;
};

TEST_F(DrainTest, GoesOnFromTheBaseOfAPrunedLedger) {
    stock_.pruned = 4;
    begin_at(4);
    EXPECT_EQ(sent(), (Sent{"5-8", "9-12"}));
}

TEST_F(DrainTest, SaysWhatTheCentreLacksOfWhatWasPrunedAndAsksAnewLater) {
    stock_.pruned = 6;
    for (const std::int64_t seq : {0, 5}) {
        begin_at(seq);
        ASSERT_TRUE(drain_.refused());
        EXPECT_EQ(drain_.refused()->reason, "centre_lost_events");
        EXPECT_EQ(sent(), kNothing);
        clock_.advance(600'000);
    }
    EXPECT_NE(drain_.refused()->sentence.find("event 1,"), std::string::npos);
    // Somebody has restored a newer copy of the centre.
    begin_at(8);
    EXPECT_FALSE(drain_.refused());
    EXPECT_EQ(sent(), Sent{"9-12"});
}

TEST_F(DrainTest, SendsNoTestimonyOfWhatWasPruned) {
    stock_.pruned = 6;
    ASSERT_EQ(sent(), Sent{"hello"});
    wire::Cursor other = stock_.at(5);
    other.epoch = 2;
    ASSERT_TRUE(drain_
                    .hear(wire::Welcome{
                        "T01", other, {1}, 100, {{"centre", 1}}, wire::kProtocol, nonce_, 0})
                    .ok());
    EXPECT_EQ(drain_.refused()->reason, "other_ledger");
    EXPECT_EQ(sent(), kNothing);
}

TEST_F(DrainTest, RefusesToGoOnWhereWhatItWasToSendIsPrunedMeanwhile) {
    begin_at(4);
    stock_.pruned = 6;
    EXPECT_EQ(sent(), kNothing);
    ASSERT_TRUE(drain_.refused());
    EXPECT_EQ(drain_.refused()->reason, "centre_lost_events");
}

TEST_F(DrainTest, SendsNothingBeforeItIsWelcome) {
    EXPECT_EQ(sent(), Sent{"hello"});
    EXPECT_EQ(sent(), kNothing);
    welcome(4);
    EXPECT_EQ(sent(), (Sent{"5-8", "9-12"}));
}

TEST_F(DrainTest, AWelcomeToAnEarlierHelloCountsForNothing) {
    ASSERT_EQ(sent(), Sent{"hello"});
    const wire::Nonce first = nonce_;
    clock_.advance(2000);
    ASSERT_EQ(sent(), Sent{"hello"});
    nonce_ = first;
    welcome(0);
    EXPECT_FALSE(drain_.is_welcome());
}

TEST_F(DrainTest, GoesOnFromTheWelcomeWhateverItRemembers) {
    begin_at(0);
    ASSERT_EQ(sent(), (Sent{"1-4", "5-8", "9-12"}));
    EXPECT_TRUE(receipt(12));
    drain_.disconnected("gone");
    EXPECT_EQ(sent(), kNothing);
    drain_.connected();
    clock_.advance(100);
    begin_at(4);
    EXPECT_EQ(drain_.figures().received, 4);
    EXPECT_EQ(sent(), (Sent{"5-8", "9-12"}));
}

// A connection broke between the centre's commit and its word.
TEST_F(DrainTest, HasSignedWhatAWelcomeAloneSaysIsHeld) {
    begin_at(12);
    EXPECT_EQ(sent(), Sent{"12-12"});
    EXPECT_TRUE(drain_.is_waiting());
    EXPECT_EQ(sent(), kNothing);
    EXPECT_TRUE(receipt(12));
    EXPECT_FALSE(drain_.is_waiting());
    EXPECT_EQ(sent(), kNothing);
    EXPECT_EQ(drain_.figures().batches, 0U);
    drain_.disconnected("gone");
    drain_.connected();
    begin_at(12);
    EXPECT_EQ(sent(), kNothing);
}

TEST_F(DrainTest, AsksAnewWhereThatIsNotAnswered) {
    begin_at(12);
    EXPECT_EQ(sent(), Sent{"12-12"});
    clock_.advance(settings().ask_again_ms);
    begin_at(12);
    EXPECT_EQ(sent(), Sent{"12-12"});
    // What is sold meanwhile says the same.
    stock_.recorded = 14;
    EXPECT_EQ(sent(), Sent{"13-14"});
    EXPECT_TRUE(receipt(14));
    EXPECT_FALSE(drain_.is_waiting());
    EXPECT_EQ(sent(), kNothing);
}

TEST_F(DrainTest, KeepsWithinTheCredit) {
    ASSERT_EQ(sent(), Sent{"hello"});
    welcome(0, 8);
    EXPECT_EQ(sent(), (Sent{"1-4", "5-8"}));
    EXPECT_TRUE(receipt(4));
    EXPECT_EQ(sent(), Sent{"9-12"});
}

TEST_F(DrainTest, GoesBackForAGapOnceAndThenAsks) {
    begin_at(0);
    ASSERT_EQ(sent(), (Sent{"1-4", "5-8", "9-12"}));
    gap(1);
    EXPECT_EQ(sent(), (Sent{"1-4", "5-8", "9-12"}));
    // Each event that is sold meanwhile is answered in the same way.
    for (int i = 0; i < 20; ++i) {
        clock_.advance(150);
        gap(1);
        if (sent() == Sent{"hello"}) return;
    }
    FAIL() << "it never asked";
}

TEST_F(DrainTest, WhatIsSentAgainIsWhatWasSent) {
    stock_.recorded = 6;
    begin_at(0);
    ASSERT_EQ(sent(), (Sent{"1-4", "5-6"}));
    stock_.recorded = 12;
    clock_.advance(5);
    ASSERT_EQ(sent(), (Sent{"7-10", "11-12"}));
    gap(1);
    EXPECT_EQ(sent(), (Sent{"1-4", "5-6", "7-10", "11-12"}));
    for (const auto& [name, forms] : bytes_) EXPECT_EQ(forms.size(), 1U) << name;
}

TEST_F(DrainTest, ABurstSharesABatch) {
    stock_.recorded = 1;
    begin_at(0);
    EXPECT_EQ(sent(), Sent{"1-1"});
    stock_.recorded = 2;
    EXPECT_EQ(sent(), kNothing);
    stock_.recorded = 4;
    EXPECT_EQ(drain_.due_ms(), clock_.steady_ms() + 5);
    clock_.advance(5);
    EXPECT_EQ(sent(), Sent{"2-4"});
}

TEST_F(DrainTest, HasNoMoreBatchesUnderWayThanItMay) {
    stock_.recorded = 0;
    begin_at(0);
    for (int i = 0; i < 20; ++i) {
        ++stock_.recorded;
        clock_.advance(5);
        sent();
    }
    EXPECT_EQ(drain_.figures().batches, 6U);
    EXPECT_TRUE(receipt(6));
    EXPECT_EQ(sent(), (Sent{"7-10", "11-14", "15-18", "19-20"}));
}

TEST_F(DrainTest, AReceiptThatComesAgainOrLateChangesNothing) {
    begin_at(0);
    sent();
    EXPECT_TRUE(receipt(12));
    EXPECT_TRUE(receipt(4));
    EXPECT_TRUE(receipt(12));
    EXPECT_EQ(drain_.figures().received, 12);
    EXPECT_EQ(sent(), kNothing);
}

TEST_F(DrainTest, BelievesNoReceiptOfAnotherLedger) {
    begin_at(0);
    sent();
    EXPECT_FALSE(receipt(8, 1, 1));
    EXPECT_EQ(drain_.figures().received, 0);
    EXPECT_EQ(drain_.figures().wrong, 1U);
}

TEST_F(DrainTest, AsksASilentCentreLessAndLessOften) {
    std::vector<std::int64_t> at;
    for (int i = 0; i < 200; ++i) {
        if (sent() == Sent{"hello"}) at.push_back(clock_.steady_ms());
        clock_.advance(500);
    }
    EXPECT_THAT(at, testing::ElementsAre(0, 2000, 6000, 14000, 30000, 62000, 94000));
}

TEST_F(DrainTest, WaitsWhileTheCentreIsBusy) {
    begin_at(0);
    busy(3000);
    EXPECT_EQ(sent(), kNothing);
    EXPECT_EQ(drain_.due_ms(), clock_.steady_ms() + 3000);
    clock_.advance(3000);
    EXPECT_EQ(sent(), (Sent{"1-4", "5-8", "9-12"}));
}

TEST_F(DrainTest, StopsWhenItIsRefusedAndTriesOneBatchAfterLong) {
    begin_at(0);
    ASSERT_EQ(sent().size(), 3U);
    nak(wire::Reason::fork);
    nak(wire::Reason::epoch_frozen);
    nak(wire::Reason::epoch_frozen);
    EXPECT_EQ(drain_.refused(), (Refused{"fork", "see to it"}));
    stock_.recorded = 20;
    clock_.advance(14'000);
    EXPECT_EQ(sent(), kNothing);
    clock_.advance(16'000);
    ASSERT_EQ(sent(), Sent{"hello"});
    welcome(0);
    EXPECT_TRUE(drain_.refused());
    EXPECT_EQ(sent(), Sent{"1-4"});
    nak(wire::Reason::epoch_frozen);
    clock_.advance(29'000);
    EXPECT_EQ(sent(), kNothing);
    clock_.advance(31'000);
    ASSERT_EQ(sent(), Sent{"hello"});
    welcome(0);
    EXPECT_EQ(sent(), Sent{"1-4"});
    EXPECT_TRUE(receipt(4));
    EXPECT_FALSE(drain_.refused());
    EXPECT_EQ(sent(), (Sent{"5-8", "9-12", "13-16", "17-20"}));
}

TEST_F(DrainTest, AHelloThatIsRefusedIsSaidAgainAfterLongOrWithTheNextConnection) {
    ASSERT_EQ(sent(), Sent{"hello"});
    nak(wire::Reason::revoked, wire::Kind::hello);
    clock_.advance(10'000);
    EXPECT_EQ(sent(), kNothing);
    drain_.disconnected("gone");
    drain_.connected();
    begin_at(12);
    EXPECT_FALSE(drain_.refused());
}

TEST_F(DrainTest, WhatAPullIsAnsweredWithIsNotForIt) {
    begin_at(12);
    nak(wire::Reason::unknown_class, wire::Kind::pull);
    EXPECT_FALSE(drain_.refused());
    EXPECT_EQ(drain_.figures().refusals, 0U);
}

TEST_F(DrainTest, AWelcomeOfAnotherLedgerIsRefused) {
    ASSERT_EQ(sent(), Sent{"hello"});
    stock_.recorded = 20;
    const wire::Cursor ahead = stock_.at(20);
    stock_.recorded = 12;
    ASSERT_TRUE(
        drain_.hear(wire::Welcome{"T01", ahead, {1}, 100, {}, wire::kProtocol, nonce_, 0}).ok());
    EXPECT_FALSE(drain_.is_welcome());
    ASSERT_TRUE(drain_.refused());
    EXPECT_EQ(drain_.refused()->reason, "other_ledger");
}

// A clone, or the till that was cloned: somebody has to learn of it.
TEST_F(DrainTest, ShowsACentreThatHoldsAnotherEventItsOwnOnce) {
    ASSERT_EQ(sent(), Sent{"hello"});
    wire::Cursor other = stock_.at(5);
    other.head[0] ^= 1;
    ASSERT_TRUE(
        drain_.hear(wire::Welcome{"T01", other, {1}, 100, {}, wire::kProtocol, nonce_, 0}).ok());
    EXPECT_EQ(sent(), Sent{"5-8"});
    EXPECT_EQ(sent(), Sent{});
    EXPECT_EQ(drain_.refused()->reason, "other_ledger");
    EXPECT_EQ(drain_.figures().batches, 0U);
    nak(wire::Reason::fork, wire::Kind::batch);
    EXPECT_FALSE(drain_.is_welcome());
    EXPECT_EQ(sent(), Sent{});
}

TEST_F(DrainTest, BelievesNoOlderCentreThanItHasSeen) {
    drain_.remember(3, 8);
    EXPECT_EQ(drain_.figures().received, 8);
    ASSERT_EQ(sent(), Sent{"hello"});
    welcome(0, 100, 2);
    EXPECT_FALSE(drain_.is_welcome());
    ASSERT_TRUE(drain_.refused());
    EXPECT_EQ(drain_.refused()->reason, "old_centre");
    EXPECT_FALSE(receipt(12, 2));
}

TEST_F(DrainTest, AsksACentreThatWasRestoredWhatItStillHolds) {
    begin_at(0);
    sent();
    EXPECT_TRUE(receipt(8));
    EXPECT_TRUE(receipt(12, 2));
    EXPECT_FALSE(drain_.is_welcome());
    ASSERT_EQ(sent(), Sent{"hello"});
    welcome(4, 100, 2);
    EXPECT_EQ(drain_.figures().received, 4);
    EXPECT_EQ(sent(), (Sent{"5-8", "9-12"}));
}

}  // namespace
}  // namespace counterfoil::sync
