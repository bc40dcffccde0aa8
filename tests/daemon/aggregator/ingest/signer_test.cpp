#include "daemon/aggregator/ingest/reception.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/daemon/aggregator/ingest/centre.h"
#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::ingest {
namespace {

using store::Dialect;
using test::Fleet;
using test::MadeLedger;
using wire::Reason;

// A till whose signer fails, and a neighbour whose signer works.
class SignerTest : public testing::TestWithParam<Dialect> {
  protected:
    SignerTest() {
        CF_CHECK(store::migrate(database(), store::migrations()).ok());
        CF_CHECK(fleet_.provision(database()).ok());
        reception_.emplace(Reception::open({database(), key_.key, clock_}).value());
    }
    store::Database& database() { return **store_; }

    static void sell(MadeLedger& made, int events) {
        for (int i = 0; i < events; ++i) made.add("drawer_opened", R"({"reason":"coins"})");
    }
    // As many events as fit, from that one on.
    static ledger::WrittenBatch batch(const MadeLedger& made, std::int64_t from,
                                      std::int64_t most = 256) {
        const auto& events = made.events();
        const auto some = std::span(events).subspan(static_cast<std::size_t>(from - 1));
        const auto prev =
            from == 1 ? ledger::kNoEvent
                      : ledger::event_hash(events[static_cast<std::size_t>(from - 2)].bytes);
        return ledger::write_batch(
            "T1", 1, from, prev, some.first(std::min(some.size(), static_cast<std::size_t>(most))));
    }
    wire::FromCentre answer(const std::string& bytes) {
        const std::string payload = wire::write(wire::Batch{bytes});
        const std::vector<Incoming> one{{"T1", payload}};
        const auto answers = reception_->take(one).value();
        CF_CHECK(answers.size() == 1);
        answer_ = answers.front().payload;
        return wire::read_from_centre(answer_, verifier_).value();
    }
    std::int64_t receipt(const ledger::WrittenBatch& sent) {
        const auto said = answer(sent.bytes);
        const auto* receipt = std::get_if<wire::Receipt>(&said);
        return receipt == nullptr ? -1 : receipt->content.seq;
    }
    std::optional<Reason> refused(const std::string& bytes) {
        const auto said = answer(bytes);
        const auto* nak = std::get_if<wire::Nak>(&said);
        return nak == nullptr ? std::nullopt : std::optional(nak->reason);
    }
    std::int64_t send_all(const MadeLedger& made, std::int64_t from) {
        const auto end = static_cast<std::int64_t>(made.events().size());
        for (std::int64_t held = from - 1; held < end;) {
            const std::int64_t told = receipt(batch(made, held + 1));
            if (told <= held) return held;
            held = told;
        }
        return end;
    }
    std::int64_t integer(const std::string& sql) {
        return database().query(sql).value().integer(0, 0);
    }
    // The first event that waits for a signature, as the flags say; 0: none does.
    std::int64_t unverified() {
        const auto flag = integer(
            "SELECT COALESCE(MAX(seq), 0) FROM flag WHERE terminal = 'T1' AND epoch = 1 "
            "AND reason = 'unverified'");
        EXPECT_EQ(flag, integer("SELECT unsigned_from FROM ledger WHERE terminal = 'T1'"));
        return flag;
    }
    void expect_rebuilt() {
        Centre again;
        ASSERT_TRUE(project_all(database(), again.database()).ok());
        ASSERT_TRUE(fleet_.provision(again.database()).ok());
        EXPECT_EQ(differing_tables(database(), again.database()).value(),
                  std::vector<std::string>());
    }

