#include "daemon/aggregator/ingest/audit.h"

#include "daemon/aggregator/ingest/own_ledger.h"
#include "tests/daemon/aggregator/ingest/centre.h"
#include "tests/daemon/aggregator/store/store_support.h"

namespace counterfoil::ingest {
namespace {

using ledger::SignedEvent;
using store::Dialect;
using test::Fleet;
using test::MadeLedger;

class AuditTest : public testing::TestWithParam<Dialect> {
  protected:
    AuditTest() {
        CF_CHECK(store::migrate(database(), store::migrations()).ok());
        CF_CHECK(fleet_.provision(database()).ok());
        CF_CHECK(terminals_.load(database()).ok());
    }
    store::Database& database() { return **store_; }

    // The events behind what is held, in batches of so many.
    void keep(const std::string& terminal, std::span<const SignedEvent> events,
              std::size_t together = 256) {
        const auto held = find_cursor(database(), {terminal, 1}).value();
        wire::Cursor cursor = *held;
        events = events.subspan(static_cast<std::size_t>(cursor.seq));
        while (!events.empty()) {
            const auto some = events.first(std::min(together, events.size()));
            const auto batch = ledger::write_batch(terminal, 1, cursor.seq + 1, cursor.head, some);
            std::vector<Candidate> one;
            one.push_back(examine(batch.bytes, terminal, terminals_).value());
            CF_CHECK(ingest::keep(database(), one, clock_.now()).value().front().kind ==
                     Kept::Kind::kept);
            cursor = {1, batch.header.to, batch.header.head};
            events = events.subspan(some.size());
        }
    }
    void keep_fleet() {
        for (std::size_t i = 0; i < 3; ++i) keep(Fleet::name(i), fleet_.ledgers()[i].events(), 10);
    }
    Auditor::World world() {
        return {database(), terminals_, clock_,
                [this](const AuditFinding& finding) { told_.push_back(text_of(finding)); }};
    }
    static std::string text_of(const AuditFinding& finding) {
        EXPECT_FALSE(sentence_of(finding).empty());
        return finding.name.terminal + " " + std::to_string(finding.seq) + "+" +
               std::to_string(finding.events) + " " + std::string(finding.reason);
    }
    void go_round(Auditor& auditor) {
        while (auditor.step().value()) {
        }
    }
    Auditor::Figures round() {
        Auditor auditor(world());
        go_round(auditor);
        return auditor.figures();
    }
    // The findings as they are written down.
    std::vector<std::string> found() {
        const auto rows = database()
                              .query(
                                  "SELECT terminal, seq, events, reason FROM audit_finding "
                                  "ORDER BY terminal, epoch, seq, reason")
                              .value();
        std::vector<std::string> texts;
        for (std::size_t row = 0; row < rows.size(); ++row)
            texts.push_back(text_of({{std::string(rows.text(row, 0)), 1},
                                     rows.integer(row, 1),
                                     rows.integer(row, 2),
                                     rows.text(row, 3)}));
        return texts;
    }
    void unguard() {
        const std::string end = GetParam() == Dialect::sqlite ? ";" : " ON batch;";
        ASSERT_TRUE(database()
                        .execute("DROP TRIGGER batch_no_update" + end +
                                 "DROP TRIGGER batch_no_delete" + end)
                        .ok());
    }
    void run(const std::string& sql) { ASSERT_TRUE(database().execute(sql).ok()) << sql; }

