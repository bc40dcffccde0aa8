#include "daemon/sync/renewal.h"

#include <gtest/gtest.h>

#include "firmware/core/base/file.h"
#include "tests/support/test_till.h"

namespace counterfoil::sync {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

// A link of thirty days in a folder, and nobody at the centre's address.
class RenewalTest : public testing::Test {
  protected:
    RenewalTest() {
        std::filesystem::create_directories(settings_.folder.own());
        EXPECT_TRUE(key_.save(settings_.folder.key()).ok());
        EXPECT_TRUE(
            crypto::save_chain(settings_.folder.certificate(), {issue(key_), authority_}).ok());
    }

    crypto::Certificate issue(const crypto::SigningKey& key) {
        const auto request = crypto::make_request(key, "T01");
        return crypto::Certificate::issue(
                   request.value(), root_, authority_,
                   {"T01", test::kMorning, {test::kMorning.unix_ms + 30 * kDayMs}},
                   crypto::Use::client)
            .value();
    }
    // A next key and its certificate, not in their places yet.
    std::string lay_out_next() {
        EXPECT_TRUE(next_.save(settings_.folder.own() / "next-key.pem").ok());
        const std::string chain = crypto::chain_text({issue(next_), authority_});
        EXPECT_TRUE(base::create_file(settings_.folder.own() / "next-certificate.pem", chain,
                                      base::Readers::everyone)
                        .ok());
        return chain;
    }
    static std::string text(const std::filesystem::path& path) {
        return base::read_file(path, 100'000).value();
    }

    test::TemporaryFolder place_;
    test::SeededEntropy entropy_{3};
    base::SettableClock clock_{test::kMorning};
    crypto::SigningKey root_ = crypto::SigningKey::generate(entropy_);
    crypto::SigningKey key_ = crypto::SigningKey::generate(entropy_);
    crypto::SigningKey next_ = crypto::SigningKey::generate(entropy_);
    crypto::Certificate authority_ =
        crypto::Certificate::self_signed(
            root_, {"authority", test::kMorning, {test::kMorning.unix_ms + 900 * kDayMs}},
            crypto::Use::authority)
            .value();
    Renewal::Settings settings_{{place_.path()}, "http://127.0.0.1:1"};
};

TEST_F(RenewalTest, IsDueInTheLastThirdOfALife) {
    const crypto::Certificate link = issue(key_);
    EXPECT_FALSE(is_due(link, test::kMorning));
    EXPECT_FALSE(is_due(link, {test::kMorning.unix_ms + 20 * kDayMs - 1000}));
    EXPECT_TRUE(is_due(link, {test::kMorning.unix_ms + 20 * kDayMs}));
    EXPECT_TRUE(is_due(link, {test::kMorning.unix_ms + 40 * kDayMs}));
}

TEST_F(RenewalTest, AsksNobodyBefore) {
    const auto done = Renewal::renew_if_due(settings_, clock_);
    ASSERT_TRUE(done.ok()) << done.error().line();
    EXPECT_FALSE(done.value());
}

TEST_F(RenewalTest, ACentreThatIsAwayLeavesTheLinkAsItIsAndIsAskedWithTheSameKey) {
    clock_.advance(25 * kDayMs);
    const std::string before = text(settings_.folder.certificate());
    EXPECT_EQ(Renewal::renew_if_due(settings_, clock_).error().code(), base::Code::io_failed);
    const std::string next = text(settings_.folder.own() / "next-key.pem");
    EXPECT_FALSE(Renewal::renew_if_due(settings_, clock_).ok());
    EXPECT_EQ(text(settings_.folder.own() / "next-key.pem"), next);
    EXPECT_EQ(text(settings_.folder.certificate()), before);
}

TEST_F(RenewalTest, WhatWasInterruptedIsPutInOrder) {
    const std::string chain = lay_out_next();
    const std::string key = text(settings_.folder.own() / "next-key.pem");
    ASSERT_TRUE(Renewal::renew_if_due(settings_, clock_).ok());
    EXPECT_EQ(text(settings_.folder.certificate()), chain);
    EXPECT_EQ(text(settings_.folder.key()), key);
    EXPECT_FALSE(std::filesystem::exists(settings_.folder.own() / "next-key.pem"));
    EXPECT_FALSE(std::filesystem::exists(settings_.folder.own() / "next-certificate.pem"));
}

TEST_F(RenewalTest, AlsoBetweenTheTwoFiles) {
    const std::string chain = lay_out_next();
    const std::string key = text(settings_.folder.own() / "next-key.pem");
    ASSERT_TRUE(base::replace_file(settings_.folder.key(), key, base::Readers::owner_only).ok());
    ASSERT_TRUE(Renewal::renew_if_due(settings_, clock_).ok());
    EXPECT_EQ(text(settings_.folder.certificate()), chain);
    EXPECT_EQ(text(settings_.folder.key()), key);
}

}  // namespace
}  // namespace counterfoil::sync
