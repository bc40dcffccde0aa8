#include "daemon/aggregator/ingest/own_ledger.h"

#include "daemon/aggregator/ingest/reception.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

// The centre's own ledger, through the same path.
class OwnLedgerTest : public testing::Test {
  protected:
    OwnLedger open() {
        return OwnLedger::open(
                   {centre_.database(), key_.key, key_.certificates.front(), clock_, key_.entropy})
            .value();
    }

    Centre centre_;
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
};

TEST_F(OwnLedgerTest, ATerminalIsProvisionedAndRevokedByAnEvent) {
    const test::Fleet fleet(1, 5, 7);
    OwnLedger own = open();
    Reception reception = Reception::open({centre_.database(), key_.key, clock_}).value();
    const std::string batch = wire::write(wire::Batch{fleet.batch(0, 1, 5)});
    const auto send = [&] {
        const std::vector<Incoming> one{{"T1", batch}};
        return wire::open_envelope(reception.take(one).value().front().payload).value().kind;
    };
    EXPECT_EQ(send(), wire::Kind::nak);
    const auto& certificate = fleet.ledgers()[0].certificates().front();
    EXPECT_FALSE(reception.is_outdated().value());
    ASSERT_TRUE(own.provision(certificate, 3, "admin").ok());
    EXPECT_TRUE(reception.is_outdated().value());
    ASSERT_TRUE(reception.reload().ok());
    EXPECT_FALSE(reception.is_outdated().value());
    EXPECT_EQ(send(), wire::Kind::receipt);
    EXPECT_EQ(centre_.count("SELECT store FROM terminal WHERE name = 'T1'"), 3);
    ASSERT_TRUE(own.revoke("T1", "stolen", "admin").ok());
    ASSERT_TRUE(reception.reload().ok());
    EXPECT_EQ(send(), wire::Kind::nak);
    EXPECT_EQ(own.cursor().seq, 3);
}

TEST_F(OwnLedgerTest, AHelperSignsTheSameLedgerAndTakesItAllBackWhereItFails) {
    test::FailingSigner helper(key_.key);
    OwnLedger own = OwnLedger::open({centre_.database(),
                                     key_.signer,
                                     key_.certificates.front(),
                                     clock_,
                                     key_.entropy,
                                     {},
                                     0,
                                     &helper})
                        .value();
    const auto revoke = [&](int from, int to) {
        return own.within([&]() -> base::Status {
            json::Object body;
            body.set("terminal", "T9").set("reason", "lost");
            for (int i = from; i < to; ++i)
                CF_TRY(own.add(ledger::EventType::terminal_revoked, body, "admin"));
            return {};
        });
    };
    ASSERT_TRUE(revoke(0, 300).ok());
    EXPECT_EQ(own.cursor().seq, 301);
    helper.fails = key_.signer.fails = true;
    EXPECT_EQ(revoke(300, 310).error().code(), base::Code::signer_failed);
    helper.fails = key_.signer.fails = false;
    EXPECT_EQ(own.cursor().seq, 301);
    ASSERT_TRUE(revoke(310, 320).ok());
    const auto key = crypto::Verifier::create(key_.key.public_key()).value();
    const auto rows = centre_.database().query("SELECT bytes FROM batch ORDER BY to_seq").value();
    ASSERT_EQ(rows.size(), 4U) << "the first event, 256, 44 and 10";
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto batch = ledger::Batch::read(rows.text(row, 0)).value();
        for (const ledger::Line& line : batch.lines()) {
            crypto::Signature signature{};
            ASSERT_TRUE(base::base64url_into(line.signature, signature));
            EXPECT_TRUE(key.verify(ledger::event_hash(line.bytes), signature)) << row;
        }
    }
}

TEST_F(OwnLedgerTest, GoesOnAfterAStartAndIsNobodyElses) {
    open();
    OwnLedger own = open();
    EXPECT_EQ(own.cursor().seq, 1);
    ASSERT_TRUE(own.revoke("T9", "lost", "admin").ok());
    EXPECT_EQ(open().cursor().seq, 2);
    const test::TestTill other(5, "centre");
    test::TestTill stranger(5, "centre");
    EXPECT_EQ(OwnLedger::open({centre_.database(), stranger.key, other.certificates.front(), clock_,
                               stranger.entropy})
                  .error()
                  .code(),
              base::Code::key_mismatch);
}

