#include "daemon/aggregator/ingest/reception.h"

#include "daemon/aggregator/ingest/own_ledger.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

using wire::Nak;
using wire::Reason;

class ReceptionTest : public testing::Test {
  protected:
    ReceptionTest()
        : reception_(Reception::open({centre_.database(), centre_key_.key, clock_}).value()),
          verifier_(crypto::Verifier::create(centre_key_.key.public_key()).value()) {}

    std::vector<Outgoing> take(const std::vector<Incoming>& messages) {
        return reception_.take(messages).value();
    }
    wire::FromCentre answer(std::string_view terminal, const std::string& payload) {
        const auto answers = take({{terminal, payload}});
        CF_CHECK(answers.size() == 1 && answers[0].terminal == terminal);
        answer_ = answers[0].payload;
        return wire::read_from_centre(answer_, verifier_).value();
    }
    Nak nak(std::string_view terminal, const std::string& payload) {
        return std::get<Nak>(answer(terminal, payload));
    }
    std::string batch(std::size_t terminal, std::int64_t from, std::int64_t to) {
        return wire::write(wire::Batch{fleet_.batch(terminal, from, to)});
    }
    wire::Hello hello(std::size_t terminal) {
        wire::Hello hello;
        hello.terminal = test::Fleet::name(terminal);
        hello.cursor = {1, fleet_.events(terminal), fleet_.ledgers()[terminal].head()};
        hello.incarnation = fleet_.ledgers()[terminal].incarnation();
        hello.software = "1.0";
        hello.nonce.fill(7);
        return hello;
    }

    test::Fleet fleet_{3, 20, 7};
    Centre centre_{fleet_};
    test::TestTill centre_key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    Reception reception_;
    crypto::Verifier verifier_;
    std::string answer_;
};

TEST_F(ReceptionTest, WelcomesATerminalWithHowFarItHoldsItsLedger) {
    take({{"T1", batch(0, 1, 8)}});
    const auto welcome = std::get<wire::Welcome>(answer("T1", wire::write(hello(0))));
    EXPECT_EQ(welcome.cursor.seq, 8);
    EXPECT_EQ(welcome.nonce, hello(0).nonce);
    EXPECT_GT(welcome.credit, 256);
}

TEST_F(ReceptionTest, NamesTheCentresOwnEpochInEveryAnswer) {
    const auto epoch = [&] {
        const auto receipt = std::get<wire::Receipt>(answer("T1", batch(0, 1, 8)));
        const auto welcome = std::get<wire::Welcome>(answer("T1", wire::write(hello(0))));
        EXPECT_EQ(receipt.content.versions, welcome.versions);
        return welcome.versions.at("centre");
    };
    const OwnLedger::World own{centre_.database(), centre_key_.key,
                               centre_key_.certificates.front(), clock_, centre_key_.entropy};
    ASSERT_TRUE(OwnLedger::open(own).ok());
    EXPECT_EQ(epoch(), 1);
    ASSERT_TRUE(OwnLedger::begin_epoch(own, 7, "restored").ok());
    ASSERT_TRUE(reception_.reload().ok());
    EXPECT_EQ(epoch(), 7);
}

TEST_F(ReceptionTest, GivesOneReceiptForAllThatCameTogether) {
    const std::string one = batch(0, 1, 8);
    const std::string two = batch(0, 9, 20);
    const std::string other = batch(1, 1, 5);
    const auto answers = take({{"T1", one}, {"T2", other}, {"T1", two}});
    ASSERT_EQ(answers.size(), 2u);
    const auto receipt =
        std::get<wire::Receipt>(wire::read_from_centre(answers[0].payload, verifier_).value());
    EXPECT_EQ(receipt.content.terminal, "T1");
    EXPECT_EQ(receipt.content.seq, 20);
    EXPECT_EQ(receipt.content.head, fleet_.ledgers()[0].head());
    EXPECT_EQ(reception_.figures().events_kept, 25u);
    EXPECT_EQ(std::get<wire::Receipt>(answer("T1", one)).content.seq, 20);
    EXPECT_EQ(reception_.figures().batches_again, 1u);
}

