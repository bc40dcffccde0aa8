#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/core/ledger/export.h"
#include "firmware/core/wire/doorbell.h"
#include "firmware/core/wire/renewal.h"
#include "firmware/core/wire/topics.h"
#include "tests/firmware/core/wire/samples.h"
#include "tests/support/format_document.h"

namespace counterfoil::wire {
namespace {

// The examples are shown a line at a time, and known without their line feeds.
std::string flat(std::string bytes) {
    std::erase(bytes, '\n');
    return bytes;
}

class WireFormat : public testing::Test {
  protected:
    // That the message is the one shown, and signed as described: over all before the tab.
    void expect_shown_signed(const std::string& name, const std::string& bytes) {
        const std::size_t tab = bytes.find('\t');
        ASSERT_NE(tab, bytes.npos);
        EXPECT_EQ(flat(bytes.substr(0, tab)), examples_[name]);
        const auto hash = crypto::sha256({base::as_bytes(bytes.substr(0, tab))});
        EXPECT_EQ(base::to_hex(hash), examples_[name + "-hash"]);
        EXPECT_EQ(bytes.substr(tab + 1), examples_[name + "-signature"]);
        EXPECT_EQ(base::to_base64url(key_.sign(hash).value()), examples_[name + "-signature"]);
        const auto verifier = crypto::Verifier::create(key_.public_key());
        EXPECT_TRUE(read_from_centre(bytes, verifier.value()).ok());
    }

    test::FormatDocument document_ = test::FormatDocument::read("firmware/core/wire/FORMAT.md");
    std::map<std::string, std::string>& examples_ = document_.examples;
    test::FormatDocument ledger_ = test::FormatDocument::read("firmware/core/ledger/FORMAT.md");
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ = test::published_key(ledger_.examples["private-key"],
                                                  ledger_.examples["public-key"], entropy_);
};

TEST_F(WireFormat, ATerminalsMessagesAreTheOnesShown) {
    EXPECT_EQ(flat(write(sample_hello())), examples_["hello"]);
    EXPECT_EQ(flat(write(sample_heartbeat())), examples_["heartbeat"]);
    EXPECT_EQ(flat(write(sample_pull())), examples_["pull"]);
    EXPECT_EQ(base::to_hex(base::as_bytes(head_of(Kind::batch))), examples_["batch-head"]);
}

TEST_F(WireFormat, WhatATillAndItsDaemonSayIsAsShown) {
    EXPECT_EQ(write(Ring{42}), examples_["ring"]);
    const auto at = base::from_rfc3339("2026-11-21T08:01:36.000Z").value();
    EXPECT_EQ(write(Standing{UplinkState::no_broker, "the connection broke", 1, 40, 17, at, 3}),
              examples_["standing"]);
}

TEST_F(WireFormat, ARenewalIsSignedAsDescribed) {
    const std::string& json = examples_["renewal"];
    EXPECT_EQ(base::to_hex(crypto::sha256(
                  {base::as_bytes("counterfoil/renewal/1\n"), base::as_bytes(json)})),
              examples_["renewal-hash"]);
    const auto header = ledger::read_header(ledger_.examples["header"]);
    ASSERT_TRUE(header.ok());
    EXPECT_EQ(base::to_hex(renewal_hash(header.value().certificates.front(), base::as_bytes("abc"),
                                        test::kMorning)),
              examples_["renewal-hash"]);
    EXPECT_TRUE(document_.text.find("in shard " + std::to_string(shard_of("T01")) + ".") !=
                std::string::npos);
}

TEST_F(WireFormat, TheCentresMessagesAreTheOnesShown) {
    EXPECT_EQ(flat(write(sample_nak())), examples_["nak"]);
    EXPECT_EQ(flat(write(sample_busy_nak())), examples_["busy-nak"]);
    expect_shown_signed("welcome", write(sample_welcome(), key_).value());
    expect_shown_signed("delta", write(sample_delta(), key_).value());
    expect_shown_signed("manifest", write(sample_manifest(), key_).value());
}

TEST_F(WireFormat, AReceiptIsTheLedgersBehindAHead) {
    const std::string text =
        ledger_.examples["receipt"] + "\t" + ledger_.examples["receipt-signature"];
    expect_shown_signed("receipt", wrap_receipt(text));
    EXPECT_EQ(examples_["receipt-hash"], ledger_.examples["receipt-hash"]);
}

TEST_F(WireFormat, AHeartbeatsHeadIsTheLedgersExample) {
    const Heartbeat heartbeat = sample_heartbeat();
    EXPECT_EQ(base::to_hex(heartbeat.cursor.head), ledger_.examples["hash-2"]);
    EXPECT_TRUE(
        is_head_signed(heartbeat, std::move(crypto::Verifier::create(key_.public_key())).value()));
}

TEST_F(WireFormat, TheTopicsAreTheOnesShown) {
    const auto topics = Topics::create("burger-hu").value();
    EXPECT_EQ(
        topics.up(7, "T01") + topics.down("T01") + topics.state("T01") + topics.manifest("trust"),
        examples_["topics"]);
    EXPECT_EQ(topics.one_shard(7) + topics.all_shards() +
                  shared_filter("ingest", topics.all_shards()) + topics.all_states(),
              examples_["filters"]);
}

TEST_F(WireFormat, NamesEveryKindReasonAndBound) {
    for (std::size_t i = 0; i < kKinds; ++i)
        EXPECT_TRUE(document_.names(kind_name(static_cast<Kind>(i)))) << i;
    for (std::size_t i = 0; i < kReasons; ++i)
        EXPECT_TRUE(document_.names(reason_name(static_cast<Reason>(i)))) << i;
    for (const std::size_t bound :
         {kMaxObjectBytes, kMaxDeltaBytes, kMaxDeltaRowsBytes, std::size_t{kMaxDeltaRows},
          kMaxVersions, kMaxSentenceBytes, std::size_t{kMaxRetryAfterMs}, std::size_t{kShards - 1}})
        EXPECT_NE(document_.text.find(" " + std::to_string(bound)), std::string::npos) << bound;
}

}  // namespace
}  // namespace counterfoil::wire