// It is not proven again where it is recorded.
TEST_F(OwnLedgerTest, WhatItRecordsIsProvenByItsKey) {
    ASSERT_TRUE(open().revoke("T9", "lost", "admin").ok());
    const auto key = crypto::Verifier::create(key_.key.public_key());
    const auto rows = centre_.database().query("SELECT bytes FROM batch ORDER BY to_seq");
    ASSERT_EQ(rows.value().size(), 2);
    for (std::size_t row = 0; row < 2; ++row) {
        const auto batch = ledger::Batch::read(rows.value().text(row, 0));
        EXPECT_FALSE(batch.value().verify(key.value()).has_value()) << row;
    }
}

// As two processes do on one PostgreSQL database.
TEST_F(OwnLedgerTest, SeveralRecordInTurns) {
    OwnLedger one = open();
    OwnLedger other = open();
    ASSERT_TRUE(one.revoke("T8", "lost", "admin").ok());
    ASSERT_TRUE(other.revoke("T9", "lost", "admin").ok());
    const auto done = one.revoke("T7", "lost", "admin");
    ASSERT_TRUE(done.ok()) << done.error().line();
    EXPECT_EQ(one.cursor().seq, 4);
    EXPECT_EQ(centre_.count("SELECT count(*) FROM fork"), 0);
}

TEST_F(OwnLedgerTest, WhoIsProvisionedAnewBeforeAnythingIsHeldMayComeWithAnotherLedger) {
    const test::Fleet fleet(1, 5, 7);
    OwnLedger own = open();
    const auto& certificate = fleet.ledgers()[0].certificates().front();
    ASSERT_TRUE(own.provision(certificate, 3, "admin").ok());
    ASSERT_TRUE(centre_.database().run("UPDATE ledger SET incarnation = 'x'").ok());
    ASSERT_TRUE(own.provision(certificate, 3, "admin").ok());
    EXPECT_EQ(centre_.count("SELECT count(*) FROM ledger WHERE incarnation IS NULL"), 1);
}

// A device that was given up may have sold meanwhile: what it brings is not the new one's.
TEST_F(OwnLedgerTest, WhoIsProvisionedWithAnotherKeyBeginsAnotherEpochWhateverIsHeld) {
    const test::MadeLedger old(1, "T1", 1);
    const test::MadeLedger next(1, "T1", 2);
    OwnLedger own = open();
    EXPECT_EQ(own.provision(old.certificates().front(), 3, "admin").value(), 1);
    EXPECT_EQ(own.provision(next.certificates().front(), 3, "admin").value(), 2);
    EXPECT_EQ(own.provision(next.certificates().front(), 3, "admin").value(), 2);
}