TEST_F(ReceptionTest, PoisonIsKeptAsideAndDelaysNobody) {
    const std::string good = batch(0, 1, 20);
    const std::string poison = wire::write(wire::Batch{"no batch"});
    const auto answers =
        take({{"T2", poison}, {"T1", good}, {"T2", "nothing"}, {"T3", poison}, {"T2", poison}});
    EXPECT_EQ(answers.size(), 5u);
    EXPECT_EQ(centre_.held("T1"), 20);
    EXPECT_EQ(centre_.count("SELECT count(*) FROM quarantine"), 2) << "the same bytes once";
    EXPECT_EQ(reception_.figures().quarantined, 4u);
    EXPECT_EQ(reception_.figures().refused_for(Reason::malformed), 4u);
}

TEST_F(ReceptionTest, QuarantineOfOneTerminalIsBounded) {
    for (int i = 0; i < 150; ++i) take({{"T1", "rubbish " + std::to_string(i)}});
    for (int i = 0; i < 10; ++i) take({{"nobody", "rubbish " + std::to_string(i)}});
    EXPECT_EQ(centre_.count("SELECT count(*) FROM quarantine"), 100);
}

TEST_F(ReceptionTest, SaysWhatIsWrongAndWhatItExpects) {
    take({{"T1", batch(0, 1, 5)}});
    const Nak gap = nak("T1", batch(0, 9, 12));
    EXPECT_EQ(gap.reason, Reason::gap);
    EXPECT_EQ(gap.expected_seq, 6);
    EXPECT_EQ(gap.from, 9);
    EXPECT_EQ(nak("nobody", batch(0, 1, 5)).reason, Reason::unknown_terminal);
    EXPECT_EQ(nak("T2", batch(0, 1, 5)).reason, Reason::wrong_terminal);
    EXPECT_EQ(nak("T1", wire::write(wire::Pull{"members"})).reason, Reason::unknown_class);
    wire::Hello newer = hello(0);
    newer.protocols = {2, 3};
    EXPECT_EQ(nak("T1", wire::write(newer)).reason, Reason::newer_format);
    wire::Hello later = hello(0);
    later.cursor.epoch = 2;
    EXPECT_EQ(nak("T1", wire::write(later)).reason, Reason::epoch_unknown);
    EXPECT_EQ(nak("T2", wire::write(hello(0))).reason, Reason::wrong_terminal);
    const std::string newest = "counterfoil/batch/9\n???";
    EXPECT_EQ(nak("T1", newest).reason, Reason::newer_format);
}

TEST_F(ReceptionTest, ATerminalThatHasLessThanTheCentreIsACopy) {
    take({{"T1", batch(0, 1, 20)}});
    wire::Hello copy = hello(0);
    copy.cursor = {1, 4, ledger::event_hash(fleet_.ledgers()[0].events()[3].bytes)};
    EXPECT_EQ(nak("T1", wire::write(copy)).reason, Reason::wrong_incarnation);
    wire::Heartbeat beat;
    beat.terminal = "T1";
    beat.cursor = copy.cursor;
    beat.at = test::kMorning;
    EXPECT_TRUE(take({{"T1", wire::write(beat)}}).empty());
    EXPECT_EQ(reception_.figures().heads_behind, 2u);
}

TEST_F(ReceptionTest, ACloneIsRefusedAndTheOriginalGoesOn) {
    take({{"T1", batch(0, 1, 8)}});
    wire::Hello clone = hello(0);
    clone.incarnation.bytes[0] ^= 1;
    EXPECT_EQ(nak("T1", wire::write(clone)).reason, Reason::wrong_incarnation);
    EXPECT_EQ(std::get<wire::Welcome>(answer("T1", wire::write(hello(0)))).cursor.seq, 8);
    EXPECT_EQ(std::get<wire::Receipt>(answer("T1", batch(0, 9, 20))).content.seq, 20);
    wire::Hello parted = hello(0);
    parted.cursor.head[0] ^= 1;
    EXPECT_EQ(nak("T1", wire::write(parted)).reason, Reason::wrong_incarnation);
    EXPECT_EQ(std::get<wire::Welcome>(answer("T1", wire::write(hello(0)))).cursor.seq, 20);
    EXPECT_EQ(reception_.figures().other_ledgers, 2u);
    EXPECT_EQ(reception_.figures().refused_for(Reason::wrong_incarnation), 2u);
}

// Until its genesis has come, a ledger is that of whoever asked first.
TEST_F(ReceptionTest, BeforeAnythingIsHeldTheFirstToAskIsTheOne) {
    wire::Hello other = hello(0);
    other.incarnation.bytes[0] ^= 1;
    EXPECT_EQ(std::get<wire::Welcome>(answer("T1", wire::write(other))).cursor.seq, 0);
    EXPECT_EQ(nak("T1", wire::write(hello(0))).reason, Reason::wrong_incarnation);
    take({{"T1", batch(0, 1, 8)}});
    EXPECT_EQ(std::get<wire::Welcome>(answer("T1", wire::write(hello(0)))).cursor.seq, 8);
    EXPECT_EQ(nak("T1", wire::write(other)).reason, Reason::wrong_incarnation);
}

