#include "daemon/aggregator/ingest/audit.h"

#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

class AuditTest : public testing::Test {
  protected:
    AuditTest() {
        std::mt19937_64 random(1);
        for (std::size_t terminal = 0; terminal < 3; ++terminal)
            for (const std::string& bytes : fleet_.cut(terminal, random))
                centre_.keep(bytes, test::Fleet::name(terminal));
    }
    Auditor::Figures round() {
        Auditor auditor({centre_.database(), centre_.terminals()});
        for (;;) {
            const auto more = auditor.step();
            CF_CHECK(more.ok());
            if (!more.value()) return auditor.figures();
        }
    }
    std::int64_t found(const std::string& reason) {
        return centre_.database()
            .query("SELECT count(*) FROM audit_finding WHERE reason = $1",
                   {std::string_view(reason)})
            .value()
            .integer(0, 0);
    }

    test::Fleet fleet_{3, 40, 7};
    Centre centre_{fleet_};
};

TEST_F(AuditTest, ChecksEverySignatureAndFindsNothingInWhatIsSound) {
    const auto figures = round();
    EXPECT_EQ(figures.signatures, 120u);
    EXPECT_EQ(figures.findings, 0u);
    EXPECT_EQ(figures.rounds, 1u);
}

TEST_F(AuditTest, FindsASignatureThatTheLastOneHidAndGoesOn) {
    test::MadeLedger made(1, "T1", 7);
    made.add("drawer_opened", "{}");
    made.add("drawer_opened", "{}");
    auto events = made.events();
    events[1].signature->front() ^= 1;
    Centre centre(fleet_);
    ASSERT_EQ(
        centre.keep(ledger::write_batch("T1", 1, 1, ledger::kNoEvent, events).bytes, "T1").kind,
        Kept::Kind::kept);
    Auditor auditor({centre.database(), centre.terminals()});
    ASSERT_TRUE(auditor.step().value());
    EXPECT_FALSE(auditor.step().value());
    EXPECT_EQ(auditor.figures().findings, 1u);
    EXPECT_EQ(centre.count("SELECT seq FROM audit_finding WHERE reason = 'signature_wrong'"), 2);
}

TEST_F(AuditTest, FindsWhatHappenedToTheStore) {
    ASSERT_TRUE(centre_.database()
                    .execute("DROP TRIGGER batch_no_update; DROP TRIGGER batch_no_delete")
                    .ok());
    ASSERT_TRUE(centre_.database()
                    .run("UPDATE batch SET bytes = $1 WHERE terminal = 'T1' AND from_seq = 1",
                         {base::as_bytes("rubbish")})
                    .ok());
    ASSERT_TRUE(
        centre_.database().run("DELETE FROM batch WHERE terminal = 'T2' AND from_seq = 1").ok());
    const std::string other = fleet_.batch(1, 1, 40);
    ASSERT_TRUE(centre_.database()
                    .run("UPDATE batch SET bytes = $1 WHERE terminal = 'T3' AND from_seq = 1",
                         {base::as_bytes(other)})
                    .ok());
    round();
    EXPECT_EQ(found("kept_bytes_damaged"), 1);
    EXPECT_EQ(found("kept_events_missing"), 1);
    EXPECT_GE(found("kept_chain_broken"), 1);
}

}  // namespace
}  // namespace counterfoil::ingest
