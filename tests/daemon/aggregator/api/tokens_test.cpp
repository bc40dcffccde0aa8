#include "daemon/aggregator/api/tokens.h"

#include <gtest/gtest.h>

#include <deque>

#include "firmware/core/base/coding.h"
#include "tests/support/test_keys.h"

namespace counterfoil::api {
namespace {

constexpr std::int64_t kLivesS = 900;
constexpr base::WallTime kNow{1'800'000'000'000};

Claims anna() {
    Claims claims;
    claims.account = "01934f00-0000-7000-8001-000000000000";
    claims.loyalty_id = "CUST001";
    claims.role = "loyal";
    claims.generation = 3;
    return claims;
}

Tokens by_key(std::uint64_t seed = 1) {
    // The key goes on using it.
    static std::deque<test::SeededEntropy> entropies;
    test::SeededEntropy& entropy = entropies.emplace_back(seed);
    auto key = crypto::SigningKey::generate(entropy);
    return Tokens::es256(std::move(key), kLivesS).value();
}

Tokens by_secret(const std::string& secret = std::string(32, 's')) {
    return Tokens::hs256(secret, kLivesS).value();
}

std::vector<Tokens> both_kinds() {
    std::vector<Tokens> both;
    both.push_back(by_key());
    both.push_back(by_secret());
    return both;
}

TEST(Tokens, SayWhatTheyWereGivenUntilTheyEnd) {
    for (auto both = both_kinds(); Tokens & tokens : both) {
        const std::string token = tokens.issue(anna(), kNow).value();
        for (const std::int64_t later_ms : {0L, 1000L, kLivesS * 1000 - 1}) {
            const Claims claims = tokens.verify(token, {kNow.unix_ms + later_ms}).value();
            EXPECT_EQ(claims.account, anna().account);
            EXPECT_EQ(claims.loyalty_id, "CUST001");
            EXPECT_EQ(claims.role, "loyal");
            EXPECT_EQ(claims.generation, 3);
            EXPECT_FALSE(claims.is_admin);
            EXPECT_EQ(claims.expires_s - claims.issued_s, kLivesS);
        }
        for (const int again : {1, 2}) {
            const auto late = tokens.verify(token, {kNow.unix_ms + kLivesS * 1000});
            EXPECT_EQ(late.error().code, "TOKEN_EXPIRED") << again;
        }
    }
}

TEST(Tokens, NoneThatWasChangedAnywhereIsBelieved) {
    for (auto both = both_kinds(); Tokens & tokens : both) {
        const std::string token = tokens.issue(anna(), kNow).value();
        for (std::size_t i = 0; i < token.size(); ++i)
            for (const char c : {'A', 'B', '.', '=', '\0'}) {
                std::string other = token;
                if (other[i] == c) continue;
                other[i] = c;
                EXPECT_EQ(tokens.verify(other, kNow).error().code, "TOKEN_INVALID") << i << c;
            }
        for (std::size_t size = 0; size < token.size(); ++size)
            EXPECT_FALSE(tokens.verify(token.substr(0, size), kNow).ok()) << size;
        EXPECT_FALSE(tokens.verify(token + "A", kNow).ok());
        EXPECT_FALSE(tokens.verify(token + ".", kNow).ok());
    }
}

TEST(Tokens, AnotherCentresAndAnotherKindsAreNone) {
    Tokens keyed = by_key();
    Tokens secret = by_secret();
    const std::string by_its_key = keyed.issue(anna(), kNow).value();
    const std::string by_its_secret = secret.issue(anna(), kNow).value();
    EXPECT_FALSE(secret.verify(by_its_key, kNow).ok());
    EXPECT_FALSE(keyed.verify(by_its_secret, kNow).ok());
    Tokens other_key = by_key(2);
    Tokens other_secret = by_secret(std::string(32, 't'));
    EXPECT_FALSE(other_key.verify(by_its_key, kNow).ok());
    EXPECT_FALSE(other_secret.verify(by_its_secret, kNow).ok());
}

TEST(Tokens, AHeaderThatAsksForNothingIsNotObeyed) {
    Tokens tokens = by_secret();
    const std::string token = tokens.issue(anna(), kNow).value();
    const std::string body = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
    for (const char* header : {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT"})",
                               R"({"typ":"JWT","alg":"HS256"})", "{}"}) {
        const std::string head = base::to_base64url(base::as_bytes(std::string_view(header)));
        EXPECT_FALSE(tokens.verify(head + body + ".", kNow).ok()) << header;
        EXPECT_FALSE(tokens.verify(head + body + token.substr(token.rfind('.')), kNow).ok());
    }
}

TEST(Tokens, ASecretHasThirtyTwoLetters) {
    EXPECT_EQ(Tokens::hs256(std::string(31, 's'), kLivesS).error().code(),
              base::Code::invalid_argument);
}

}  // namespace
}  // namespace counterfoil::api
