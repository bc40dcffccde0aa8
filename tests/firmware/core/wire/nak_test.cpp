#include "firmware/core/wire/nak.h"

#include <gtest/gtest.h>

#include "tests/firmware/core/wire/samples.h"

namespace counterfoil::wire {
namespace {

base::Result<Nak> read_message(const std::string& bytes) {
    CF_LET(const Envelope envelope, open_envelope(bytes));
    return read_nak(envelope.content);
}

Nak nak_for(Reason reason) {
    Nak nak{reason, "because", {}, {}, {}, {}};
    if (reason == Reason::gap) nak.expected_seq = 17;
    if (reason == Reason::too_busy) nak.retry_after_ms = 250;
    return nak;
}

TEST(WireNak, SaysEachReason) {
    for (std::size_t i = 0; i < kReasons; ++i) {
        const auto reason = static_cast<Reason>(i);
        EXPECT_EQ(reason_from_name(reason_name(reason)), reason);
        EXPECT_EQ(read_message(write(nak_for(reason))).value(), nak_for(reason));
    }
    EXPECT_FALSE(reason_from_name("weather"));
}

TEST(WireNak, SaysWhatItAnswers) {
    EXPECT_EQ(read_message(write(sample_nak())).value(), sample_nak());
    EXPECT_EQ(read_message(write(sample_busy_nak())).value(), sample_busy_nak());
}

TEST(WireNak, TellsWhereToGoOnWithAGapAndOnlyThen) {
    for (std::size_t i = 0; i < kReasons; ++i) {
        Nak nak = nak_for(static_cast<Reason>(i));
        if (nak.expected_seq)
            nak.expected_seq.reset();
        else
            nak.expected_seq = 17;
        EXPECT_DEATH(write(nak), "ok") << i;
        nak = nak_for(static_cast<Reason>(i));
        if (nak.retry_after_ms)
            nak.retry_after_ms.reset();
        else
            nak.retry_after_ms = 1;
        EXPECT_DEATH(write(nak), "ok") << i;
    }
}

TEST(WireNak, CarriesAnySentenceThatAStrangerMayHaveCaused) {
    const auto carried = [](const std::string& sentence) {
        Nak nak = nak_for(Reason::malformed);
        nak.sentence = sentence;
        return read_message(write(nak)).value().sentence;
    };
    EXPECT_EQ(carried(""), "");
    EXPECT_EQ(carried("\"a\\b\" \xc3\xa1"), "\"a\\b\" \xc3\xa1");
    EXPECT_EQ(carried("a\nb\tc\x7f"), "a?b?c?");
    EXPECT_EQ(carried(std::string("a\0b", 3)), "a?b");
    EXPECT_EQ(carried("a\xff\xc3"), "a??");
    EXPECT_EQ(carried(std::string(1000, 'x')), std::string(kMaxSentenceBytes, 'x'));
    // A character that does not fit as a whole is left out.
    EXPECT_EQ(carried(std::string(199, 'x') + "\xc3\xa1"), std::string(199, 'x'));
    EXPECT_EQ(carried(std::string(198, 'x') + "\xc3\xa1y"), std::string(198, 'x') + "\xc3\xa1");
    EXPECT_EQ(carried(std::string(1000, '\xbf')), "");
    for (int c = 0; c < 256; ++c)
        EXPECT_LE(carried(std::string(300, static_cast<char>(c))).size(), kMaxSentenceBytes) << c;
}

TEST(WireNak, RefusesWhatIsOutOfItsBounds) {
    const auto refused = [](std::string content, std::string_view from, std::string_view to) {
        CF_CHECK(content.find(from) != content.npos);
        content.replace(content.find(from), from.size(), to);
        EXPECT_EQ(read_nak(content).error().code(), base::Code::malformed) << content;
    };
    const std::string gap = write(sample_nak()).substr(head_of(Kind::nak).size());
    refused(gap, "\"gap\"", "\"weather\"");
    refused(gap, "\"gap\"", "\"fork\"");
    refused(gap, "\"batch\"", "\"goodbye\"");
    refused(gap, "\"from\":3", "\"from\":0");
    refused(gap, "\"expected_seq\":2", "\"expected_seq\":0");
    refused(gap, "event 2", "event\\n2");
    refused(gap, "event 2", std::string(201, 'x'));
    refused(gap, "{", "{\"x\":1,");
    const std::string busy = write(sample_busy_nak()).substr(head_of(Kind::nak).size());
    refused(busy, "5000", "0");
    refused(busy, "5000", "3600001");
    refused(busy, "5000", "\"5000\"");
}

TEST(WireNak, RefusesEveryTruncation) {
    const std::string bytes = write(sample_nak());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(read_message(bytes.substr(0, size)).ok()) << size;
}

}  // namespace
}  // namespace counterfoil::wire
