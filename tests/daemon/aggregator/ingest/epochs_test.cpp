#include "daemon/aggregator/ingest/audit.h"
#include "daemon/aggregator/ingest/own_ledger.h"
#include "daemon/aggregator/ingest/reception.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/daemon/aggregator/ingest/centre.h"
#include "tests/daemon/aggregator/store/store_support.h"

// A terminal that is set up anew, and what it had before, at a centre with either store.
namespace counterfoil::ingest {
namespace {

using store::Dialect;
using wire::Reason;

class Epochs : public store::StoreTest {
  protected:
    Epochs() {
        CF_CHECK(store::migrate(store(), store::migrations()).ok());
        own_.emplace(
            OwnLedger::open({store(), key_.key, key_.certificates.front(), clock_, key_.entropy})
                .value());
        reception_.emplace(Reception::open({store(), key_.key, clock_}).value());
        EXPECT_EQ(provision(old_), 1);
    }

    std::int64_t provision(const test::MadeLedger& made) {
        const std::int64_t epoch = own_->provision(made.certificates().front(), 1, "admin").value();
        CF_CHECK(reception_->reload().ok());
        return epoch;
    }
    static std::string batch(const test::MadeLedger& made, std::int64_t epoch, std::int64_t from,
                             std::int64_t to) {
        const auto first = static_cast<std::size_t>(from - 1);
        const auto& events = made.events();
        const crypto::Digest prev =
            first == 0 ? ledger::kNoEvent : ledger::event_hash(events[first - 1].bytes);
        const auto some = std::span(events).subspan(first, static_cast<std::size_t>(to) - first);
        return wire::write(wire::Batch{ledger::write_batch("T1", epoch, from, prev, some).bytes});
    }
    static std::string hello(const test::MadeLedger& made, std::int64_t epoch, bool has_events) {
        wire::Hello hello;
        hello.terminal = "T1";
        hello.cursor.epoch = epoch;
        if (has_events)
            hello.cursor = {epoch, static_cast<std::int64_t>(made.events().size()), made.head()};
        hello.incarnation = made.incarnation();
        return wire::write(hello);
    }