TEST_F(ReceptionTest, AForkIsToldAndStopsThatLedgerAlone) {
    take({{"T1", batch(0, 1, 20)}});
    const test::MadeLedger other(9, "T1", 7);
    const std::string forked = wire::write(
        wire::Batch{ledger::write_batch("T1", 1, 1, ledger::kNoEvent, other.events()).bytes});
    EXPECT_EQ(nak("T1", forked).reason, Reason::fork);
    EXPECT_EQ(nak("T1", batch(0, 1, 20)).reason, Reason::epoch_frozen);
    EXPECT_EQ(std::get<wire::Receipt>(answer("T2", batch(1, 1, 20))).content.seq, 20);
}

TEST_F(ReceptionTest, OfWhatItHoldsItBelievesTheHashAlone) {
    take({{"T1", batch(0, 1, 20)}});
    // Signed by nobody who is known, and yet the same events up to the same hash.
    std::vector<ledger::SignedEvent> events = fleet_.ledgers()[0].events();
    events.back().signature->fill(1);
    const std::string again =
        wire::write(wire::Batch{ledger::write_batch("T1", 1, 1, ledger::kNoEvent, events).bytes});
    EXPECT_EQ(std::get<wire::Receipt>(answer("T1", again)).content.seq, 20);
    EXPECT_EQ(nak("T2", again).reason, Reason::wrong_terminal);
    // Another hash is looked at, as if nothing were held.
    test::MadeLedger other(20, "T1", 9);
    events = other.events();
    events.back().signature->fill(1);
    const std::string forged =
        wire::write(wire::Batch{ledger::write_batch("T1", 1, 1, ledger::kNoEvent, events).bytes});
    EXPECT_EQ(nak("T1", forged).reason, Reason::bad_signature);
    EXPECT_EQ(std::get<wire::Receipt>(answer("T1", batch(0, 5, 20))).content.seq, 20);
}

TEST_F(ReceptionTest, AnAbsurdAccountStopsNobodyWhoSellsToItsMember) {
    take({{"T1", batch(0, 1, 20)}});
    ASSERT_TRUE(centre_.database()
                    .run("UPDATE member SET points = 9223372036854775807, "
                         "spent_minor = 9223372036854775807, visits = 9223372036854775807")
                    .ok());
    EXPECT_EQ(std::get<wire::Receipt>(answer("T2", batch(1, 1, 20))).content.seq, 20);
}

TEST_F(ReceptionTest, ADamagedLedgerStopsNobodyElse) {
    ASSERT_TRUE(centre_.database().run("UPDATE ledger SET seq = 10 WHERE terminal = 'T2'").ok());
    const std::string one = batch(0, 1, 20);
    const std::string two = batch(1, 1, 5);
    EXPECT_EQ(take({{"T2", two}, {"T1", one}}).size(), 2u);
    EXPECT_EQ(centre_.held("T1"), 20);
    const Nak busy = nak("T2", two);
    EXPECT_EQ(busy.reason, Reason::too_busy);
    EXPECT_GT(busy.retry_after_ms.value(), 0);
}

TEST_F(ReceptionTest, WhatTheStoreCannotHoldStopsNobodyElse) {
    ASSERT_TRUE(centre_.database()
                    .run("INSERT INTO terminal_figures VALUES "
                         "('T2', 1, 9223372036854775807, 0, 0, 0, 0, 0)")
                    .ok());
    const std::string one = batch(0, 1, 20);
    const std::string two = batch(1, 1, 20);
    const std::string three = batch(2, 1, 20);
    const auto answers = take({{"T1", one}, {"T2", two}, {"T3", three}});
    EXPECT_EQ(answers.size(), 3u);
    EXPECT_EQ(centre_.held("T1"), 20);
    EXPECT_EQ(centre_.held("T2"), 0);
    EXPECT_EQ(centre_.held("T3"), 20);
    EXPECT_EQ(reception_.figures().refused_for(Reason::malformed), 1u);
    EXPECT_EQ(centre_.count("SELECT count(*) FROM quarantine WHERE terminal = 'T2'"), 1);
}

}  // namespace
}  // namespace counterfoil::ingest
