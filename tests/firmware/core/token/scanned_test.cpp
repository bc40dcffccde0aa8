#include <gtest/gtest.h>

#include "firmware/core/token/product_code.h"
#include "firmware/core/token/scanned.h"
#include "tests/support/test_keys.h"

namespace counterfoil::token {
namespace {

template <class T>
T scanned(std::string_view text, std::string_view format = "") {
    const auto found = read_scanned(text, format);
    EXPECT_TRUE(found.ok()) << text << ": " << refusal_name(found.error());
    EXPECT_TRUE(std::holds_alternative<T>(found.value())) << text;
    return std::get<T>(found.value());
}

Refusal refused(std::string_view text, std::string_view format = "") {
    const auto found = read_scanned(text, format);
    EXPECT_FALSE(found.ok()) << text;
    return found.ok() ? Refusal{} : found.error();
}

TEST(Scanned, TellsProductsByTheirCheckDigit) {
    EXPECT_EQ(scanned<ProductCode>("5991234567894").gtin, 5991234567894U);
    EXPECT_EQ(scanned<ProductCode>("96385074").gtin, 96385074U);
    EXPECT_EQ(scanned<ProductCode>("036000291452").gtin, 36000291452U);
    EXPECT_EQ(scanned<ProductCode>("0036000291452", "EAN-13").gtin, 36000291452U);
    EXPECT_EQ(scanned<ProductCode>("10036000291459").gtin, 10036000291459U);
    EXPECT_EQ(scanned<ProductCode>("]E05991234567894").gtin, 5991234567894U);
    EXPECT_EQ(scanned<ProductCode>(" 96385074 ").gtin, 96385074U);
}

TEST(Scanned, ACheckDigitMakesDigitsAProductsCode) {
    EXPECT_EQ(with_check_digit("599123456789"), "5991234567894");
    EXPECT_EQ(with_check_digit("9638507"), "96385074");
    EXPECT_EQ(with_check_digit("03600029145"), "036000291452");
    EXPECT_EQ(with_check_digit("1003600029145"), "10036000291459");
    EXPECT_EQ(with_check_digit("200000000000"), "2000000000008");
    EXPECT_EQ(with_check_digit("210000000005"), "2100000000050");
    EXPECT_DEATH(with_check_digit(""), "");
    EXPECT_DEATH(with_check_digit("59912a"), "");
}

TEST(Scanned, ExpandsUpcE) {
    EXPECT_EQ(scanned<ProductCode>("04252614", "UPC-E").gtin, 42100005264U);
    EXPECT_EQ(read_upc_e("01234565").value(), 12345000065U);
    EXPECT_EQ(read_upc_e("01234566").error(), Refusal::check_digit_wrong);
    EXPECT_EQ(read_upc_e("21234565").error(), Refusal::malformed);
}

TEST(Scanned, AWrongCheckDigitIsRefusedWhereItIsAProducts) {
    EXPECT_EQ(refused("5991234567890", "EAN-13"), Refusal::check_digit_wrong);
    EXPECT_EQ(scanned<LoyaltyCode>("5991234567890", "Code128").id, "5991234567890");
    EXPECT_EQ(scanned<LoyaltyCode>("]C05991234567894").id, "5991234567894");
}

TEST(Scanned, TellsPrintedCodes) {
    EXPECT_EQ(scanned<LoyaltyCode>("CUST001").id, "CUST001");
    EXPECT_EQ(scanned<LoyaltyCode>("12345").id, "12345");
    EXPECT_EQ(scanned<PrintedCoupon>("COUP-2026-7Q3K9DXW2M").code, "COUP-2026-7Q3K9DXW2M");
    EXPECT_EQ(refused("CUST001CUST001CUST001"), Refusal::unknown_code);
    EXPECT_EQ(refused(""), Refusal::unknown_code);
    EXPECT_EQ(refused("https://example.com/"), Refusal::unknown_code);
    EXPECT_EQ(refused("-COUP"), Refusal::unknown_code);
    EXPECT_EQ(refused(std::string(600, 'A')), Refusal::too_long);
}

TEST(Scanned, TellsSignedCodes) {
    test::TestKeys keys;
    const std::string coupon = write_coupon(keys.coupon(), keys.coupons).value();
    EXPECT_EQ(scanned<SignedCoupon>(coupon).coupon, keys.coupon());
    const std::string member = keys.member_text(keys.certificate(), {test::kNowSeconds, 4});
    EXPECT_EQ(scanned<SignedMember>("]Q1" + member).certificate, keys.certificate());
    EXPECT_EQ(refused(coupon + "0"), Refusal::malformed);
    EXPECT_EQ(refused(coupon + std::string(40, '0')), Refusal::too_long);
    EXPECT_EQ(refused("CF1:"), Refusal::malformed);
    EXPECT_EQ(refused("CF2:ABC"), Refusal::unsupported);
}

TEST(Scanned, TellsReceipts) {
    crypto::Digest hash{};
    hash[0] = 0x5f;
    const std::string text = write_receipt_code("T01", 42, hash);
    EXPECT_EQ(text, "CR1:T01:42:5f00000000000000");
    const auto code = scanned<ReceiptCode>(text);
    EXPECT_EQ(code.terminal, "T01");
    EXPECT_EQ(code.seq, 42);
    EXPECT_EQ(code.hash_prefix[0], 0x5f);
    for (const char* wrong :
         {"CR1:T01:42:", "CR1:T01:042:5f00000000000000", "CR1:T01:x:5f00000000000000",
          "CR1::1:5f00000000000000", "CR1:T01", "CR1:T01:99999999999999999999:5f00000000000000",
          "CR1:T01:42:5F00000000000000", "CR1:T01:42:5f0000000000000000"})
        EXPECT_EQ(refused(wrong), Refusal::malformed) << wrong;
}

}  // namespace
}  // namespace counterfoil::token
