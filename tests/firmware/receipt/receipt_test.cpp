#include "firmware/receipt/receipt.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"

namespace counterfoil::receipt {
namespace {

using ledger::kOne;

// With COUNTERFOIL_WRITE_GOLDEN=1 the files are written anew, to be looked at before they are kept.
void expect_golden(const std::string& name, const std::string& text) {
    const std::string path =
        COUNTERFOIL_SOURCE_DIR "/tests/firmware/receipt/golden/" + name + ".txt";
    if (std::getenv("COUNTERFOIL_WRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
    std::ostringstream golden;
    golden << std::ifstream(path).rdbuf();
    EXPECT_EQ(golden.str(), text) << path;
}

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
    sale.coupons = {{"COUP-2026-7Q3K9DXW2M", 42, 378, 0}, {"0102030405060708", 7, 0, 50}};
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
    back.lines = {{1, kOne, 1701}};
    back.tenders = {{"cash", 1700, 1700, ""}};
    back.total_minor = 1701;
    back.rounding_minor = -1;
    back.member = ledger::SaleMember{"01934f00-0000-7000-8001-000000000000", 233, 18};
    CF_CHECK(ledger::check(back).ok());
    return back;
}

TEST(Receipt, OfASaleIsTheGoldenOne) {
    for (const int columns : {42, 32})
        for (const auto& [code, language] :
             {std::pair{"hu", Language::hungarian}, std::pair{"en", Language::english}}) {
            const Receipt receipt = render(sale(), fiscal(), kIssuer, {language, columns, 0});
            expect_golden(std::string("sale_") + code + "_" + std::to_string(columns),
                          receipt.text());
        }
}

TEST(Receipt, OfARefundIsTheGoldenOne) {
    const Receipt receipt = render(back(), sale(), fiscal(), kIssuer, {});
    expect_golden("refund_hu_42", receipt.text());
}

TEST(Receipt, ACopyAndATrainingSaleSaySo) {
    EXPECT_NE(render(sale(), fiscal(), kIssuer, {.copy = 3}).text().find("MÁSOLAT 3"),
              std::string::npos);
    ledger::Sale training = sale();
    training.receipt = 0;
    const std::string text = render(training, fiscal(), kIssuer, {}).text();
    EXPECT_NE(text.find("GYAKORLÁS"), std::string::npos);
    EXPECT_EQ(text.find("Nyugta"), std::string::npos);
}

TEST(Receipt, NoLineIsWiderThanThePaper) {
    for (int columns = 32; columns <= 60; ++columns)
        for (const Line& line : render(sale(), fiscal(), kIssuer, {.columns = columns}).lines)
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
