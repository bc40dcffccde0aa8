#include "firmware/till/papers.h"

#include "firmware/core/base/file.h"
#include "firmware/vision/picture.h"
#include "firmware/vision/reader.h"
#include "tests/firmware/till/print_support.h"
#include "tools/paper/paper.h"

namespace counterfoil::till {
namespace {

using ledger::EventType;
using test::TestShop;

class PapersTest : public testing::Test {
  protected:
    PapersTest() {
        shop_.shop.sign_in("anna");
        style_.language = receipt::Language::english;
    }

    tool::Printed printed(const Owed& owed) {
        static tool::Font font = tool::Font::open(COUNTERFOIL_FONT, 12, 24).value();
        const auto bytes = Papers(shop_.shop.desk(), style_)(owed);
        CF_CHECK(bytes.ok());
        auto printed = tool::print(bytes.value(), style_.printer, font);
        CF_CHECK(printed.ok());
        return std::move(printed).value();
    }
    Owed owed_at(std::int64_t seq) {
        return *read_owed(shop_.shop.journal().find_event(seq).value()->bytes).value();
    }

    test::PrintingShop shop_;
    PaperStyle style_;
};

TEST_F(PapersTest, OfASaleIsTheDesksOwnAndOpensTheDrawerForCash) {
    const auto sale = shop_.sell();
    const tool::Printed paper = printed(owed_at(sale.seq));
    receipt::Options options;
    options.language = style_.language;
    const auto expected = shop_.shop.desk().paper_of(sale.seq, options).value();
    EXPECT_EQ(paper.text, expected.text() + "\n\n");
    EXPECT_EQ(paper.codes, std::vector<std::string>{expected.qr});
    EXPECT_EQ(paper.pulses, 1);
    EXPECT_EQ(paper.cuts, 1);
    EXPECT_EQ(printed(owed_at(shop_.sell("card").seq)).pulses, 0);
}

TEST_F(PapersTest, OfAReprintIsItsReceiptAsThatCopy) {
    const auto sale = shop_.sell();
    ASSERT_TRUE(shop_.shop.desk().reprint(1, shop_.shop.asked()).ok());
    ASSERT_TRUE(shop_.shop.desk().reprint(1, shop_.shop.asked()).ok());
    const tool::Printed paper = printed(owed_at(sale.seq + 2));
    EXPECT_EQ(test::title_of(paper.text), "COPY 2 Receipt 1");
    EXPECT_EQ(paper.pulses, 0);
}

TEST_F(PapersTest, OfPointsIsTheCouponWithItsCode) {
    const checkout::BasketMember eva{TestShop::member(1), true, 0};
    const auto spent = shop_.shop.desk().points_to_coupon(eva, shop_.shop.asked()).value();
    const tool::Printed paper = printed(owed_at(shop_.shop.journal().head().seq));
    EXPECT_EQ(paper.codes, std::vector<std::string>{spent.coupon.code});
    EXPECT_NE(paper.text.find("HUF 1,000 discount"), std::string::npos) << paper.text;
    EXPECT_NE(paper.text.find("Smallest purchase"), std::string::npos) << paper.text;
    EXPECT_NE(paper.text.find("2027-02-19"), std::string::npos) << paper.text;
}

TEST_F(PapersTest, EveryKindCanBeACopy) {
    Owed owed = owed_at([&] {
        const auto sale = shop_.shop.desk().train(TestShop::basket({{101, 1}}),
                                                  {{"cash", 1890, ""}}, shop_.shop.asked());
        return sale.value().seq;
    }());
    owed.copy = 1;
    const tool::Printed training = printed(owed);
    EXPECT_EQ(test::title_of(training.text), "COPY 1 TRAINING, NOT A RECEIPT");
    EXPECT_TRUE(training.codes.empty());
    owed = owed_at(shop_.shop.desk().close_shift(20'000, shop_.shop.asked()).value().seq);
    owed.copy = 1;
    EXPECT_EQ(test::title_of(printed(owed).text), "COPY 1 Z report 1");
}

TEST_F(PapersTest, DrawsTheCodeForAPrinterThatCannot) {
    style_.printer.qr_command = false;
    const auto sale = shop_.sell();
    const tool::Printed paper = printed(owed_at(sale.seq));
    EXPECT_TRUE(paper.codes.empty());
    const auto found = vision::Reader().read(paper.picture.view(), vision::Effort::thorough,
                                             std::chrono::seconds(10));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].text.starts_with("https://burger.example/r#CR1:T01:"));
}

// The style for a printer that has the picture as its logo.
class LogoTest : public testing::Test {
  protected:
    base::Result<PaperStyle> style_with(const std::string& file) {
        CF_CHECK(base::replace_file(*printer_.logo, file, base::Readers::everyone).ok());
        return paper_style(receipt::Language::english, printer_);
    }
    base::Result<PaperStyle> style_with(const vision::GreyImage& picture) {
        return style_with(std::string(base::as_text(vision::write_png(picture))));
    }
    static vision::GreyImage grey(int width, int height) {
        const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        return {width, height, std::vector<std::uint8_t>(pixels, 90)};
    }
    // Behind the path.
    std::string fault_of(const base::Result<PaperStyle>& style) {
        if (style.ok()) return "";
        const std::string path = printer_.logo->string() + ": ";
        EXPECT_TRUE(style.error().message().starts_with(path)) << style.error().line();
        return style.error().message().substr(path.size());
    }