    template <class Message>
    Message answer(const std::string& payload) {
        const std::vector<Incoming> one{{"T1", payload}};
        const auto answers = reception_->take(one).value();
        CF_CHECK(answers.size() == 1);
        answer_ = answers.front().payload;
        return std::get<Message>(wire::read_from_centre(answer_, verifier_).value());
    }
    wire::Cursor receipt(const std::string& payload) {
        const ledger::Receipt told = answer<wire::Receipt>(payload).content;
        return {told.epoch, told.seq, told.head};
    }
    Reason refusal(const std::string& payload) { return answer<wire::Nak>(payload).reason; }

    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    crypto::Verifier verifier_ = crypto::Verifier::create(key_.key.public_key()).value();
    const test::Fleet fleet_{1, 20, 7};
    const test::MadeLedger old_ = fleet_.ledgers().front();
    const test::MadeLedger next_{5, "T1", 50, 2};
    std::optional<OwnLedger> own_;
    std::optional<Reception> reception_;
    std::string answer_;
};
INSTANTIATE_TEST_SUITE_P(On, Epochs, testing::Values(Dialect::sqlite, Dialect::postgres),
                         store::DialectName());

TEST_P(Epochs, ATerminalThatIsSetUpAnewGoesOnBesideItsOldEpoch) {
    EXPECT_EQ(receipt(batch(old_, 1, 1, 8)).seq, 8);
    EXPECT_EQ(provision(next_), 2);
    const auto begins = answer<wire::Welcome>(hello(next_, 1, false));
    EXPECT_EQ(begins.cursor, (wire::Cursor{2, 0, {}}))
        << "whoever has nothing is told what is open";
    EXPECT_EQ(begins.open_epoch, 0);
    const auto ends = answer<wire::Welcome>(hello(old_, 1, true));
    EXPECT_EQ(ends.cursor.epoch, 1);
    EXPECT_EQ(ends.cursor.seq, 8);
    EXPECT_EQ(ends.open_epoch, 2);

    const std::string tail = batch(old_, 1, 9, 20);
    const std::string anew = batch(next_, 2, 1, 5);
    const std::vector<Incoming> both{{"T1", tail}, {"T1", anew}};
    EXPECT_EQ(reception_->take(both).value().size(), 2u) << "a receipt for each";
    EXPECT_EQ(receipt(tail), (wire::Cursor{1, 20, old_.head()}));
    EXPECT_EQ(receipt(anew), (wire::Cursor{2, 5, next_.head()}));
    EXPECT_EQ(answer<wire::Welcome>(hello(next_, 2, true)).cursor.seq, 5);
    EXPECT_EQ(reception_->figures().events_kept, 25u);
    EXPECT_EQ(integer("SELECT events FROM terminal_figures WHERE terminal = 'T1' AND epoch = 1"),
              20);
    EXPECT_EQ(integer("SELECT events FROM terminal_figures WHERE terminal = 'T1' AND epoch = 2"),
              5);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM flag"), 0);
}

// Which brings home, over the same link, what it did not send before it was set up anew.
TEST_P(Epochs, WhereATerminalIsSaysItsNewestEpoch) {
    provision(next_);
    const auto seen_after = [&](const std::string& payload) {
        answer<wire::Welcome>(payload);
        EXPECT_TRUE(reception_->write_sightings().ok());
        return integer("SELECT epoch * 1000 + seq FROM terminal_contact WHERE terminal = 'T1'");
    };
    EXPECT_EQ(seen_after(hello(old_, 1, true)), 1020);
    EXPECT_EQ(seen_after(hello(next_, 2, true)), 2005);
    EXPECT_EQ(seen_after(hello(old_, 1, true)), 2005);
    answer<wire::Welcome>(hello(next_, 2, true));
    EXPECT_EQ(seen_after(hello(old_, 1, true)), 2005);
}

TEST_P(Epochs, WhatTheyAmountToIsToldFromEventsAlone) {
    answer<wire::Receipt>(batch(old_, 1, 1, 20));
    provision(next_);
    answer<wire::Receipt>(batch(next_, 2, 1, 5));
    Centre rebuilt;
    ASSERT_TRUE(project_all(store(), rebuilt.database()).ok());
    EXPECT_EQ(differing_tables(store(), rebuilt.database()).value(), std::vector<std::string>());
    Auditor auditor({store(), reception_->terminals(), clock_});
    while (auditor.step().value()) continue;
    EXPECT_EQ(auditor.figures().findings, 0u) << "each epoch has the key that signed it";
    EXPECT_GE(auditor.figures().signatures, 25u);
}

TEST_P(Epochs, AnEpochThatNobodyOpenedIsRefused) {
    const test::MadeLedger later(5, "T1", 50, 3);
    EXPECT_EQ(refusal(batch(next_, 2, 1, 5)), Reason::epoch_unknown);
    EXPECT_EQ(refusal(hello(next_, 2, true)), Reason::epoch_unknown);
    answer<wire::Receipt>(batch(old_, 1, 1, 8));
    EXPECT_EQ(provision(next_), 2);
    EXPECT_EQ(refusal(batch(later, 3, 1, 5)), Reason::epoch_unknown);
    EXPECT_EQ(refusal(hello(later, 3, false)), Reason::epoch_unknown);
    EXPECT_EQ(receipt(batch(next_, 2, 1, 5)).seq, 5);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM quarantine"), 0) << "it is no poison";
}

TEST_P(Epochs, AnEpochIsItsOwnKeysAndItsOwnHistorys) {
    answer<wire::Receipt>(batch(old_, 1, 1, 8));
    provision(next_);
    const test::MadeLedger forged(20, "T1", 50, 1);
    EXPECT_EQ(refusal(batch(forged, 1, 1, 20)), Reason::bad_signature);
    EXPECT_EQ(refusal(hello(forged, 1, true)), Reason::wrong_incarnation);
    const test::MadeLedger parted(20, "T1", 7, 1);
    EXPECT_EQ(refusal(batch(parted, 1, 1, 20)), Reason::fork);
    EXPECT_EQ(refusal(batch(old_, 1, 9, 20)), Reason::epoch_frozen);
    EXPECT_EQ(receipt(batch(next_, 2, 1, 5)).seq, 5) << "the new one goes on";
}

TEST_P(Epochs, NoneIsOpenedBeforeTheLastOneHasBegun) {
    EXPECT_EQ(provision(old_), 1);
    answer<wire::Receipt>(batch(old_, 1, 1, 8));
    EXPECT_EQ(provision(next_), 2);
    EXPECT_EQ(provision(next_), 2);
    EXPECT_EQ(receipt(batch(next_, 2, 1, 5)).seq, 5);
    EXPECT_EQ(receipt(batch(old_, 1, 9, 20)).seq, 20);
    EXPECT_EQ(provision(next_), 3);
    EXPECT_EQ(provision(old_), 4) << "another key's may still begin";
}

// Before epochs had certificates, a ledger's was the terminal's.
TEST_P(Epochs, AnOlderStoresLedgerKeepsItsKeyWhenTheTerminalGetsAnother) {
    answer<wire::Receipt>(batch(old_, 1, 1, 8));
    ASSERT_TRUE(store().run("UPDATE ledger SET certificate = NULL").ok());
    EXPECT_EQ(provision(next_), 2);
    EXPECT_EQ(receipt(batch(old_, 1, 9, 20)).seq, 20);
}

TEST_P(Epochs, AKeyThatWasTakenBackStaysSoWhenTheTerminalGetsAnother) {
    answer<wire::Receipt>(batch(old_, 1, 1, 8));
    ASSERT_TRUE(own_->revoke("T1", "stolen", "admin").ok());
    EXPECT_EQ(provision(next_), 2);
    EXPECT_EQ(refusal(batch(old_, 1, 9, 20)), Reason::revoked);
    EXPECT_EQ(refusal(hello(old_, 1, true)), Reason::revoked);
    EXPECT_EQ(receipt(batch(next_, 2, 1, 5)).seq, 5);
    EXPECT_EQ(provision(old_), 3) << "unless it is introduced again";
    EXPECT_EQ(receipt(batch(old_, 1, 9, 20)).seq, 20);
}

}  // namespace
}  // namespace counterfoil::ingest
