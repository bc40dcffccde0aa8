#include "firmware/vision/code_writer.h"

#include <gtest/gtest.h>

#include "firmware/vision/reader.h"
#include "tests/support/pictures.h"
#include "tests/support/test_keys.h"

namespace counterfoil::vision {
namespace {

// A QR code of a version is 17 modules and four for each number wide.
int qr_version(std::string_view text) {
    return (write_code(text).value().width() - 17) / 4;
}

TEST(CodeWriter, TheWidestTokensFitTheirVersions) {
    test::TestKeys keys;
    token::Coupon coupon = keys.coupon();
    coupon.book = coupon.value = 0xffffffff;
    coupon.kind = token::CouponKind::free_product;
    coupon.holder = token::holder_tag(keys.certificate().member);
    coupon.stores = {65533, 65534, 65535};
    coupon.home = 65535;
    coupon.uses = token::kMaxCouponUses;
    EXPECT_LE(qr_version(token::write_coupon(coupon, keys.coupons).value()), 8);
    token::MemberCertificate certificate = keys.certificate();
    certificate.tier = token::kMaxTier;
    EXPECT_LE(qr_version(keys.member_text(certificate, {test::kNowSeconds, 0xffffffff})), 11);
    EXPECT_EQ(qr_version(std::string(222, 'A')), 9) << "this test must be able to fail";
}

TEST(CodeWriter, RefusesWhatAFormatCannotHold) {
    EXPECT_FALSE(write_code("").ok());
    EXPECT_FALSE(write_code(std::string(2954, 'x')).ok());
    EXPECT_FALSE(write_code("\xff").ok());
    EXPECT_FALSE(write_code("12", {"EAN-13", {}}).ok());
    EXPECT_FALSE(write_code("12", {"NoSuchCode", {}}).ok());
}

TEST(CodeWriter, MoreCorrectionTakesMoreModules) {
    int last = 0;
    for (const auto correction :
         {Correction::low, Correction::medium, Correction::quartile, Correction::high}) {
        const int width = write_code(std::string(100, 'A'), {"QRCode", correction}).value().width();
        EXPECT_GT(width, last);
        last = width;
    }
}

TEST(CodeWriter, HungarianTextReadsBack) {
    Reader reader;
    const auto picture = test::code_picture("árvíztűrő tükörfúrógép");
    const auto found = reader.read(picture.view(), Effort::fast, std::chrono::seconds(1));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].text, "árvíztűrő tükörfúrógép");
}

// Draws the one path of the SVG again and compares it with the bitmap.
TEST(CodeWriter, SvgAndBitmapShowTheSameModules) {
    for (const char* format : {"QRCode", "EAN-13"}) {
        const Modules modules = write_code("5991234567894", {format, {}}).value();
        const GreyImage bitmap = to_bitmap(modules, 1);
        GreyImage drawn = test::empty_picture(bitmap.width, bitmap.height, 255);
        const std::string svg = to_svg(modules);
        std::size_t at = svg.find("d=\"");
        int x = 0, y = 0, width = 0, height = 0, end = 0;
        for (at += 3; std::sscanf(svg.c_str() + at, "M%d %dh%dv%dh-%*dz%n", &x, &y, &width, &height,
                                  &end) == 4;
             at += static_cast<std::size_t>(end))
            test::put_into(drawn, test::empty_picture(width, height, 0), x, y);
        EXPECT_EQ(svg.substr(at, 2), "\"/");
        EXPECT_EQ(drawn.pixels, bitmap.pixels) << format;
    }
}

}  // namespace
}  // namespace counterfoil::vision
