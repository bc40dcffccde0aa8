#include <gtest/gtest.h>

#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/batch.h"
#include "firmware/core/ledger/export.h"
#include "firmware/core/ledger/receipt.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/shift.h"
#include "firmware/core/ledger/spending.h"
#include "tests/support/format_document.h"
#include "tests/support/test_till.h"

namespace counterfoil::ledger {
namespace {

class LedgerFormat : public testing::Test {
  protected:
    test::FormatDocument document_ = test::FormatDocument::read("firmware/core/ledger/FORMAT.md");
    std::map<std::string, std::string>& examples_ = document_.examples;
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ =
        test::published_key(examples_["private-key"], examples_["public-key"], entropy_);
};

TEST_F(LedgerFormat, HashesAndSignaturesAreWhatTheBytesGive) {
    for (const std::string n : {"1", "2"}) {
        const auto hash = event_hash(examples_["event-" + n]);
        EXPECT_EQ(base::to_hex(hash), examples_["hash-" + n]);
        EXPECT_EQ(base::to_base64url(key_.sign(hash).value()), examples_["signature-" + n]);
    }
}

TEST_F(LedgerFormat, ExamplesAreAnExportThatVerifies) {
    std::stringstream file;
    file << examples_["header"] << '\n';
    for (const std::string n : {"1", "2"})
        file << examples_["event-" + n] << '\t' << examples_["signature-" + n] << '\n';
    const Verdict verdict = verify_export(file, {});
    ASSERT_TRUE(std::holds_alternative<Summary>(verdict))
        << fault_name(std::get<Finding>(verdict).fault);
    EXPECT_EQ(std::get<Summary>(verdict).events, 2);
    EXPECT_EQ(base::to_hex(std::get<Summary>(verdict).head), examples_["hash-2"]);
}

TEST_F(LedgerFormat, APrunedExportBeginsBehindTheBaseShown) {
    std::stringstream file;
    file << examples_["header"] << '\n' << examples_["base"] << '\n';
    file << examples_["event-2"] << '\t' << examples_["signature-2"] << '\n';
    const Verdict verdict = verify_export(file, {});
    ASSERT_TRUE(std::holds_alternative<Summary>(verdict))
        << fault_name(std::get<Finding>(verdict).fault);
    EXPECT_EQ(write_base(std::get<Summary>(verdict).base), examples_["base"]);
}

TEST_F(LedgerFormat, BatchOfTheExamplesHasTheHeaderShown) {
    std::vector<SignedEvent> events;
    for (const std::string n : {"1", "2"}) {
        SignedEvent event{examples_["event-" + n], crypto::Signature{}};
        ASSERT_TRUE(base::base64url_into(examples_["signature-" + n], *event.signature));
        events.push_back(event);
    }
    const WrittenBatch written = write_batch("T01", 1, 1, kNoEvent, events);
    const auto batch = Batch::read(written.bytes);
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch.value().header_line(), examples_["batch-header"]);
}

TEST_F(LedgerFormat, ReceiptIsSignedAsDescribed) {
    const std::string& json = examples_["receipt"];
    const auto hash =
        crypto::sha256({base::as_bytes("counterfoil/receipt/1\n"), base::as_bytes(json)});
    EXPECT_EQ(base::to_hex(hash), examples_["receipt-hash"]);
    const auto verifier = crypto::Verifier::create(key_.public_key());
    const auto receipt =
        read_receipt(json + "\t" + examples_["receipt-signature"], verifier.value());
    ASSERT_TRUE(receipt.ok()) << receipt.error().line();
    EXPECT_EQ(receipt.value().versions.at("members"), 17);
    EXPECT_EQ(write_receipt(receipt.value(), key_).value(),
              json + "\t" + examples_["receipt-signature"]);
}

TEST_F(LedgerFormat, AnEpochsGrantIsSignedAsDescribed) {
    const std::string& json = examples_["grant-signed"];
    const auto hash =
        crypto::sha256({base::as_bytes("counterfoil/grant/1\n"), base::as_bytes(json)});
    EXPECT_EQ(base::to_hex(hash), examples_["grant-hash"]);
    const auto header = read_header(examples_["header"]);
    ASSERT_TRUE(header.ok());
    const EpochName name = name_epoch(header.value().certificates.front(), 2);
    const auto grant = grant_epoch(name, {1'795'248'000'000}, key_);
    EXPECT_EQ(write_grant(grant.value()).write().value(), examples_["grant"]);
    EXPECT_EQ(base::to_base64url(key_.sign(hash).value()),
              base::to_base64url(grant.value().signature));
}

TEST_F(LedgerFormat, BodiesReadBackToTheSameBytes) {
    const auto again = [&](const std::string& name, auto read) {
        const auto body = json::Document::parse(examples_[name]);
        EXPECT_TRUE(body.ok()) << name;
        const auto value = read(body.value().root());
        EXPECT_TRUE(value.ok()) << name;
        return write_body(value.value()).write().value();
    };
    EXPECT_EQ(again("sale-body", read_sale), examples_["sale-body"]);
    EXPECT_EQ(again("refund-body", read_giving_back), examples_["refund-body"]);
    EXPECT_EQ(again("z-report-body", read_shift_figures), examples_["z-report-body"]);
    EXPECT_EQ(again("redemption-body", read_redemption), examples_["redemption-body"]);
    EXPECT_EQ(again("points-spent-body", read_points_spent), examples_["points-spent-body"]);
}

TEST_F(LedgerFormat, NamesEveryReasonAndEveryType) {
    for (int fault = 0; fault <= static_cast<int>(Fault::empty); ++fault)
        EXPECT_TRUE(document_.names(fault_name(static_cast<Fault>(fault)))) << fault;
    for (std::size_t type = 0; type < kEventTypes; ++type)
        EXPECT_TRUE(document_.names(type_name(static_cast<EventType>(type)))) << type;
}

}  // namespace
}  // namespace counterfoil::ledger
