#include "firmware/core/central/phone.h"

#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"

namespace counterfoil::central {
namespace {

TEST(Phone, HasOneNormalForm) {
    for (const char* phone :
         {"+36301234567", "+36 30 123 4567", "+36-30-123-4567", "06301234567", "06 30 123 4567",
          "06-30/123-4567", "0036 (30) 123.4567", "  +36 30 1234567  "})
        EXPECT_EQ(normal_phone(phone).value(), "+36301234567") << phone;
    EXPECT_EQ(normal_phone("06 1 234 5678").value(), "+3612345678");
    EXPECT_EQ(normal_phone("+43 660 1234567").value(), "+436601234567");
}

TEST(Phone, WhatIsNoneIsRefused) {
    for (const char* phone :
         {"", "+", "06", "30 123 4567", "+36 06 30 123 4567", "+36 30 123 456 78", "+3630123",
          "+036301234567", "0006301234567", "++36301234567", "+36 30 123 456x", "+1234567890123456",
          "+3630१२३४५६७", "06\t30 123 4567"})
        EXPECT_EQ(normal_phone(phone).error().code(), base::Code::malformed) << phone;
}

TEST(Phone, TheHashIsOfSaltAndNormalForm) {
    const base::Bytes salt(16, 7);
    const auto hash = phone_hash("06 30 123 4567", salt).value();
    EXPECT_EQ(hash, crypto::sha256({salt, base::as_bytes("+36301234567")}));
    EXPECT_NE(hash, phone_hash("06 30 123 4567", base::Bytes(16, 8)).value());
}

}  // namespace
}  // namespace counterfoil::central
