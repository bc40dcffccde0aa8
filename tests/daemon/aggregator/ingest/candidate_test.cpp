#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

// What points into itself is never copied by accident.
static_assert(!std::is_copy_constructible_v<json::Document>);
static_assert(!std::is_copy_constructible_v<ledger::Batch>);
static_assert(!std::is_copy_constructible_v<Candidate>);
static_assert(std::is_nothrow_move_constructible_v<ledger::Batch>);

using wire::Reason;

class CandidateTest : public testing::Test {
  protected:
    Refused refused(const std::string& bytes, const std::string& from) {
        const auto examined = centre_.examine(bytes, from);
        CF_CHECK(!examined.ok());
        return examined.error();
    }

    test::Fleet fleet_{2, 30, 7};
    Centre centre_{fleet_};
};

TEST_F(CandidateTest, SaysWhatItsEventsSay) {
    test::MadeLedger made(1, "T1", 7);
    made.add("sale", R"({"receipt":1})");
    made.add_newer();
    made.add("training_sale", "{}");
    const std::string bytes =
        ledger::write_batch("T1", 1, 1, ledger::kNoEvent, made.events()).bytes;
    const auto examined = centre_.examine(bytes, "T1");
    ASSERT_TRUE(examined.ok()) << examined.error().sentence;
    const Facts& facts = examined.value().facts;
    ASSERT_EQ(facts.flags.size(), 2u);
    EXPECT_EQ(facts.flags[0].reason, "unreadable_body");
    EXPECT_EQ(facts.flags[0].seq, 2);
    EXPECT_EQ(facts.flags[1].reason, "newer_format");
    EXPECT_EQ(facts.trainings, std::vector<std::int64_t>{4});
    EXPECT_EQ(centre_.keep(bytes, "T1").kind, Kept::Kind::kept) << "it happened all the same";
    EXPECT_EQ(centre_.count("SELECT count(*) FROM flag"), 2);
}

TEST_F(CandidateTest, StrangersAreRefusedAndNotKeptAside) {
    EXPECT_EQ(refused(fleet_.batch(0, 1, 5), "T9").reason, Reason::unknown_terminal);
    ASSERT_TRUE(centre_.database().run("UPDATE terminal SET revoked = 1 WHERE name = 'T1'").ok());
    ASSERT_TRUE(centre_.terminals().load(centre_.database()).ok());
    const Refused revoked = refused(fleet_.batch(0, 1, 5), "T1");
    EXPECT_EQ(revoked.reason, Reason::revoked);
    EXPECT_FALSE(revoked.is_poison);
}

TEST_F(CandidateTest, AnothersBatchIsPoison) {
    const Refused other = refused(fleet_.batch(0, 1, 5), "T2");
    EXPECT_EQ(other.reason, Reason::wrong_terminal);
    EXPECT_TRUE(other.is_poison);
}

TEST_F(CandidateTest, WhatIsNoBatchIsPoison) {
    EXPECT_EQ(refused("", "T1").reason, Reason::malformed);
    EXPECT_EQ(refused("nothing of the kind", "T1").reason, Reason::malformed);
    EXPECT_EQ(refused(std::string(70'000, 'x'), "T1").reason, Reason::too_large);
    std::string cut = fleet_.batch(0, 1, 30);
    cut.resize(cut.size() / 2);
    EXPECT_TRUE(refused(cut, "T1").is_poison);
}

TEST_F(CandidateTest, AnotherKeysSignatureIsPoison) {
    test::MadeLedger impostor(5, "T1", 99);
    const auto bytes = ledger::write_batch("T1", 1, 1, ledger::kNoEvent, impostor.events()).bytes;
    EXPECT_EQ(refused(bytes, "T1").reason, Reason::bad_signature);
}

TEST_F(CandidateTest, ALinkThatDoesNotHoldIsPoison) {
    auto events = fleet_.ledgers()[0].events();
    std::swap(events[3], events[4]);
    const auto bytes = ledger::write_batch("T1", 1, 1, ledger::kNoEvent, events).bytes;
    EXPECT_EQ(refused(bytes, "T1").reason, Reason::broken_chain);
}

TEST_F(CandidateTest, ALedgerBeginsWithItsTerminalsCertificate) {
    EXPECT_TRUE(centre_.examine(fleet_.batch(0, 1, 1), "T1").ok());
    // Another certificate for the same key.
    test::TestTill till(7, "T1");
    const auto other = crypto::Certificate::self_signed(
        till.key, {"T1", {1'000'000'000'000}, {2'000'000'000'000}}, crypto::Use::end_entity);
    ASSERT_TRUE(other.ok());
    ASSERT_TRUE(centre_.database()
                    .run("UPDATE terminal SET certificate = $1 WHERE name = 'T1'",
                         {base::ByteView(other.value().der())})
                    .ok());
    ASSERT_TRUE(centre_.terminals().load(centre_.database()).ok());
    EXPECT_EQ(refused(fleet_.batch(0, 1, 1), "T1").reason, Reason::broken_chain);
}

}  // namespace
}  // namespace counterfoil::ingest
