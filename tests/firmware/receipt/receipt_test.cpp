#include "firmware/receipt/receipt.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"
#include "firmware/receipt/setter.h"
#include "tests/support/golden.h"

namespace counterfoil::receipt {
namespace {

using ledger::kOne;

const Issuer kIssuer{"Csillag Burger", "1051 Budapest, Őrház utca 1.", "12345678-2-42",
                     "Köszönjük, hogy nálunk vásárolt!", "https://burger.example/r"};

Fiscal fiscal() {
    Fiscal fiscal{"T01", 42, "2026-11-21 09:01", {}, crypto::Signature{}};
    fiscal.hash.fill(0x5f);
    fiscal.signature->fill(0xa1);
    return fiscal;
}

ledger::Sale sale() {
    ledger::Sale sale;
    sale.receipt = 1207;
    sale.turnover_minor = 2'345'678;
    sale.lines = {
        {"5991234000017", "Sajtburger", 2 * kOne, false, 1890, 3780, 378, 500},
        {"5991234000086", "Őszibarackos sör 0,33 l", kOne, false, 990, 990, 0, 2700},
        {"2100010", "Kevert saláta pirított tökmaggal, friss kecskesajttal és málnaöntettel", 350,
         true, 4290, 1502, 0, 1800}};
    sale.coupons = {{"0102030405060708", "Nyári kedvezmény burgerre", 42, 378, 0},
                    {"0807060504030201", "Ötven bónuszpont", 7, 0, 50}};
    sale.tenders = {{"card", 2000, 2000, "AUTH 004211"}, {"cash", 3895, 5000, ""}};
    sale.total_minor = 5894;
    sale.rounding_minor = 1;
    sale.member = ledger::SaleMember{"01934f00-0000-7000-8001-000000000000", 120, 113};
    sale.request = "r-1";
    CF_CHECK(ledger::check(sale).ok());
    return sale;
}

ledger::GivingBack back() {
    ledger::GivingBack back;
    back.receipt = 1208;
    back.original_receipt = 1207;
    back.reason = "hideg volt";
    back.lines = {{1, kOne, 1701, 500}};
    back.tenders = {{"cash", 1700, 1700, ""}};
    back.total_minor = 1701;
    back.rounding_minor = -1;
    back.member = ledger::SaleMember{"01934f00-0000-7000-8001-000000000000", 233, 18};
    CF_CHECK(ledger::check(back).ok());
    return back;
}

ledger::ShiftFigures figures(std::int64_t number) {
    ledger::ShiftFigures figures;
    figures.number = number;
    figures.shift = "S4021";
    figures.sales = 118;
    figures.sales_minor = 1'345'678;
    figures.refunds = 3;
    figures.voids = 1;
    figures.refunded_minor = 12'345;
    figures.discount_minor = 45'670;
    figures.rounding_minor = -7;
    figures.first_receipt = 1201;
    figures.last_receipt = 1321;
    figures.float_minor = 50'000;
    figures.cash_in_minor = 20'000;
    figures.cash_out_minor = 150'000;
    figures.tenders = {{"card", 912'345, 3455}, {"cash", 418'330, 8895}, {"voucher", 15'001, 0}};
    figures.expected_minor = 50'000 + 20'000 - 150'000 + 418'330 - 8895;
    figures.drawer_openings = 4;
    figures.taxes = {{500, 1'012'345, 48'207}, {1800, 70'988, 10'829}, {2700, 250'000, 53'150}};
    if (number > 0) figures.counted_minor = figures.expected_minor - 110;
    CF_CHECK(ledger::check(figures).ok());
    return figures;
}

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
}

TEST(Receipt, NoLineIsWiderThanThePaper) {
    const Fiscal there = fiscal();
    for (int columns = Paper::kNarrowest; columns <= 60; ++columns)
        for (const Receipt& receipt : {render(sale(), there, kIssuer, {.columns = columns}),
                                       render(figures(12), &there, kIssuer, {.columns = columns})})
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
