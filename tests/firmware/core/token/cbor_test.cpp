#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/cbor.h"
#include "tests/support/test_keys.h"

namespace counterfoil::token {
namespace {

using test::hex;

std::optional<Refusal> skip_all(std::string_view text, CborForm form) {
    const base::Bytes bytes = hex(text);
    CborReader reader(bytes, form);
    reader.skip();
    reader.finish();
    return reader.refusal();
}

TEST(Cbor, WritesTheExamplesOfTheRfc) {
    CborWriter out;
    out.array(3).number(1000000).number(-1000).byte_string(hex("01020304"));
    out.text("IETF").map(1).tag(18).number(23).number(24);
    EXPECT_EQ(base::to_hex(out.bytes()),
              "83"
              "1a000f4240"
              "3903e7"
              "4401020304"
              "6449455446"
              "a1"
              "d2"
              "17"
              "1818");
}

TEST(Cbor, ReadsBackWhatItWrites) {
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{23}, std::int64_t{24}, std::int64_t{255}, std::int64_t{256},
          std::int64_t{65536}, std::int64_t{1} << 32, INT64_MAX, std::int64_t{-1},
          std::int64_t{-25}, std::int64_t{-65537}, INT64_MIN}) {
        CborWriter out;
        out.number(number);
        CborReader reader(out.bytes(), CborForm::deterministic);
        EXPECT_EQ(reader.number(), number);
        reader.finish();
        EXPECT_TRUE(reader.ok()) << number;
    }
}

TEST(Cbor, RefusesASecondFormOfTheSame) {
    for (const char* longer : {"1817", "190017", "1a00000017", "1b0000000000000017", "3800",
                               "580161", "79000161", "980100", "b900010000", "d81200"})
        EXPECT_EQ(skip_all(longer, CborForm::deterministic), Refusal::not_canonical) << longer;
    EXPECT_EQ(skip_all("1817", CborForm::any), std::nullopt);
}

TEST(Cbor, RefusesWhatEndsTooEarlyOrTooLate) {
    for (const char* cut : {"", "18", "1900", "42ff", "5affffffff00", "5bffffffffffffffff00",
                            "9b7fffffffffffffff", "bbffffffffffffffff00", "82", "a1", "a100"})
        EXPECT_EQ(skip_all(cut, CborForm::any), Refusal::malformed) << cut;
    EXPECT_EQ(skip_all("0000", CborForm::any), Refusal::trailing_bytes);
}

TEST(Cbor, RefusesNestingBeyondItsDepth) {
    EXPECT_EQ(skip_all("8181818100", CborForm::any), std::nullopt);
    EXPECT_EQ(skip_all("818181818100", CborForm::any), Refusal::malformed);
    EXPECT_EQ(skip_all("a100a100a100a100a10000", CborForm::any), Refusal::malformed);
}

TEST(Cbor, RefusesNumbersOverTheirBound) {
    const base::Bytes bytes = hex("1903e8");
    CborReader reader(bytes, CborForm::deterministic);
    EXPECT_EQ(reader.unsigned_number(999), 0U);
    EXPECT_EQ(reader.refusal(), Refusal::malformed);
    const base::Bytes huge = hex("1bffffffffffffffff");
    CborReader wide(huge, CborForm::deterministic);
    EXPECT_EQ(wide.number(), 0);
    EXPECT_FALSE(wide.ok());
}

TEST(Cbor, GivesNothingAfterTheFirstFault) {
    const base::Bytes bytes = hex("0001");
    CborReader reader(bytes, CborForm::deterministic);
    reader.expect_number(5);
    EXPECT_EQ(reader.number(), 0);
    EXPECT_TRUE(reader.byte_string(9).empty());
    EXPECT_EQ(reader.array(9), 0U);
    EXPECT_EQ(reader.refusal(), Refusal::malformed);
}

}  // namespace
}  // namespace counterfoil::token
