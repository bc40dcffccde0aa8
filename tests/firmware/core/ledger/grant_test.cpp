#include "firmware/core/ledger/grant.h"

#include <gtest/gtest.h>

#include <sstream>

#include "firmware/core/ledger/export.h"
#include "firmware/journal/reader.h"
#include "tests/support/test_till.h"

namespace counterfoil::ledger {
namespace {

// An epoch that a centre has opened, and the ledger that began in it.
class EpochGrantTest : public testing::Test {
  protected:
    EpochGrantTest() {
        journal::Opening opening{2, grant_};
        auto made = journal::Journal::create(journal::Paths::in(folder_.path()), till_.world(),
                                             till_.certificates, opening);
        EXPECT_TRUE(made.ok()) << made.error().line();
    }

    Verdict verify(const std::optional<crypto::Certificate>& centre) {
        auto reader = journal::JournalReader::open(folder_ / "journal.db");
        std::stringstream text;
        EXPECT_TRUE(reader.value().write_export(text).ok());
        VerifyOptions options;
        options.centre = centre;
        return verify_export(text, options);
    }

    static std::string told(const Verdict& verdict) {
        if (const auto* finding = std::get_if<Finding>(&verdict))
            return std::string(fault_name(finding->fault));
        const Summary& summary = std::get<Summary>(verdict);
        return "ok " + std::to_string(summary.epoch) +
               (summary.granted_at ? " " + base::to_rfc3339(*summary.granted_at) : "");
    }

    test::TemporaryFolder folder_;
    test::TestTill till_;
    test::TestTill centre_{7, "centre"};
    test::TestTill other_{8, "centre"};
    EpochName name_ = name_epoch(till_.certificates.front(), 2);
    EpochGrant grant_ = grant_epoch(name_, test::kMorning, centre_.key).value();
};

TEST_F(EpochGrantTest, IsGoodForItsTerminalEpochCertificateAndTimeAlone) {
    const auto key = crypto::Verifier::create(centre_.key.public_key());
    EXPECT_TRUE(holds(grant_, name_, key.value()));
    EpochName another = name_;
    another.terminal = "T02";
    EXPECT_FALSE(holds(grant_, another, key.value()));
    another = name_;
    another.epoch = 3;
    EXPECT_FALSE(holds(grant_, another, key.value()));
    another = name_;
    another.certificate[0] ^= 1;
    EXPECT_FALSE(holds(grant_, another, key.value()));
    EpochGrant later = grant_;
    later.at.unix_ms += 1;
    EXPECT_FALSE(holds(later, name_, key.value()));
    const auto stranger = crypto::Verifier::create(other_.key.public_key());
    EXPECT_FALSE(holds(grant_, name_, stranger.value()));
}

TEST_F(EpochGrantTest, StandsInTheGenesisAndIsProvenThere) {
    EXPECT_EQ(told(verify({})), "ok 2 2026-11-21T08:00:00.000Z");
    EXPECT_EQ(told(verify(centre_.certificates.front())), "ok 2 2026-11-21T08:00:00.000Z");
    EXPECT_EQ(told(verify(other_.certificates.front())), "grant_wrong");
}

TEST_F(EpochGrantTest, IsMissedWhereACentreIsAskedFor) {
    test::TemporaryFolder folder;
    {
        auto own = journal::Journal::create(journal::Paths::in(folder.path()), till_.world(),
                                            till_.certificates);
        ASSERT_TRUE(own.ok());
    }
    auto reader = journal::JournalReader::open(folder / "journal.db");
    std::stringstream text;
    ASSERT_TRUE(reader.value().write_export(text).ok());
    VerifyOptions options;
    options.centre = centre_.certificates.front();
    EXPECT_EQ(told(verify_export(text, options)), "grant_missing");
    std::stringstream again(text.str());
    EXPECT_EQ(told(verify_export(again, {})), "ok 1");
}

TEST_F(EpochGrantTest, OfAnotherFormIsNone) {
    for (const char* text : {R"({})", R"({"at":"2026-11-21T08:00:00.000Z"})",
                             R"({"at":"2026-11-21","signature":"AA"})"}) {
        const auto document = json::Document::parse(text);
        EXPECT_FALSE(read_grant(document.value().root()).ok()) << text;
    }
}

}  // namespace
}  // namespace counterfoil::ledger