    const std::unique_ptr<store::Store> store_ = store::make_store(GetParam());
    // The seed makes the key.
    Fleet fleet_{2, 20, 7};
    MadeLedger made_{5, "T1", 7};
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    crypto::Verifier verifier_ = crypto::Verifier::create(key_.key.public_key()).value();
    std::optional<Reception> reception_;
    std::string answer_;
};

TEST_P(SignerTest, WhoseIsDownForSeveralBatchesIsTakenAndProvenByItsRecovery) {
    made_.fail_signer();
    sell(made_, 700);
    EXPECT_EQ(send_all(made_, 1), 706);
    EXPECT_EQ(unverified(), 6);
    EXPECT_EQ(integer("SELECT count(*) FROM flag"), 1);
    EXPECT_EQ(integer("SELECT count(*) FROM quarantine"), 0);
    expect_rebuilt();
    EXPECT_EQ(receipt(batch(made_, 200)), 706) << "what is held is held";
    made_.recover_signer();
    sell(made_, 2);
    EXPECT_EQ(send_all(made_, 707), 709);
    EXPECT_EQ(unverified(), 0);
    expect_rebuilt();
}

TEST_P(SignerTest, WhoseFailureIsHeldGoesOnFromWhateverIsHeld) {
    made_.fail_signer();
    sell(made_, 20);
    EXPECT_EQ(receipt(batch(made_, 1, 6)), 6) << "the failure alone";
    EXPECT_EQ(receipt(batch(made_, 7, 3)), 9);
    EXPECT_EQ(receipt(batch(made_, 8, 10)), 17) << "some of it is held";
    EXPECT_EQ(receipt(batch(made_, 4, 20)), 23);
    EXPECT_EQ(unverified(), 6);
    made_.recover_signer();
    made_.fail_signer();
    sell(made_, 1);
    EXPECT_EQ(receipt(batch(made_, 20)), 29);
    EXPECT_EQ(unverified(), 28) << "the second failure's";
    EXPECT_EQ(integer("SELECT count(*) FROM flag"), 1);
    expect_rebuilt();
}

TEST_P(SignerTest, IsNeededWhereNoneHasFailed) {
    EXPECT_EQ(send_all(made_, 1), 5);
    MadeLedger stripped = made_;
    stripped.add_unsigned("drawer_opened", "{}");
    EXPECT_EQ(refused(batch(stripped, 6).bytes), Reason::bad_signature);
    EXPECT_EQ(refused(batch(stripped, 1).bytes), Reason::bad_signature);
    EXPECT_EQ(integer("SELECT seq FROM ledger WHERE terminal = 'T1'"), 5);
    EXPECT_EQ(integer("SELECT count(*) FROM quarantine WHERE terminal = 'T1'"), 2);
    // Of what is held with a signature none is taken without one.
    made_.fail_signer();
    auto events = made_.events();
    events[4].signature.reset();
    const auto prev = ledger::event_hash(events[3].bytes);
    EXPECT_EQ(refused(ledger::write_batch("T1", 1, 5, prev, std::span(events).subspan(4)).bytes),
              Reason::bad_signature);
    EXPECT_EQ(send_all(made_, 5), 6) << "the terminal itself goes on";
}

TEST_P(SignerTest, WhoseRecoveryIsForgedProvesNothing) {
    made_.fail_signer();
    sell(made_, 3);
    EXPECT_EQ(send_all(made_, 1), 9);
    made_.recover_signer();
    auto events = made_.events();
    const auto forged = [&](const std::optional<crypto::Signature>& signature) {
        events[9].signature = signature;
        return ledger::write_batch("T1", 1, 10, ledger::event_hash(events[8].bytes),
                                   std::span(events).subspan(9))
            .bytes;
    };
    EXPECT_EQ(refused(forged(test::TestTill(5).key.sign(made_.head()).value())),
              Reason::bad_signature);
    EXPECT_EQ(refused(forged(std::nullopt)), Reason::bad_signature);
    EXPECT_EQ(integer("SELECT count(*) FROM quarantine"), 2);
    EXPECT_EQ(unverified(), 6);
    EXPECT_EQ(send_all(made_, 10), 10);
    EXPECT_EQ(unverified(), 0);
}

TEST_P(SignerTest, WithoutItNobodyFreezesALedger) {
    sell(made_, 4);
    EXPECT_EQ(receipt(batch(made_, 1)), 9);
    MadeLedger other(3, "T1", 7);
    other.fail_signer();
    sell(other, 10);
    EXPECT_EQ(refused(batch(other, 4).bytes), Reason::bad_signature);
    EXPECT_EQ(integer("SELECT frozen FROM ledger WHERE terminal = 'T1'"), 0);
    EXPECT_EQ(integer("SELECT count(*) FROM quarantine"), 1);
    // Up to its last signature it is what is held: that proves nothing.
    MadeLedger parted(5, "T1", 7);
    parted.fail_signer();
    EXPECT_EQ(refused(batch(parted, 1).bytes), Reason::bad_signature);
    EXPECT_EQ(integer("SELECT frozen FROM ledger WHERE terminal = 'T1'"), 0);
    EXPECT_EQ(receipt(batch(made_, 1)), 9) << "nothing has changed for the terminal";
}

TEST_P(SignerTest, WhoseHistoryDiffersFromAnUnsignedEndMakesAFork) {
    EXPECT_EQ(send_all(made_, 1), 5);
    MadeLedger forged = made_;
    forged.fail_signer();
    sell(forged, 3);
    EXPECT_EQ(send_all(forged, 6), 9);
    sell(made_, 2);
    EXPECT_EQ(refused(batch(made_, 6).bytes), Reason::fork);
    EXPECT_EQ(integer("SELECT count(*) FROM fork WHERE terminal = 'T1' AND seq = 7"), 1);
    EXPECT_EQ(unverified(), 6) << "nothing has proven it";
}

TEST_P(SignerTest, WhoseHistoryGoesOnFromAnotherEndMakesAForkToo) {
    EXPECT_EQ(send_all(made_, 1), 5);
    MadeLedger forged = made_;
    forged.fail_signer();
    sell(made_, 4);
    EXPECT_EQ(send_all(forged, 6), 6);
    EXPECT_EQ(refused(batch(made_, 7).bytes), Reason::fork);
}

TEST_P(SignerTest, MakesNoDifferenceToHowALedgerIsCut) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const Fleet fleet(2, 40, seed, Fleet::Signers::fail_at_times);
        Centre straight(fleet);
        const auto fresh = store::make_store(GetParam());
        ASSERT_TRUE(store::migrate(**fresh, store::migrations()).ok());
        ASSERT_TRUE(fleet.provision(**fresh).ok());
        Reception reception = Reception::open({**fresh, key_.key, clock_}).value();
        std::mt19937_64 random(seed);
        for (std::size_t terminal = 0; terminal < 2; ++terminal) {
            const std::string name = Fleet::name(terminal);
            std::vector<std::string> payloads;
            for (const std::string& bytes : fleet.cut(terminal, random))
                payloads.push_back(wire::write(wire::Batch{bytes}));
            for (std::size_t at = 0; at < payloads.size();) {
                std::vector<Incoming> group;
                for (const std::size_t end = at + 1 + random() % 3;
                     at < std::min(end, payloads.size()); ++at)
                    group.push_back({name, payloads[at]});
                ASSERT_EQ(reception.take(group).value().size(), 1u) << "seed " << seed;
            }
            straight.keep(fleet.batch(terminal, 1, fleet.events(terminal)), name);
        }
        EXPECT_EQ(differing_tables(**fresh, straight.database()).value(),
                  std::vector<std::string>())
            << "seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(, SignerTest, testing::Values(Dialect::sqlite, Dialect::postgres),
                         store::DialectName());

}  // namespace
}  // namespace counterfoil::ingest
