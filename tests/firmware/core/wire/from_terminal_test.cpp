#include "firmware/core/wire/from_terminal.h"

#include <gtest/gtest.h>

#include "tests/firmware/core/wire/samples.h"
#include "tests/support/made_ledger.h"

namespace counterfoil::wire {
namespace {

using base::Code;

template <class Message>
void expect_read_back(const Message& message) {
    const std::string bytes = write(message);
    EXPECT_LE(bytes.size(), kMaxFromTerminalBytes);
    const auto read = read_from_terminal(bytes);
    ASSERT_TRUE(read.ok()) << read.error().line();
    EXPECT_EQ(std::get<Message>(read.value()), message);
}

// The message with one text in it replaced by another.
std::string changed(std::string bytes, std::string_view from, std::string_view to) {
    const std::size_t at = bytes.find(from);
    CF_CHECK(at != bytes.npos);
    return bytes.replace(at, from.size(), to);
}

Code refusal(std::string_view bytes) {
    const auto read = read_from_terminal(bytes);
    EXPECT_FALSE(read.ok()) << bytes;
    return read.ok() ? Code::invalid_argument : read.error().code();
}

TEST(WireFromTerminal, IsReadBackAsItWasWritten) {
    expect_read_back(sample_hello());
    expect_read_back(sample_heartbeat());
    expect_read_back(sample_pull());
    Hello fresh = sample_hello();
    fresh.cursor = {};
    fresh.protocols = {1, 2, 1'000'000};
    expect_read_back(fresh);
    Heartbeat bare = sample_heartbeat();
    bare.signature.reset();
    bare.receipt.reset();
    expect_read_back(bare);
}

TEST(WireFromTerminal, CarriesABatchWithoutTouchingIt) {
    const test::MadeLedger ledger(20);
    const auto written = ledger::write_batch("T01", 1, 1, ledger::kNoEvent, ledger.events());
    const std::string bytes = write(Batch{written.bytes});
    EXPECT_EQ(bytes, "counterfoil/batch/1\n" + written.bytes);
    const auto read = read_from_terminal(bytes);
    ASSERT_TRUE(read.ok()) << read.error().line();
    const Batch& batch = std::get<Batch>(read.value());
    EXPECT_EQ(batch.bytes.data(), bytes.data() + head_of(Kind::batch).size());
    EXPECT_EQ(ledger::Batch::read(batch.bytes).value().lines().size(), 20u);
}

TEST(WireFromTerminal, BoundsABatch) {
    const std::string head(head_of(Kind::batch));
    EXPECT_TRUE(read_from_terminal(head + std::string(ledger::kMaxBatchBytes, 'x')).ok());
    EXPECT_EQ(refusal(head + std::string(ledger::kMaxBatchBytes + 1, 'x')), Code::too_large);
    EXPECT_EQ(refusal(head), Code::malformed);
    EXPECT_DEATH(write(Batch{}), "empty");
    const std::string over(ledger::kMaxBatchBytes + 1, 'x');
    EXPECT_DEATH(write(Batch{over}), "kMaxBatchBytes");
}

TEST(WireFromTerminal, HasOneText) {
    for (const std::string& bytes :
         {write(sample_hello()), write(sample_heartbeat()), write(sample_pull())}) {
        EXPECT_EQ(refusal(bytes + "\n"), Code::malformed);
        EXPECT_EQ(refusal(bytes + " "), Code::malformed);
        EXPECT_EQ(refusal(changed(bytes, "{", "{ ")), Code::malformed);
        // What is not known in this version may mean anything.
        EXPECT_EQ(refusal(changed(bytes, "{", "{\"x\":1,")), Code::malformed);
        EXPECT_EQ(refusal(bytes.substr(0, bytes.size() - 1) + ",\"x\":1}"), Code::malformed);
    }
    EXPECT_EQ(refusal(changed(write(sample_pull()), "16", "16.0")), Code::malformed);
    EXPECT_EQ(refusal(changed(write(sample_pull()), "16", "1.6e1")), Code::malformed);
    EXPECT_EQ(refusal(changed(write(sample_pull()), "books", "book\\u0073")), Code::malformed);
}

TEST(WireFromTerminal, RefusesEveryTruncation) {
    for (const std::string& bytes :
         {write(sample_hello()), write(sample_heartbeat()), write(sample_pull())})
        for (std::size_t size = 0; size < bytes.size(); ++size)
            EXPECT_EQ(refusal(bytes.substr(0, size)), Code::malformed) << size;
}

TEST(WireFromTerminal, RefusesAHelloOutOfItsBounds) {
    const std::string bytes = write(sample_hello());
    const auto refused = [&](std::string_view from, std::string_view to) {
        EXPECT_EQ(refusal(changed(bytes, from, to)), Code::malformed) << to;
    };
    refused("T01", "");
    refused("T01", "T/1");
    refused("T01", "+");
    refused("T01", std::string(33, 'T'));
    refused("\"epoch\":1", "\"epoch\":0");
    refused("\"epoch\":1", "\"epoch\":9007199254740993");
    refused("\"seq\":2", "\"seq\":-2");
    refused("\"seq\":2", "\"seq\":0");
    refused("\"seq\":2", "\"seq\":\"2\"");
    refused("eb62", "EB62");
    refused("eb62", "eb6");
    refused("[1]", "[]");
    refused("[1]", "[0]");
    refused("[1]", "[1,1]");
    refused("[1]", "[2,1]");
    refused("[1]", "[1000001]");
    refused("[1]", "[1,2,3,4,5,6,7,8,9]");
    refused("[1]", "[\"1\"]");
    refused("[1]", "1");
    refused("-7000-", "-7000_");
    refused("0.1.0", "0.1\\n0");
    refused("0.1.0", std::string(64, '1'));
    refused("000102", "0001");
}

TEST(WireFromTerminal, RefusesAHeartbeatOutOfItsBounds) {
    const std::string bytes = write(sample_heartbeat());
    const auto refused = [&](std::string_view from, std::string_view to) {
        EXPECT_EQ(refusal(changed(bytes, from, to)), Code::malformed) << to;
    };
    refused("zZb4", "zZb");
    refused("zZb4", "zZb=");
    refused("\"signature\":\"", "\"signature\":null,\"x\":\"");
    refused("412", "1001");
    refused("412", "-1");
    refused("\"backlog\":1", "\"backlog\":-1");
    refused("\"at\":\"2026", "\"at\":\"26");
    refused("{\"epoch\":1,\"seq\":1", "{\"epoch\":1,\"seq\":0");
    refused("{\"epoch\":1,\"seq\":1", "{\"seq\":1");
    // There is no event that could be signed.
    Heartbeat empty = sample_heartbeat();
    empty.cursor = {};
    EXPECT_DEATH(write(empty), "ok");
    Heartbeat before_any = sample_heartbeat();
    before_any.receipt->seq = 0;
    EXPECT_DEATH(write(before_any), "ok");
}

TEST(WireFromTerminal, RefusesAPullOutOfItsBounds) {
    const std::string bytes = write(sample_pull());
    const auto refused = [&](std::string_view from, std::string_view to) {
        EXPECT_EQ(refusal(changed(bytes, from, to)), Code::malformed) << to;
    };
    refused("books", "");
    refused("books", "Books");
    refused("books", "bo/ks");
    refused("16", "-1");
    refused("500", "0");
    refused("500", "4097");
    EXPECT_EQ(refusal("counterfoil/pull/1\n" + std::string(kMaxObjectBytes + 1, ' ')),
              Code::too_large);
}

TEST(WireFromTerminal, TellsANewerVersion) {
    EXPECT_EQ(refusal("counterfoil/batch/2\n{}"), Code::unsupported_version);
    EXPECT_EQ(refusal(changed(write(sample_hello()), "/1\n", "/2\n")), Code::unsupported_version);
}

TEST(WireFromTerminal, RefusesWhatOnlyTheCentreSays) {
    for (const Kind kind : {Kind::welcome, Kind::receipt, Kind::nak, Kind::delta, Kind::manifest})
        EXPECT_EQ(refusal(std::string(head_of(kind)) + "{}"), Code::malformed);
    EXPECT_EQ(refusal(write(sample_nak())), Code::malformed);
}

TEST(WireHeartbeat, ProvesTheLedgersHeadByItsEventsSignature) {
    test::MadeLedger ledger(3);
    const auto key =
        std::move(crypto::Verifier::create(ledger.certificates()[0].public_key())).value();
    Heartbeat heartbeat = sample_heartbeat();
    heartbeat.cursor = {1, 3, ledger.head()};
    heartbeat.signature = ledger.events().back().signature;
    EXPECT_TRUE(is_head_signed(heartbeat, key));
    for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
        Heartbeat forged = heartbeat;
        std::uint8_t& byte = (*forged.signature)[bit / 8];
        byte = static_cast<std::uint8_t>(byte ^ (1u << (bit % 8)));
        EXPECT_FALSE(is_head_signed(forged, key)) << bit;
    }
    heartbeat.cursor.head = sample_head();
    EXPECT_FALSE(is_head_signed(heartbeat, key));
    heartbeat.signature.reset();
    EXPECT_FALSE(is_head_signed(heartbeat, key));
}

}  // namespace
}  // namespace counterfoil::wire