    const std::unique_ptr<store::Store> store_ = store::make_store(GetParam());
    // The seed makes the keys: T1's is that of a ledger with seed 7.
    Fleet fleet_{3, 40, 7};
    Terminals terminals_;
    base::SettableClock clock_{test::kMorning};
    std::vector<std::string> told_;
};

using Texts = std::vector<std::string>;

TEST_P(AuditTest, ChecksEverySignatureAndFindsNothingInWhatIsSound) {
    keep_fleet();
    const auto figures = round();
    EXPECT_EQ(figures.signatures, 120u);
    EXPECT_EQ(figures.rounds, 1u);
    EXPECT_EQ(found(), Texts());
}

TEST_P(AuditTest, FindsNothingInWhatAFailureOfTheSignerExplains) {
    MadeLedger made(3, "T1", 7);
    for (int i = 0; i < 2; ++i) {
        made.fail_signer();
        for (int event = 0; event < 5; ++event) made.add("drawer_opened", "{}");
        if (i == 0) made.recover_signer();
    }
    keep("T1", made.events(), 4);
    EXPECT_EQ(round().unsigned_events, 12u);
    EXPECT_EQ(found(), Texts());
    clock_.advance(std::int64_t{48} * 3600 * 1000);
    round();
    EXPECT_EQ(found(), Texts{"T1 11+6 unsigned_tail"}) << "it has been down for too long";
    made.recover_signer();
    keep("T1", made.events());
    EXPECT_EQ(round().findings, 0u);
}

TEST_P(AuditTest, WritesARunOfBadSignaturesDownOnce) {
    const MadeLedger made(700, "T1", 7);
    auto events = made.events();
    // The last ones of batches are right, or they would not have been taken.
    for (std::size_t i = 99; i < 650; ++i)
        if (i != 255 && i != 511) events[i].signature->front() ^= 1;
    keep("T1", events);
    Auditor auditor(world());
    go_round(auditor);
    EXPECT_EQ(found(), Texts{"T1 100+549 signature_wrong"});
    EXPECT_EQ(told_, Texts{"T1 100+156 signature_wrong"}) << "when it was found first";
    run("CREATE TRIGGER quiet BEFORE UPDATE ON audit_finding " +
        std::string(GetParam() == Dialect::sqlite
                        ? "BEGIN SELECT RAISE(ABORT, 'it is written again'); END"
                        : "FOR EACH ROW EXECUTE FUNCTION refuse_change()"));
    go_round(auditor);
    EXPECT_EQ(auditor.figures().rounds, 2u);
    EXPECT_EQ(auditor.figures().findings, 1u);
    EXPECT_EQ(round().findings, 0u) << "also behind a restart";
    EXPECT_EQ(told_.size(), 1u);
    EXPECT_EQ(found(), Texts{"T1 100+549 signature_wrong"});
}

TEST_P(AuditTest, WritesNoMoreOfALedgerThanSomebodyWouldLookAt) {
    const MadeLedger made(1300, "T1", 7);
    auto events = made.events();
    for (const std::size_t i : {9U, 299U, 599U, 899U, 1199U}) events[i].signature->front() ^= 1;
    keep("T1", events);
    auto world = this->world();
    world.most_findings = 3;
    Auditor auditor(world);
    go_round(auditor);
    EXPECT_EQ(found(), (Texts{"T1 10+1 signature_wrong", "T1 300+1 signature_wrong",
                              "T1 600+3 signature_wrong"}));
}

TEST_P(AuditTest, FindsWhatIsUnsignedWithoutAFailureOrVouchedForByNobody) {
    MadeLedger made(3, "T1", 7);
    made.add_unsigned("drawer_opened", "{}");
    made.add_unsigned("drawer_opened", "{}");
    made.add("drawer_opened", "{}");
    keep("T1", made.events());
    MadeLedger other(3, "T2", 8);
    other.add_unsigned("signer_failed", "{}");
    other.add_unsigned("drawer_opened", "{}");
    other.add("signer_recovered", R"({"first":5,"last":5})");
    keep("T2", other.events());
    round();
    EXPECT_EQ(found(), (Texts{"T1 4+2 signature_missing", "T2 6+1 signature_missing"}));
}

TEST_P(AuditTest, FindsDamageAndGoesOnBehindIt) {
    keep_fleet();
    unguard();
    run("UPDATE batch SET bytes = CAST('rubbish' AS " +
        std::string(GetParam() == Dialect::sqlite ? "BLOB" : "BYTEA") +
        ") WHERE terminal = 'T1' AND from_seq = 11");
    run("DELETE FROM batch WHERE terminal = 'T2' AND from_seq = 1");
    round();
    EXPECT_EQ(found(), (Texts{"T1 11+10 kept_bytes_damaged", "T2 1+10 kept_events_missing"}));
}

TEST_P(AuditTest, DoesNotBlameWhatIsBehindDamageForAFailureThatStoodThere) {
    MadeLedger made(3, "T1", 7);
    made.fail_signer();
    for (int event = 0; event < 5; ++event) made.add("drawer_opened", "{}");
    made.recover_signer();
    made.add_unsigned("drawer_opened", "{}");
    made.add("drawer_opened", "{}");
    keep("T1", made.events(), 6);
    unguard();
    run("UPDATE batch SET bytes = CAST('rubbish' AS " +
        std::string(GetParam() == Dialect::sqlite ? "BLOB" : "BYTEA") + ") WHERE from_seq = 1");
    round();
    EXPECT_EQ(found(), (Texts{"T1 1+6 kept_bytes_damaged", "T1 11+1 signature_missing"}));
}

TEST_P(AuditTest, FindsOtherEventsInThePlaceOfThoseThatWereTaken) {
    keep_fleet();
    unguard();
    const std::string forged = fleet_.batch(0, 1, 10);
    ASSERT_TRUE(database()
                    .run("UPDATE batch SET bytes = $1 WHERE terminal = 'T3' AND from_seq = 1",
                         {base::as_bytes(forged)})
                    .ok());
    const MadeLedger another(20, "T2", 8);
    const auto history =
        ledger::write_batch("T2", 1, 11, ledger::event_hash(another.events()[9].bytes),
                            std::span(another.events()).subspan(10));
    ASSERT_TRUE(database()
                    .run("UPDATE batch SET bytes = $1 WHERE terminal = 'T2' AND from_seq = 11",
                         {base::as_bytes(history.bytes)})
                    .ok());
    run("UPDATE batch SET head = (SELECT head FROM batch WHERE terminal = 'T2' AND from_seq = 1) "
        "WHERE terminal = 'T1' AND from_seq = 1");
    round();
    EXPECT_EQ(found(), (Texts{"T1 10+11 kept_chain_broken", "T2 11+10 kept_chain_broken",
                              "T3 1+10 kept_chain_broken"}));
}

TEST_P(AuditTest, MissesTheEndOfALedgerAndAWholeOne) {
    keep_fleet();
    unguard();
    run("DELETE FROM batch WHERE terminal = 'T1' AND from_seq > 20");
    run("DELETE FROM batch WHERE terminal = 'T3'");
    round();
    EXPECT_EQ(found(), (Texts{"T1 21+20 kept_events_missing", "T3 1+40 kept_events_missing"}));
}

TEST_P(AuditTest, KnowsTheKeysThatATerminalHadBefore) {
    test::TestTill centre(99, "centre");
    test::TestTill later(55, "T1");
    OwnLedger own = OwnLedger::open({database(), centre.key, centre.certificates.front(), clock_,
                                     centre.entropy})
                        .value();
    MadeLedger made(8, "T1", 7);
    auto events = made.events();
    ASSERT_TRUE(own.provision(made.certificates().front(), 1, "admin").ok());
    keep("T1", std::span(events).first(3));
    ASSERT_EQ(own.provision(later.certificates.front(), 1, "admin").value(), 2);
    ASSERT_TRUE(terminals_.load(database()).ok());
    // What is left of the first epoch is proven by its key, which is not the newest.
    events[6].signature->front() ^= 1;
    keep("T1", events);
    round();
    EXPECT_EQ(found(), Texts{"T1 7+1 signature_wrong"});
}

TEST_P(AuditTest, GoesOnWhereItFailed) {
    MadeLedger made(30, "T1", 7);
    auto events = made.events();
    for (const std::size_t i : {3U, 14U}) events[i].signature->front() ^= 1;
    keep("T1", events, 10);
    Auditor auditor(world());
    run("ALTER TABLE audit_finding RENAME TO away");
    EXPECT_FALSE(auditor.step().ok());
    EXPECT_FALSE(auditor.step().ok());
    EXPECT_EQ(auditor.figures().batches, 0u);
    run("ALTER TABLE away RENAME TO audit_finding");
    go_round(auditor);
    EXPECT_EQ(found(), Texts{"T1 4+2 signature_wrong"});
    EXPECT_EQ(auditor.figures().findings, 1u);
}

INSTANTIATE_TEST_SUITE_P(, AuditTest, testing::Values(Dialect::sqlite, Dialect::postgres),
                         store::DialectName());

}  // namespace
}  // namespace counterfoil::ingest
