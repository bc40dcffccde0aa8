#include "firmware/core/wire/from_centre.h"

#include <gtest/gtest.h>

#include "tests/firmware/core/wire/samples.h"

namespace counterfoil::wire {
namespace {

using base::Code;

class WireFromCentre : public testing::Test {
  protected:
    Code refusal(std::string_view bytes) {
        const auto read = read_from_centre(bytes, key_);
        EXPECT_FALSE(read.ok()) << bytes;
        return read.ok() ? Code::invalid_argument : read.error().code();
    }
    std::vector<std::string> signed_messages(crypto::Signer& signer) {
        return {write(sample_welcome(), signer).value(), write(sample_delta(), signer).value(),
                write(sample_manifest(), signer).value(),
                wrap_receipt(ledger::write_receipt(sample_receipt(), signer).value())};
    }

    test::TestTill centre_{1, "centre"};
    crypto::Verifier key_ = std::move(crypto::Verifier::create(centre_.key.public_key())).value();
};

TEST_F(WireFromCentre, IsReadBackAsItWasWritten) {
    const auto read = [this](const std::string& bytes) {
        return read_from_centre(bytes, key_).value();
    };
    EXPECT_EQ(std::get<Welcome>(read(write(sample_welcome(), centre_.key).value())),
              sample_welcome());
    EXPECT_EQ(std::get<Manifest>(read(write(sample_manifest(), centre_.key).value())),
              sample_manifest());
    EXPECT_EQ(std::get<Nak>(read(write(sample_nak()))), sample_nak());
    const std::string delta = write(sample_delta(), centre_.key).value();
    const auto kept = read(delta);
    EXPECT_EQ(std::get<Delta>(kept), sample_delta());
}

TEST_F(WireFromCentre, CarriesAReceiptWithoutTouchingIt) {
    const std::string text = ledger::write_receipt(sample_receipt(), centre_.key).value();
    const std::string bytes = wrap_receipt(text);
    EXPECT_EQ(bytes, "counterfoil/receipt/1\n" + text);
    const auto read = read_from_centre(bytes, key_);
    ASSERT_TRUE(read.ok()) << read.error().line();
    const Receipt& receipt = std::get<Receipt>(read.value());
    EXPECT_EQ(receipt.content.seq, 2);
    EXPECT_EQ(receipt.text, text);
    EXPECT_EQ(receipt.text.data(), bytes.data() + head_of(Kind::receipt).size());
}

TEST_F(WireFromCentre, RefusesEveryBitFlipOfWhatIsSigned) {
    for (std::string bytes : signed_messages(centre_.key)) {
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            EXPECT_FALSE(read_from_centre(bytes, key_).ok()) << bytes << " bit " << bit;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        }
        EXPECT_TRUE(read_from_centre(bytes, key_).ok());
    }
}

TEST_F(WireFromCentre, RefusesEveryTruncationAndWhatStandsBehind) {
    for (const std::string& bytes : signed_messages(centre_.key)) {
        for (std::size_t size = 0; size < bytes.size(); ++size)
            EXPECT_EQ(refusal(std::string_view(bytes).substr(0, size)), Code::malformed) << size;
        for (const char* tail : {"\n", " ", "A", "\t", "="})
            EXPECT_EQ(refusal(bytes + tail), Code::malformed);
    }
}

TEST_F(WireFromCentre, RefusesAnotherKey) {
    test::TestTill stranger(7, "stranger");
    for (const std::string& bytes : signed_messages(stranger.key))
        EXPECT_EQ(refusal(bytes), Code::bad_signature);
}

TEST_F(WireFromCentre, RefusesASignatureThatWasMadeForAnotherKind) {
    for (const std::string& bytes : signed_messages(centre_.key)) {
        const auto envelope = open_envelope(bytes).value();
        for (const Kind kind : {Kind::welcome, Kind::receipt, Kind::delta, Kind::manifest}) {
            if (kind == envelope.kind) continue;
            EXPECT_EQ(refusal(std::string(head_of(kind)).append(envelope.content)),
                      Code::bad_signature)
                << bytes;
        }
    }
}

TEST_F(WireFromCentre, JudgesTheSignatureBeforeTheContent) {
    test::TestTill stranger(7, "stranger");
    for (const Kind kind : {Kind::welcome, Kind::delta, Kind::manifest}) {
        EXPECT_EQ(refusal(write_signed(kind, "no JSON", stranger.key).value()),
                  Code::bad_signature);
        EXPECT_EQ(refusal(write_signed(kind, "no JSON", centre_.key).value()), Code::malformed);
        EXPECT_EQ(refusal(write_signed(kind, "[]", centre_.key).value()), Code::malformed);
        EXPECT_EQ(refusal(std::string(head_of(kind)) + "{}\t"), Code::malformed);
        EXPECT_EQ(refusal(std::string(head_of(kind)) + "{}"), Code::malformed);
    }
}

TEST_F(WireFromCentre, PassesOverSignedMembersThatItDoesNotKnow) {
    // As a receipt's reader does: the centre may say more, it cannot say otherwise.
    for (const std::string& bytes : signed_messages(centre_.key)) {
        const auto envelope = open_envelope(bytes).value();
        std::string content(proven_content(envelope, key_).value());
        content.insert(content.find('{') + 1, "\"later\":[1],");
        EXPECT_TRUE(
            read_from_centre(write_signed(envelope.kind, content, centre_.key).value(), key_).ok())
            << content;
    }
}

TEST_F(WireFromCentre, RefusesASignedContentOutOfItsBounds) {
    const auto refused = [&](const std::string& bytes, std::string_view from, std::string_view to) {
        const auto envelope = open_envelope(bytes).value();
        std::string content(proven_content(envelope, key_).value());
        ASSERT_NE(content.find(from), content.npos) << from;
        content.replace(content.find(from), from.size(), to);
        EXPECT_EQ(refusal(write_signed(envelope.kind, content, centre_.key).value()),
                  Code::malformed)
            << content;
    };
    const std::string welcome = write(sample_welcome(), centre_.key).value();
    refused(welcome, "T01", "");
    refused(welcome, "\"epoch\":1", "\"epoch\":0");
    refused(welcome, "\"seq\":0", "\"seq\":1");
    refused(welcome, "\"credit\":500", "\"credit\":-1");
    refused(welcome, "\"books\":17", "\"books\":-17");
    refused(welcome, "\"books\":17", "\"Books\":17");
    refused(welcome, "\"books\":17", "\"books\":\"17\"");
    refused(welcome, "\"trust\"", "\"books\"");
    refused(welcome, "\"protocol\":1", "\"protocol\":0");
    refused(welcome, "\"protocol\":1", "\"protocol\":1,\"open_epoch\":1");
    refused(welcome, "\"protocol\":1", "\"protocol\":1,\"open_epoch\":\"2\"");
    refused(welcome, "0001", "001");
    std::string many;
    for (int i = 0; i < 31; ++i) many += "\"c" + std::to_string(i) + "\":1,";
    refused(welcome, "\"books\"", many + "\"books\"");
    const std::string manifest = write(sample_manifest(), centre_.key).value();
    refused(manifest, "trust", "tru/st");
    refused(manifest, "\"version\":3", "\"version\":-3");
    refused(manifest, "eb62", "EB62");
    refused(manifest, "2026-", "2026/");
}

TEST_F(WireFromCentre, TellsANewerVersion) {
    for (const Kind kind : {Kind::welcome, Kind::receipt, Kind::nak, Kind::delta, Kind::manifest})
        EXPECT_EQ(refusal("counterfoil/" + std::string(kind_name(kind)) + "/2\nanything"),
                  Code::unsupported_version);
}

TEST_F(WireFromCentre, RefusesWhatIsTooLargeBeforeItsSignature) {
    const std::string object(kMaxObjectBytes + kSignatureBytes + 1, 'x');
    for (const Kind kind : {Kind::welcome, Kind::receipt, Kind::nak, Kind::manifest})
        EXPECT_EQ(refusal(std::string(head_of(kind)) + object), Code::too_large);
    EXPECT_EQ(refusal(std::string(head_of(Kind::delta)) +
                      std::string(kMaxDeltaBytes + kSignatureBytes + 1, 'x')),
              Code::too_large);
}

TEST_F(WireFromCentre, RefusesWhatOnlyATerminalSays) {
    EXPECT_EQ(refusal(write(sample_hello())), Code::malformed);
    EXPECT_EQ(refusal(write(sample_heartbeat())), Code::malformed);
    EXPECT_EQ(refusal(write(sample_pull())), Code::malformed);
    EXPECT_EQ(refusal(write(Batch{"x"})), Code::malformed);
}

TEST_F(WireFromCentre, PassesOnThatTheSignerFails) {
    centre_.signer.fails = true;
    EXPECT_EQ(write(sample_welcome(), centre_.signer).error().code(), Code::signer_failed);
    EXPECT_EQ(write(sample_delta(), centre_.signer).error().code(), Code::signer_failed);
    EXPECT_EQ(write(sample_manifest(), centre_.signer).error().code(), Code::signer_failed);
}

}  // namespace
}  // namespace counterfoil::wire