// What a folder's centre.head is for.
class RolledBackTest : public OwnLedgerTest {
  protected:
    base::Result<OwnLedger> open_in(Centre& centre) {
        return OwnLedger::open(
            {centre.database(), key_.key, key_.certificates.front(), clock_, key_.entropy, head_});
    }
    std::optional<base::Code> code_in(Centre& centre) {
        const auto opened = open_in(centre);
        if (opened.ok()) return std::nullopt;
        return opened.error().code();
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path head_ = folder_ / "centre.head";
};

TEST_F(RolledBackTest, AStoreThatHoldsLessThanTheFileSaysIsRefused) {
    ASSERT_TRUE(open_in(centre_).value().revoke("T9", "lost", "admin").ok());
    EXPECT_EQ(HeadFile(head_).read().value()->own, open_in(centre_).value().cursor());
    Centre empty;
    EXPECT_EQ(code_in(empty), base::Code::rolled_back);
    EXPECT_EQ(empty.count("SELECT count(*) FROM terminal"), 0) << "and nothing is written to it";
    EXPECT_EQ(code_in(centre_), std::nullopt);
}

TEST_F(RolledBackTest, AStoreOfAnotherHistoryIsRefusedThoughItIsLonger) {
    ASSERT_TRUE(open_in(centre_).value().revoke("T9", "lost", "admin").ok());
    Centre other;
    clock_.advance(1000);
    OwnLedger longer = OwnLedger::open({other.database(), key_.key, key_.certificates.front(),
                                        clock_, key_.entropy})
                           .value();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(longer.revoke("T9", "lost", "admin").ok());
    EXPECT_EQ(code_in(other), base::Code::rolled_back);
}

// The process can end between the two.
TEST_F(RolledBackTest, AFileThatIsBehindOrGoneIsWrittenAnew) {
    OwnLedger own = open_in(centre_).value();
    const wire::Cursor before = own.cursor();
    ASSERT_TRUE(own.revoke("T9", "lost", "admin").ok());
    ASSERT_TRUE(HeadFile(head_).write({before, 0}).ok()) << "as an older program did";
    EXPECT_EQ(code_in(centre_), std::nullopt);
    EXPECT_EQ(HeadFile(head_).read().value()->own.seq, 2);
    std::filesystem::remove(head_);
    EXPECT_EQ(code_in(centre_), std::nullopt);
    EXPECT_EQ(HeadFile(head_).read().value()->own.seq, 2);
    EXPECT_EQ(HeadFile(head_).read().value()->events, 2);
    ASSERT_TRUE(base::replace_file(head_, "rubbish", base::Readers::everyone).ok());
    EXPECT_EQ(code_in(centre_), base::Code::corrupt);
}

TEST_F(RolledBackTest, WhoServesWritesTheFileNowAndThen) {
    constexpr std::int64_t kPatienceMs = 1000;
    OwnLedger own = OwnLedger::open({centre_.database(), key_.key, key_.certificates.front(),
                                     clock_, key_.entropy, head_, kPatienceMs})
                        .value();
    const auto written = [&] { return HeadFile(head_).read().value()->own.seq; };
    clock_.advance(kPatienceMs - 1);
    ASSERT_TRUE(own.revoke("T9", "lost", "admin").ok());
    EXPECT_EQ(written(), 1);
    clock_.advance(1);
    ASSERT_TRUE(own.revoke("T8", "lost", "admin").ok());
    EXPECT_EQ(written(), 3);
    ASSERT_TRUE(own.revoke("T7", "lost", "admin").ok());
    EXPECT_EQ(written(), 3);
    ASSERT_TRUE(own.mark().ok());
    EXPECT_EQ(written(), 4);
}

TEST_F(OwnLedgerTest, AnotherEpochSaysWhatItFollowsAndWhy) {
    OwnLedger own = open();
    ASSERT_TRUE(own.revoke("T9", "lost", "admin").ok());
    const OwnLedger::World world{centre_.database(), key_.key, key_.certificates.front(), clock_,
                                 key_.entropy};
    const wire::Cursor begun = OwnLedger::begin_epoch(world, 5, "restored").value();
    EXPECT_EQ(begun.epoch, 5);
    EXPECT_EQ(begun.seq, 1);
    const auto rows = centre_.database().query("SELECT bytes FROM batch WHERE epoch = 5").value();
    const auto batch = ledger::Batch::read(rows.text(0, 0)).value();
    const auto body =
        ledger::read_body(ledger::read_event(batch.lines().front().bytes).value()).value();
    EXPECT_EQ(body.root().text("reason").value(), "restored");
    const auto follows = body.root().object("follows").value();
    EXPECT_EQ(follows.integer("epoch").value(), 1);
    EXPECT_EQ(follows.integer("seq").value(), 2);
    EXPECT_EQ(follows.text("head").value(), base::to_hex(own.cursor().head));
    OwnLedger next = open();
    ASSERT_TRUE(next.revoke("T8", "lost", "admin").ok());
    EXPECT_EQ(next.cursor().epoch, 5);
    EXPECT_EQ(next.cursor().seq, 2);
}

TEST_F(OwnLedgerTest, TheTerminalsAreThoseOfItsEvents) {
    const test::Fleet fleet(1, 1, 7);
    ASSERT_TRUE(open().provision(fleet.ledgers()[0].certificates().front(), 3, "admin").ok());
    Centre rebuilt;
    ASSERT_TRUE(project_all(centre_.database(), rebuilt.database()).ok());
    const auto differing = [&] {
        return differing_tables(centre_.database(), rebuilt.database()).value();
    };
    EXPECT_EQ(differing(), std::vector<std::string>());
    ASSERT_TRUE(centre_.database().run("UPDATE terminal SET store = 9 WHERE name = 'T1'").ok());
    EXPECT_EQ(differing(), std::vector<std::string>{"terminal"});
}

TEST_F(OwnLedgerTest, ATerminalThatPlaysTheCentreIsFlagged) {
    const test::Fleet fleet(1, 1, 7);
    test::MadeLedger made(1, "T1", 7);
    made.add("terminal_revoked", R"({"terminal":"T1","reason":"x"})");
    ASSERT_TRUE(fleet.provision(centre_.database()).ok());
    ASSERT_TRUE(centre_.terminals().load(centre_.database()).ok());
    centre_.keep(ledger::write_batch("T1", 1, 1, ledger::kNoEvent, made.events()).bytes, "T1");
    EXPECT_EQ(centre_.count("SELECT count(*) FROM flag WHERE reason = 'not_the_centre'"), 1);
    EXPECT_EQ(centre_.count("SELECT revoked FROM terminal WHERE name = 'T1'"), 0);
}

}  // namespace
}  // namespace counterfoil::ingest
