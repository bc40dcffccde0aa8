#include <fstream>

#include "daemon/aggregator/ingest/reception.h"
#include "firmware/core/base/coding.h"
#include "tests/daemon/aggregator/own_centre.h"
#include "tests/support/fleet.h"
#include "tools/counterfoil/admin_commands.h"

// What operators see of terminals that sent what they should not have, over real HTTP and from a
// shell.
namespace counterfoil::aggregator {
namespace {

using Answer = OwnCentre::Answer;

class EvidenceTest : public testing::TestWithParam<store::Dialect> {
  protected:
    // T1 has signed two histories, and T2 sends what is nothing.
    void SetUp() override {
        centre_.beside([&](store::Database& database) {
            ASSERT_TRUE(fleet_.provision(database).ok());
            test::TestTill till(98, "centre");
            auto reception = ingest::Reception::open({database, till.key, till.clock}).value();
            const std::string first = wire::write(wire::Batch{fleet_.batch(0, 1, 20)});
            const std::string second = wire::write(wire::Batch{forked_});
            for (const ingest::Incoming& message :
                 {ingest::Incoming{"T1", first}, {"T1", second}, {"T2", kPoison}})
                ASSERT_TRUE(reception.take(std::span(&message, 1)).ok());
        });
    }
    Answer admin(const std::string& path) { return centre_.get(path, centre_.admin()); }
    // The member of the only item of the list.
    static std::string only(const Answer& answer, const std::string& list,
                            const std::string& member) {
        const auto document = json::Document::parse(answer.body).value();
        EXPECT_EQ(document.root().integer("total").value(), 1) << answer.body;
        const auto item = document.root().array(list).value().first();
        EXPECT_TRUE(item && !item->next()) << answer.body;
        const auto value = item->find(member);
        return value->text() ? std::string(*value->text()) : std::to_string(*value->integer());
    }
    // What the command prints; the session is in a folder of the test's own.
    std::string shell(const std::string& words) {
        CLI::App app("counterfoil");
        tool::ExitCode exit_code = tool::kDone;
        tool::add_admin_commands(app, exit_code);
        testing::internal::CaptureStdout();
        app.parse("admin --session " + (folder_ / "session").string() + " " + words);
        const std::string said = testing::internal::GetCapturedStdout();
        EXPECT_EQ(exit_code, tool::kDone) << words << ": " << said;
        return said;
    }
    void sign_in_from_shell() {
        const std::filesystem::path pin = folder_ / "pin";
        std::ofstream(pin) << centre_.first_admin().pin << "\n";
        std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
        shell("sign-in --url http://127.0.0.1:" + std::to_string(centre_.port()) + " --card " +
              centre_.first_admin().loyalty_id + " --pin-file " + pin.string());
    }

    static constexpr const char* kPoison = "nothing that anybody knows";
    test::TemporaryFolder folder_;
    test::Fleet fleet_{2, 20, 7};
    const test::MadeLedger other_{9, "T1", 7};
    const std::string forked_ =
        ledger::write_batch("T1", 1, 1, ledger::kNoEvent, other_.events()).bytes;
    OwnCentre centre_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(On, EvidenceTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(EvidenceTest, ASecondHistoryIsListedAndHadAsItCame) {
    const Answer forks = admin("/api/terminals/T1/forks");
    EXPECT_EQ(forks.status, 200);
    const std::string digest = base::to_hex(other_.head());
    EXPECT_EQ(only(forks, "forks", "digest"), digest);
    EXPECT_EQ(only(forks, "forks", "epoch"), "1");
    EXPECT_EQ(only(forks, "forks", "seq"), "9");
    EXPECT_EQ(only(forks, "forks", "size"), std::to_string(forked_.size()));
    const Answer one = admin("/api/terminals/T1/forks/" + digest);
    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(one.text("bytes"), base::to_base64url(base::as_bytes(forked_)));
    EXPECT_EQ(admin("/api/terminals/T2/forks/" + digest).text("error_code"), "EVIDENCE_NOT_FOUND");
    const Answer table = admin("/api/terminals/T1/forks?format=csv");
    EXPECT_EQ(table.headers.find("X-Total-Count"), "1");
    EXPECT_EQ(table.body, "digest,epoch,seq,found_at,size\r\n" + digest + ",1,9," +
                              only(forks, "forks", "found_at") + "," +
                              std::to_string(forked_.size()) + "\r\n");
}

TEST_P(EvidenceTest, WhatCouldNotBeTakenIsListedAndHadAsItCame) {
    const std::string digest = base::to_hex(crypto::sha256({base::as_bytes(kPoison)}));
    const Answer held = admin("/api/terminals/T2/quarantine");
    EXPECT_EQ(held.status, 200);
    EXPECT_EQ(only(held, "quarantine", "digest"), digest);
    EXPECT_EQ(only(held, "quarantine", "reason"), "malformed");
    EXPECT_EQ(admin("/api/terminals/T2/quarantine/" + digest).text("bytes"),
              base::to_base64url(base::as_bytes(std::string_view(kPoison))));
    const Answer table = admin("/api/terminals/T2/quarantine?format=csv");
    EXPECT_EQ(table.headers.find("X-Total-Count"), "1");
    EXPECT_EQ(table.body, "digest,reason,found_at,size\r\n" + digest + ",malformed," +
                              only(held, "quarantine", "found_at") + ",26\r\n");
    EXPECT_EQ(admin("/api/terminals/T1/quarantine?format=csv").body,
              "digest,reason,found_at,size\r\n");
}

TEST_P(EvidenceTest, TheShellShowsBoth) {
    sign_in_from_shell();
    // A column shows so many characters; the table has all.
    constexpr std::size_t kShown = 39;
    const std::string digest = base::to_hex(other_.head());
    const std::string forks = shell("terminals forks T1");
    EXPECT_NE(forks.find(digest.substr(0, kShown)), std::string::npos) << forks;
    EXPECT_EQ(shell("terminals forks T2"), "(none)\n");
    const std::string held = shell("terminals quarantine T2");
    EXPECT_NE(held.find("malformed"), std::string::npos) << held;
    const std::string table = shell("--csv terminals forks T1");
    EXPECT_TRUE(table.starts_with("digest,epoch,seq,found_at,size\r\n" + digest + ",1,9,"))
        << table;
}

}  // namespace
}  // namespace counterfoil::aggregator