    counterfoil::test::TemporaryFolder folder_;
    BoardPrinter printer_{FilePlace{"paper"}, {}, {}, folder_ / "logo.png"};
};

TEST_F(LogoTest, IsBlackWhereThePictureIsDark) {
    const auto style = style_with({2, 3, {0, 255, 127, 128, 40, 200}});
    ASSERT_TRUE(style.ok()) << style.error().line();
    EXPECT_EQ(style.value().logo->width, 2);
    EXPECT_EQ(style.value().logo->height, 3);
    EXPECT_EQ(style.value().logo->dots, (std::vector<std::uint8_t>{1, 0, 1, 0, 1, 0}));
}

TEST_F(LogoTest, IsNoWiderThanALineAndNoHigherThanItsBound) {
    EXPECT_EQ(fault_of(style_with(grey(504, kMaxLogoRows))), "");
    EXPECT_EQ(fault_of(style_with(grey(505, 1))),
              "the logo has 505 by 1 dots; there is room for 504 by 600");
    EXPECT_EQ(fault_of(style_with(grey(1, 601))),
              "the logo has 1 by 601 dots; there is room for 504 by 600");
    printer_.model.columns = 32;
    printer_.model.dots = 384;
    EXPECT_EQ(fault_of(style_with(grey(384, 1))), "");
    EXPECT_NE(fault_of(style_with(grey(385, 1))), "");
}

TEST_F(LogoTest, ThatIsNoPictureIsRefused) {
    EXPECT_NE(fault_of(style_with("")), "");
    EXPECT_NE(fault_of(style_with("<svg/>")), "");
    EXPECT_EQ(style_with(std::string((1 << 20) + 1, ' ')).error().code(), base::Code::too_large);
    std::filesystem::remove(*printer_.logo);
    EXPECT_EQ(paper_style({}, printer_).error().code(), base::Code::not_found);
    EXPECT_FALSE(paper_style({}, std::nullopt).value().logo);
}

TEST_F(PapersTest, CarriesTheLogoOfTheSimulatedBoard) {
    const auto board = read_board(std::filesystem::path(COUNTERFOIL_BOARDS) / "sim/board.json");
    ASSERT_TRUE(board.ok()) << board.error().line();
    const auto style = paper_style(receipt::Language::english, board.value().printer);
    ASSERT_TRUE(style.ok()) << style.error().line();
    const Owed owed = owed_at(shop_.sell().seq);
    const int plain = printed(owed).picture.height;
    style_ = style.value();
    EXPECT_EQ(printed(owed).picture.height, plain + style_.logo->height);
}

TEST_F(PapersTest, AnOpenDrawerIsNoPaper) {
    ASSERT_TRUE(shop_.shop.desk().open_drawer("change", shop_.shop.asked()).ok());
    const tool::Printed paper = printed(owed_at(shop_.shop.journal().head().seq));
    EXPECT_EQ(paper.pulses, 1);
    EXPECT_EQ(paper.text, "");
    EXPECT_EQ(paper.cuts, 0);
}

TEST_F(PapersTest, WhatTheLedgerLacksIsAFault) {
    const Papers papers(shop_.shop.desk(), style_);
    Owed owed;
    owed.seq = 999;
    EXPECT_EQ(Papers(papers)(owed).error().code(), "receipt_unknown");
    owed.type = EventType::reprint;
    owed.receipt = 12;
    EXPECT_EQ(Papers(papers)(owed).error().code(), "receipt_unknown");
}

}  // namespace
}  // namespace counterfoil::till
