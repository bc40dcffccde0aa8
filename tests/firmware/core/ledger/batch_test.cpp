#include "firmware/core/ledger/batch.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/made_ledger.h"

namespace counterfoil::ledger {
namespace {

using test::MadeLedger;

crypto::Verifier verifier_of(const MadeLedger& ledger) {
    return std::move(crypto::Verifier::create(ledger.certificates()[0].public_key())).value();
}

TEST(Batch, CarriesEventsUnchanged) {
    const MadeLedger ledger(20);
    const auto written = write_batch("T01", 1, 1, kNoEvent, ledger.events());
    EXPECT_EQ(written.header.to, 20);
    EXPECT_EQ(written.header.head, ledger.head());
    const auto batch = Batch::read(written.bytes);
    ASSERT_TRUE(batch.ok()) << batch.error().line();
    ASSERT_EQ(batch.value().lines().size(), 20u);
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_EQ(batch.value().lines()[i].bytes, ledger.events()[i].bytes);
    EXPECT_FALSE(batch.value().verify(verifier_of(ledger)));
}

TEST(Batch, IsByteIdenticalWhenWrittenAgain) {
    const MadeLedger ledger(20);
    EXPECT_EQ(write_batch("T01", 1, 1, kNoEvent, ledger.events()).bytes,
              write_batch("T01", 1, 1, kNoEvent, ledger.events()).bytes);
}

TEST(Batch, HoldsAtMost256Events) {
    const MadeLedger ledger(300);
    EXPECT_EQ(write_batch("T01", 1, 1, kNoEvent, ledger.events()).header.to, 256);
}

TEST(Batch, StaysWithinItsSizeWhenEventsDoNotCompress) {
    MadeLedger ledger(1);
    std::mt19937_64 random(1);
    for (int i = 0; i < 8; ++i) {
        std::string noise;
        while (noise.size() < 30'000) noise.push_back(static_cast<char>('#' + random() % 56));
        ledger.add("drawer_opened", "{\"reason\":\"" + noise + "\"}");
    }
    const auto written = write_batch("T01", 1, 1, kNoEvent, ledger.events());
    EXPECT_LE(written.bytes.size(), kMaxBatchBytes);
    EXPECT_LT(written.header.to, 9);
    EXPECT_FALSE(Batch::read(written.bytes).value().verify(verifier_of(ledger)));
}

TEST(Batch, NamesWhatDoesNotHold) {
    MadeLedger ledger(5);
    const auto key = verifier_of(ledger);
    auto events = ledger.events();
    std::swap(events[2], events[3]);
    EXPECT_EQ(Batch::read(write_batch("T01", 1, 1, kNoEvent, events).bytes).value().verify(key),
              (Finding{3, Fault::event_missing}));
    events = ledger.events();
    events.back().signature = test::TestTill(5).key.sign(ledger.head()).value();
    EXPECT_EQ(Batch::read(write_batch("T01", 1, 1, kNoEvent, events).bytes).value().verify(key),
              (Finding{5, Fault::signature_wrong}));
    EXPECT_EQ(
        Batch::read(write_batch("T02", 1, 1, kNoEvent, ledger.events()).bytes).value().verify(key),
        (Finding{1, Fault::wrong_terminal}));
    EXPECT_EQ(Batch::read(write_batch("T01", 1, 1, ledger.head(), ledger.events()).bytes)
                  .value()
                  .verify(key),
              (Finding{1, Fault::link_broken}));
}

// Some signed events, and then some without.
struct Tail {
    explicit Tail(int signed_events) : ledger(signed_events), key(verifier_of(ledger)) {}

    Batch batch(std::int64_t from = 1) const {
        const auto some = std::span(ledger.events()).subspan(static_cast<std::size_t>(from - 1));
        const auto prev =
            from == 1 ? kNoEvent
                      : event_hash(ledger.events()[static_cast<std::size_t>(from - 2)].bytes);
        return Batch::read(write_batch("T01", 1, from, prev, some).bytes).value();
    }
    std::optional<Finding> verify(std::int64_t from = 1) const { return batch(from).verify(key); }

    MadeLedger ledger;
    crypto::Verifier key;
};

TEST(BatchWithoutASigner, EndsUnsignedWhereTheSignerFailed) {
    Tail tail(4);
    EXPECT_EQ(tail.batch().unproven_from(), 5);
    EXPECT_FALSE(tail.batch().opens_unsigned_run());
    tail.ledger.add_unsigned("signer_failed", "{}");
    tail.ledger.add_unsigned("drawer_opened", "{}");
    EXPECT_EQ(tail.verify(), std::nullopt);
    EXPECT_EQ(tail.batch().unproven_from(), 5);
    EXPECT_TRUE(tail.batch().opens_unsigned_run());
    EXPECT_EQ(tail.verify(5), std::nullopt) << "no signature at all";
    EXPECT_TRUE(tail.batch(5).opens_unsigned_run());
    EXPECT_EQ(tail.verify(6), std::nullopt) << "it may have failed before";
    EXPECT_FALSE(tail.batch(6).opens_unsigned_run());
    EXPECT_EQ(tail.batch(6).unproven_from(), 6);
    tail.ledger.add("signer_recovered", R"({"first":5,"last":6})");
    EXPECT_EQ(tail.verify(), std::nullopt);
    EXPECT_EQ(tail.batch().unproven_from(), 8);
}

TEST(BatchWithoutASigner, IsNoExcuseForWhatIsUnsignedWithoutAFailure) {
    Tail unexplained(4);
    unexplained.ledger.add_unsigned("drawer_opened", "{}");
    unexplained.ledger.add_unsigned("signer_failed", "{}");
    EXPECT_EQ(unexplained.verify(), (Finding{5, Fault::signature_missing}));
    Tail unsigned_recovery(4);
    unsigned_recovery.ledger.add_unsigned("signer_failed", "{}");
    unsigned_recovery.ledger.add_unsigned("signer_recovered", R"({"first":5,"last":5})");
    EXPECT_EQ(unsigned_recovery.verify(), (Finding{6, Fault::signature_missing}));
    EXPECT_EQ(unsigned_recovery.verify(6), (Finding{1, Fault::signature_missing}));
}

TEST(BatchWithoutASigner, IsAsGoodAsItsLastSignature) {
    Tail tail(4);
    tail.ledger.add_unsigned("signer_failed", "{}");
    auto events = tail.ledger.events();
    events[3].signature->front() ^= 1;
    EXPECT_EQ(
        Batch::read(write_batch("T01", 1, 1, kNoEvent, events).bytes).value().verify(tail.key),
        (Finding{4, Fault::signature_wrong}));
    tail.ledger.add("signer_recovered", R"({"first":5,"last":5})");
    events = tail.ledger.events();
    events.back().signature->front() ^= 1;
    EXPECT_EQ(
        Batch::read(write_batch("T01", 1, 1, kNoEvent, events).bytes).value().verify(tail.key),
        (Finding{6, Fault::signature_wrong}));
}

TEST(Batch, SurvivesEveryBitFlip) {
    const MadeLedger ledger(6);
    const auto key = verifier_of(ledger);
    std::string bytes = write_batch("T01", 1, 1, kNoEvent, ledger.events()).bytes;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        const auto batch = Batch::read(bytes);
        // A signature that is not the last one's is covered by none; all else must be reported.
        if (batch.ok() && !batch.value().verify(key)) {
            for (std::size_t i = 0; i < 6; ++i)
                EXPECT_EQ(batch.value().lines()[i].bytes, ledger.events()[i].bytes);
        }
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
}

TEST(Batch, RefusesWhatWouldUnpackToTooMuch) {
    MadeLedger ledger(1);
    const std::string long_text(30'000, 'x');
    for (int i = 0; i < 40; ++i) ledger.add("drawer_opened", "{\"r\":\"" + long_text + "\"}");
    const auto written = write_batch("T01", 1, 1, kNoEvent, ledger.events());
    EXPECT_LT(written.header.to, 20);
    // A frame of a few bytes that claims a gigabyte.
    const std::string bomb("\x28\xb5\x2f\xfd\xa0\x00\x00\x00\x40\x55\x00\x00", 12);
    const auto refused = Batch::read(bomb);
    ASSERT_FALSE(refused.ok());
    EXPECT_FALSE(Batch::read("").ok());
    EXPECT_FALSE(Batch::read(written.bytes + "x").ok());
    EXPECT_EQ(Batch::read(std::string(70'000, 'x')).error().code(), base::Code::too_large);
}

}  // namespace
}  // namespace counterfoil::ledger
