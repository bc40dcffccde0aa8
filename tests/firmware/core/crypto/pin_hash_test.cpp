#include "firmware/core/crypto/pin_hash.h"

#include <gtest/gtest.h>

#include <set>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/digest.h"
#include "tests/support/test_till.h"

namespace counterfoil::crypto {
namespace {

TEST(PinHash, OnlyTheRightPinMatches) {
    test::SeededEntropy entropy(1);
    const std::string hash = hash_pin("48151623", entropy).value();
    EXPECT_TRUE(hash.starts_with("$2b$12$"));
    EXPECT_TRUE(is_pin_hash(hash));
    EXPECT_TRUE(pin_matches("48151623", hash));
    EXPECT_FALSE(pin_matches("48151624", hash));
    EXPECT_FALSE(pin_matches("4815162", hash));
    EXPECT_NE(hash_pin("48151623", entropy).value(), hash);
}

TEST(PinHash, WhatIsNoPinIsRefusedBeforeItIsHashed) {
    test::SeededEntropy entropy(1);
    for (const std::string& pin :
         {std::string("123"), std::string("12345678901234567"), std::string("12a4"), std::string(),
          std::string("1234\0", 5), std::string("١٢٣٤")}) {
        EXPECT_EQ(hash_pin(pin, entropy).error().code(), base::Code::invalid_argument) << pin;
        EXPECT_FALSE(pin_matches(pin, std::string("$2b$12$") + std::string(53, 'a'))) << pin;
    }
}

TEST(PasswordHash, OnlyTheRightPasswordMatches) {
    test::SeededEntropy entropy(1);
    const std::string longest(kMaxPasswordBytes, 'x');
    for (const std::string& password :
         {std::string("demo1234"), std::string("jelszó mű"), longest}) {
        const std::string hash = hash_password(password, entropy).value();
        EXPECT_TRUE(is_pin_hash(hash));
        EXPECT_TRUE(password_matches(password, hash));
        std::string other = password;
        other.back() = 'y';
        EXPECT_FALSE(password_matches(other, hash)) << "also the last byte counts";
    }
}

TEST(PasswordHash, WhatIsNoPasswordIsRefusedAndNeverMatches) {
    test::SeededEntropy entropy(1);
    const std::string hash = hash_password("no password", entropy).value();
    for (const std::string& password : {std::string("7 bytes"), std::string(73, 'x'), std::string(),
                                        std::string("a\0bcdefgh", 9)}) {
        EXPECT_EQ(hash_password(password, entropy).error().code(), base::Code::invalid_argument);
        EXPECT_FALSE(password_matches(password, hash)) << "nor is it taken for what stands for it";
    }
}

TEST(PinHash, OnlyBcryptOfOurCostIsAHash) {
    const std::string rest(53, 'a');
    EXPECT_TRUE(is_pin_hash("$2b$12$" + rest));
    EXPECT_TRUE(is_pin_hash("$2b$13$" + rest));
    for (const std::string& text :
         {"$2b$04$" + rest, "$2b$31$" + rest, "$2a$12$" + rest, "$2b$12$" + rest + "a",
          "$2b$12$" + rest.substr(1), "$2b$12$" + rest.substr(1) + ":", "$2b$1a$" + rest,
          std::string(), std::string("$2b$"), "$2b$12a" + rest}) {
        EXPECT_FALSE(is_pin_hash(text)) << text;
        EXPECT_FALSE(pin_matches("1234", text)) << text;
    }
}

TEST(PinHash, RandomPinsAreDigitsAndDiffer) {
    test::SeededEntropy entropy(7);
    std::set<std::string> seen;
    std::array<int, 10> counts{};
    for (int i = 0; i < 1000; ++i) {
        const std::string pin = random_pin(8, entropy);
        ASSERT_EQ(pin.size(), 8U);
        for (const char c : pin) ++counts.at(static_cast<std::size_t>(c - '0'));
        seen.insert(pin);
    }
    EXPECT_GE(seen.size(), 999U);
    for (const int count : counts) EXPECT_NEAR(count, 800, 150);
}

TEST(RunningDigest, IsTheDigestOfTheWhole) {
    RunningDigest running;
    running.add(base::as_bytes("ab"));
    running.add({});
    running.add(base::as_bytes("c"));
    const Digest digest = running.finish();
    EXPECT_EQ(base::to_hex(digest),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest, sha256({base::as_bytes("abc")}));
}

}  // namespace
}  // namespace counterfoil::crypto
