#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/batch.h"
#include "firmware/core/ledger/export.h"
#include "firmware/core/ledger/receipt.h"
#include "tests/support/test_till.h"

namespace counterfoil::ledger {
namespace {

// The examples of FORMAT.md: what stands in each fenced block, by the block's name.
std::map<std::string, std::string> format_examples() {
    std::ifstream in(COUNTERFOIL_SOURCE_DIR "/firmware/core/ledger/FORMAT.md");
    std::map<std::string, std::string> examples;
    std::string line;
    while (std::getline(in, line)) {
        if (!line.starts_with("```")) continue;
        const std::string name = line.substr(3);
        while (std::getline(in, line) && line != "```") examples[name] += line;
    }
    return examples;
}

// A key from its secret number, through the PEM form that key files have.
crypto::SigningKey published_key(const std::string& secret, const std::string& point,
                                 base::Entropy& entropy) {
    const test::TemporaryFolder folder;
    const auto der =
        base::from_hex("30770201010420" + secret + "a00a06082a8648ce3d030107a144034200" + point)
            .value();
    std::string base64 = base::to_base64url(der);
    std::ranges::replace(base64, '-', '+');
    std::ranges::replace(base64, '_', '/');
    while (base64.size() % 4 != 0) base64 += '=';
    auto key = crypto::SigningKey::from_pem(
        "-----BEGIN EC PRIVATE KEY-----\n" + base64 + "\n-----END EC PRIVATE KEY-----\n", entropy);
    CF_CHECK(key.ok());
    return std::move(key).value();
}

class FormatDocument : public testing::Test {
  protected:
    std::map<std::string, std::string> examples_ = format_examples();
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ =
        published_key(examples_["private-key"], examples_["public-key"], entropy_);
};

TEST_F(FormatDocument, HashesAndSignaturesAreWhatTheBytesGive) {
    for (const std::string n : {"1", "2"}) {
        const auto hash = event_hash(examples_["event-" + n]);
        EXPECT_EQ(base::to_hex(hash), examples_["hash-" + n]);
        EXPECT_EQ(base::to_base64url(key_.sign(hash).value()), examples_["signature-" + n]);
    }
}

TEST_F(FormatDocument, ExamplesAreAnExportThatVerifies) {
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

TEST_F(FormatDocument, BatchOfTheExamplesHasTheHeaderShown) {
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

TEST_F(FormatDocument, ReceiptIsSignedAsDescribed) {
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

TEST_F(FormatDocument, NamesEveryReasonAndEveryType) {
    std::ifstream in(COUNTERFOIL_SOURCE_DIR "/firmware/core/ledger/FORMAT.md");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (int fault = 0; fault <= static_cast<int>(Fault::empty); ++fault) {
        const auto name = std::string(fault_name(static_cast<Fault>(fault)));
        EXPECT_NE(text.find("`" + name + "`"), std::string::npos) << name;
    }
    for (int type = 0; type <= static_cast<int>(EventType::signer_recovered); ++type) {
        const auto name = std::string(type_name(static_cast<EventType>(type)));
        EXPECT_NE(text.find("`" + name + "`"), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace counterfoil::ledger
