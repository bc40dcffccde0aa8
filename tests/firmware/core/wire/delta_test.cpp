#include "firmware/core/wire/delta.h"

#include <gtest/gtest.h>

#include "firmware/core/wire/from_terminal.h"
#include "tests/firmware/core/wire/samples.h"

namespace counterfoil::wire {
namespace {

using base::Code;

class WireDelta : public testing::Test {
  protected:
    // Written, proven and read; the bytes live as long as the test.
    base::Result<Delta> again(const Delta& delta) {
        auto bytes = write(delta, centre_.key);
        if (!bytes.ok()) return bytes.error();
        bytes_ = bytes.value();
        CF_LET(const Envelope envelope, open_envelope(bytes_));
        CF_LET(const std::string_view content, proven_content(envelope, key_));
        return read_delta(content);
    }

    test::TestTill centre_{1, "centre"};
    crypto::Verifier key_ = std::move(crypto::Verifier::create(centre_.key.public_key())).value();
    std::string bytes_;
    Delta delta_ = sample_delta();
};

TEST_F(WireDelta, CarriesRowsAsTheyAre) {
    const std::vector<std::string> rows{"{}", " ", "\xc3\xa1\xff", std::string(40'000, 'x')};
    delta_.rows = {rows.begin(), rows.end()};
    const auto read = again(delta_);
    ASSERT_TRUE(read.ok()) << read.error().line();
    EXPECT_EQ(read.value(), delta_);
    EXPECT_GT(read.value().rows[0].data(), bytes_.data());
    EXPECT_LT(read.value().rows[0].data(), bytes_.data() + bytes_.size());
}

TEST_F(WireDelta, MayBeTheSameForEveryTerminalOrHaveNoRows) {
    delta_.includes.reset();
    EXPECT_EQ(again(delta_).value(), delta_);
    delta_.rows.clear();
    EXPECT_EQ(again(delta_).value(), delta_);
    delta_.to = delta_.from;
    EXPECT_EQ(again(delta_).value(), delta_);
}

TEST_F(WireDelta, RefusesARowThatIsNotOneLine) {
    for (const std::string_view row : {std::string_view(""), std::string_view("a\nb"),
                                       std::string_view("a\tb"), std::string_view("a\0b", 3)}) {
        delta_.rows = {"{}", row};
        EXPECT_EQ(again(delta_).error().code(), Code::invalid_argument);
    }
}

TEST_F(WireDelta, BoundsItsRows) {
    const std::string largest(kMaxDeltaRowsBytes - 1, 'x');
    delta_.rows = {largest};
    EXPECT_EQ(again(delta_).value(), delta_);
    EXPECT_LE(bytes_.size(), kMaxFromCentreBytes);
    delta_.rows = {largest, "x"};
    EXPECT_EQ(again(delta_).error().code(), Code::too_large);
    delta_.rows.assign(kMaxDeltaRows, "x");
    EXPECT_EQ(again(delta_).value(), delta_);
    delta_.rows.emplace_back("x");
    EXPECT_EQ(again(delta_).error().code(), Code::too_large);
}

TEST_F(WireDelta, RefusesContentThatDoesNotHoldTogether) {
    ASSERT_TRUE(again(delta_).ok());
    const std::string good(proven_content(open_envelope(bytes_).value(), key_).value());
    EXPECT_TRUE(read_delta(good).ok());
    const auto refused = [&](std::string_view from, std::string_view to) {
        std::string content = good;
        ASSERT_NE(content.find(from), content.npos) << from;
        content.replace(content.find(from), from.size(), to);
        EXPECT_EQ(read_delta(content).error().code(), Code::malformed) << content;
    };
    refused("\"rows\":1", "\"rows\":0");
    refused("\"rows\":1", "\"rows\":2");
    refused("\"rows\":1", "\"rows\":4097");
    refused("\"rows\":1", "\"rows\":-1");
    refused("\"to\":17", "\"to\":15");
    refused("\"to\":17", "\"to\":16");
    refused("false", "0");
    refused("books", "bo\\u0000ks");
    refused("T01", "T/1");
    refused("{\"terminal\"", "[{\"terminal\"");
    refused("\"seq\":2", "\"seq\":-1");
    EXPECT_FALSE(read_delta(good + "\n").ok());
    EXPECT_FALSE(read_delta(good + "\nx").ok());
    EXPECT_FALSE(read_delta("").ok());
    EXPECT_FALSE(read_delta("\n").ok());
}

TEST_F(WireDelta, NeverAsksToPullAgainFromTheSamePlace) {
    delta_.rows.clear();
    delta_.to = delta_.from;
    delta_.more = true;
    EXPECT_DEATH((void)again(delta_).ok(), "ok");
}

}  // namespace
}  // namespace counterfoil::wire
