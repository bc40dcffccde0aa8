#include "firmware/receipt/receipt.h"

#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"
#include "firmware/receipt/setter.h"
#include "tests/firmware/receipt/sample_sale.h"
#include "tests/support/golden.h"

namespace counterfoil::receipt {
namespace {

using ledger::kOne;
using sample::back;
using sample::figures;
using sample::fiscal;
using sample::kIssuer;
using sample::sale;

ledger::GivingBack all_back() {
    ledger::GivingBack back;
    back.receipt = 1208;
    back.original_receipt = 1207;
    back.reason = "rossz asztal";
    back.lines = {{1, 2 * kOne, 3402, 500}, {2, kOne, 990, 2700}, {3, 350, 1502, 1800}};
    back.tenders = {{"card", 2000, 2000, "AUTH 004211"}, {"cash", 3895, 3895, ""}};
    back.total_minor = 5894;
    back.rounding_minor = 1;
    back.member = ledger::SaleMember{"01934f00-0000-7000-8001-000000000000", 233, 113};
    CF_CHECK(ledger::check(back).ok());
    return back;
}

// In both languages, on wide and on narrow paper.
template <class Render>
void expect_golden_in_all_forms(const std::string& name, Render render_with) {
    for (const int columns : {42, 32})
        for (const auto& [code, language] :
             {std::pair{"hu", Language::hungarian}, std::pair{"en", Language::english}}) {
            const Receipt receipt = render_with(Options{.language = language, .columns = columns});
            test::expect_golden(
                "receipt/golden/" + name + "_" + code + "_" + std::to_string(columns) + ".txt",
                receipt.text());
        }
}

TEST(Receipt, OfASaleIsTheGoldenOne) {
    expect_golden_in_all_forms(
        "sale", [](const Options& options) { return render(sale(), fiscal(), kIssuer, options); });
}

TEST(Receipt, OfATrainingSaleIsTheGoldenOne) {
    ledger::Sale training = sale();
    training.receipt = 0;
    training.turnover_minor = 0;
    expect_golden_in_all_forms("training", [&](const Options& options) {
        return render(training, fiscal(), kIssuer, options);
    });
}

TEST(Receipt, OfAVoidIsTheGoldenOne) {
    expect_golden_in_all_forms("void", [](Options options) {
        options.is_void = true;
        return render(all_back(), sale(), fiscal(), kIssuer, options);
    });
}

TEST(Receipt, OfAShiftIsTheGoldenOne) {
    expect_golden_in_all_forms(
        "x", [](const Options& options) { return render(figures(0), nullptr, kIssuer, options); });
    const Fiscal there = fiscal();
    expect_golden_in_all_forms(
        "z", [&](const Options& options) { return render(figures(12), &there, kIssuer, options); });
}

TEST(Receipt, OfACouponForPointsIsTheGoldenOne) {
    expect_golden_in_all_forms("coupon", [](const Options& options) {
        return render(sample::spent(), sample::terms(), fiscal(), kIssuer, options);
    });
}

TEST(Receipt, ACouponForPointsLeadsToItsOwnCode) {
    const Receipt slip = render(sample::spent(), sample::terms(), fiscal(), kIssuer, {});
    EXPECT_EQ(slip.qr, sample::spent().coupon.code);
    const auto scanned = token::read_scanned(slip.qr, "QRCode");
    ASSERT_TRUE(scanned.ok());
    EXPECT_EQ(std::get<token::PrintedCoupon>(scanned.value()).code, sample::spent().coupon.code);
    const Receipt any = render(sample::spent(), {}, fiscal(), kIssuer, {});
    EXPECT_EQ(any.text().find("Legkisebb"), std::string::npos);
    EXPECT_NE(render(sample::spent(), {}, fiscal(), kIssuer, {.copy = 1}).text().find("MÁSOLAT 1"),
              std::string::npos);
}

TEST(Receipt, OfAShiftInWhichNothingHappened) {
    ledger::ShiftFigures nothing;
    nothing.shift = "S1";
    nothing.currency = money::Currency::eur();
    nothing.float_minor = nothing.expected_minor = 12'050;
    const std::string text = render(nothing, nullptr, kIssuer, {}).text();
    EXPECT_NE(text.find("nincs"), std::string::npos) << text;
    EXPECT_NE(text.find("120,50 €"), std::string::npos) << text;
    EXPECT_EQ(text.find("ÁFA"), std::string::npos) << text;
    EXPECT_EQ(text.find("Számolt"), std::string::npos) << text;
}

TEST(Receipt, ADifferenceInTheDrawerIsStrongAndHasItsSign) {
    const auto shown = [](std::int64_t difference_minor, Language language) {
        ledger::ShiftFigures z = figures(12);
        z.counted_minor = z.expected_minor + difference_minor;
        const Fiscal there = fiscal();
        const std::string label(word(Word::difference, language));
        for (const Line& line : render(z, &there, kIssuer, {.language = language}).lines)
            if (line.text.starts_with(label)) return line;
        return Line{};
    };
    EXPECT_TRUE(shown(-110, Language::hungarian).strong);
    EXPECT_TRUE(shown(-110, Language::hungarian).text.ends_with(" -110 Ft"));
    EXPECT_TRUE(shown(25, Language::hungarian).strong);
    EXPECT_TRUE(shown(25, Language::hungarian).text.ends_with(" +25 Ft"));
    EXPECT_TRUE(shown(25, Language::english).text.ends_with(" HUF +25"));
    EXPECT_FALSE(shown(0, Language::hungarian).strong);
    EXPECT_TRUE(shown(0, Language::hungarian).text.ends_with(" 0 Ft"));
}

TEST(Receipt, AZReportLeadsToItsEventAndAnXReportNowhere) {
    const Fiscal there = fiscal();
    EXPECT_EQ(render(figures(12), &there, kIssuer, {}).qr, render(sale(), there, kIssuer, {}).qr);
    EXPECT_EQ(render(figures(0), nullptr, kIssuer, {}).qr, "");
}

TEST(RateText, HasNoMoreDigitsThanItNeeds) {
    EXPECT_EQ(rate_text(2700, Language::hungarian), "27 %");
    EXPECT_EQ(rate_text(550, Language::hungarian), "5,5 %");
    EXPECT_EQ(rate_text(505, Language::english), "5.05 %");
    EXPECT_EQ(rate_text(0, Language::english), "0 %");
}

TEST(Receipt, OfARefundIsTheGoldenOne) {
    const Receipt receipt = render(back(), sale(), fiscal(), kIssuer, {});
    test::expect_golden("receipt/golden/refund_hu_42.txt", receipt.text());
}

TEST(Receipt, ACopyAndATrainingSaleSaySo) {
    EXPECT_NE(render(sale(), fiscal(), kIssuer, {.copy = 3}).text().find("MÁSOLAT 3"),
              std::string::npos);
    ledger::Sale training = sale();
    training.receipt = 0;
    const Receipt receipt = render(training, fiscal(), kIssuer, {});
    const std::string text = receipt.text();
    EXPECT_NE(text.find("GYAKORLÁS"), text.rfind("GYAKORLÁS"));
    EXPECT_NE(receipt.lines.back().text.find("GYAKORLÁS"), std::string::npos);
    EXPECT_TRUE(receipt.lines.back().strong);
    EXPECT_EQ(text.find("Nyugta"), std::string::npos);
    EXPECT_EQ(receipt.qr, "") << "training must not pass for a proof";
}

TEST(Receipt, NoLineIsWiderThanThePaper) {
    const Fiscal there = fiscal();
    for (int columns = Paper::kNarrowest; columns <= 60; ++columns)
        for (const Receipt& receipt :
             {render(sale(), there, kIssuer, {.columns = columns}),
              render(figures(12), &there, kIssuer, {.columns = columns}),
              render(sample::spent(), sample::terms(), there, kIssuer, {.columns = columns})})
            for (const Line& line : receipt.lines)
                EXPECT_LE(columns_of(line.text), columns) << line.text;
}

TEST(Receipt, ItsLinkLeadsBackToTheEvent) {
    const Receipt receipt = render(sale(), fiscal(), kIssuer, {});
    const auto scanned = token::read_scanned(receipt.qr, "QRCode");
    ASSERT_TRUE(scanned.ok());
    const auto& code = std::get<token::ReceiptCode>(scanned.value());
    EXPECT_EQ(code.terminal, "T01");
    EXPECT_EQ(code.seq, 42);
    EXPECT_TRUE(receipt.qr.ends_with("." + base::to_base64url(*fiscal().signature)));
    Fiscal unsigned_yet = fiscal();
    unsigned_yet.signature.reset();
    EXPECT_EQ(render(sale(), unsigned_yet, kIssuer, {}).qr,
              "https://burger.example/r#CR1:T01:42:5f5f5f5f5f5f5f5f");
}

TEST(AmountText, IsWrittenAsPeopleDo) {
    const auto text = [](std::int64_t minor, std::string_view code, Language language) {
        return amount_text(money::Money(minor, money::Currency::from_code(code).value()), language);
    };
    EXPECT_EQ(text(4392, "HUF", Language::hungarian), "4 392 Ft");
    EXPECT_EQ(text(-2, "HUF", Language::hungarian), "-2 Ft");
    EXPECT_EQ(text(1234567, "HUF", Language::english), "HUF 1,234,567");
    EXPECT_EQ(text(1290, "EUR", Language::hungarian), "12,90 €");
    EXPECT_EQ(text(-5, "EUR", Language::english), "EUR -0.05");
    EXPECT_EQ(text(123456789, "EUR", Language::hungarian), "1 234 567,89 €");
}

TEST(Paper, BreaksBetweenWordsAndKeepsAmountsWhole) {
    Paper paper(24);
    paper.left("árvíztűrő tükörfúrógép és még valami").pair("egy nagyon hosszú tételnév", "1 234");
    std::string text;
    for (const Line& line : paper.lines()) text += line.text + "\n";
    EXPECT_EQ(text,
              "árvíztűrő tükörfúrógép\nés még valami\n"
              "egy nagyon hosszú\ntételnév           1 234\n");
}

}  // namespace
}  // namespace counterfoil::receipt
