#include "firmware/core/wire/envelope.h"

#include <gtest/gtest.h>

namespace counterfoil::wire {
namespace {

using base::Code;

Code envelope_refusal(std::string_view bytes) {
    const auto envelope = open_envelope(bytes);
    EXPECT_FALSE(envelope.ok()) << bytes.substr(0, 80);
    return envelope.ok() ? Code::invalid_argument : envelope.error().code();
}

TEST(WireEnvelope, NamesKindAndVersionInItsFirstLine) {
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        const std::string head = "counterfoil/" + std::string(kind_name(kind)) + "/1\n";
        EXPECT_EQ(head_of(kind), head);
        EXPECT_EQ(kind_from_name(kind_name(kind)), kind);
        const std::string bytes = head + "content";
        const auto envelope = open_envelope(bytes);
        ASSERT_TRUE(envelope.ok()) << envelope.error().line();
        EXPECT_EQ(envelope.value().kind, kind);
        EXPECT_EQ(envelope.value().content, "content");
        EXPECT_EQ(envelope.value().content.data(), bytes.data() + head.size());
    }
}

TEST(WireEnvelope, TellsANewerVersionFromAMalformedOne) {
    for (const char* version : {"2", "9", "10", "999999"})
        EXPECT_EQ(envelope_refusal("counterfoil/hello/" + std::string(version) + "\n{}"),
                  Code::unsupported_version)
            << version;
    for (const char* version :
         {"0", "01", "", "-1", "+1", "1 ", " 1", "1.0", "x", "1000000", "1/1"})
        EXPECT_EQ(envelope_refusal("counterfoil/hello/" + std::string(version) + "\n{}"),
                  Code::malformed)
            << version;
}

TEST(WireEnvelope, GuessesNothingOfANewerVersionsContent) {
    EXPECT_EQ(envelope_refusal("counterfoil/hello/2\n" + std::string(2 * kMaxFromCentreBytes, 'x')),
              Code::unsupported_version);
}

TEST(WireEnvelope, RefusesWhatIsNoMessage) {
    for (const char* bytes :
         {"", "\n", "counterfoil", "counterfoil/", "counterfoil/\n", "counterfoil/hello\n",
          "counterfoil/hello/1", "counterfoil/hello/1\r\n", "counterfoil/HELLO/1\n",
          "counterfoil/hell/1\n", "counterfoil//1\n", "Counterfoil/hello/1\n",
          " counterfoil/hello/1\n", "counterfoil/event/1\n", "counterfoil/goodbye/2\n",
          "counterfoil/heartbeat_________________/1\n"})
        EXPECT_EQ(envelope_refusal(bytes), Code::malformed) << bytes;
}

TEST(WireEnvelope, BoundsEachKindsContent) {
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        std::size_t most = kMaxObjectBytes + kSignatureBytes;
        if (kind == Kind::batch) most = ledger::kMaxBatchBytes;
        if (kind == Kind::delta) most = kMaxDeltaBytes + kSignatureBytes;
        const std::string head(head_of(kind));
        EXPECT_TRUE(open_envelope(head + std::string(most, 'x')).ok()) << head;
        EXPECT_EQ(envelope_refusal(head + std::string(most + 1, 'x')), Code::too_large) << head;
        EXPECT_LE(head.size() + most,
                  kind < Kind::welcome ? kMaxFromTerminalBytes : kMaxFromCentreBytes);
    }
}

}  // namespace
}  // namespace counterfoil::wire
