#include "firmware/receipt/escpos.h"

#include <gtest/gtest.h>

#include <fstream>

#include "firmware/vision/code_writer.h"
#include "firmware/vision/picture.h"
#include "firmware/vision/reader.h"
#include "tests/firmware/receipt/sample_sale.h"
#include "tests/support/golden.h"
#include "tests/support/properties.h"
#include "tools/paper/paper.h"

namespace counterfoil::receipt {
namespace {

using base::Bytes;
using base::Code;
using base::CodePage;
using sample::fiscal;
using sample::kIssuer;
using sample::sale;

PrinterModel model(int columns) {
    PrinterModel model;
    model.columns = columns;
    model.dots = columns == 42 ? 576 : 384;
    return model;
}

Receipt receipt(int columns, int copy = 0) {
    return render(sale(), fiscal(), kIssuer, {Language::hungarian, columns, copy});
}

Receipt of_line(std::string text, bool strong = false) {
    return {{{std::move(text), strong}}, ""};
}

Bytes bytes_of(const Receipt& receipt, const PrinterModel& model, const Extras& extras = {}) {
    const auto bytes = to_escpos(receipt, model, extras);
    EXPECT_TRUE(bytes.ok()) << bytes.error().line();
    return bytes.value();
}

// With COUNTERFOIL_SHOW_PAPER=folder the pictures are kept there, to be looked at.
tool::Printed printed(const Bytes& bytes, const PrinterModel& model, const std::string& name = "") {
    static tool::Font font = tool::Font::open(COUNTERFOIL_FONT, 12, 24).value();
    auto printed = tool::print(bytes, model, font);
    EXPECT_TRUE(printed.ok()) << printed.error().line();
    const char* folder = std::getenv("COUNTERFOIL_SHOW_PAPER");
    if (folder != nullptr && !name.empty())
        std::ofstream(folder + ("/" + name + ".png"), std::ios::binary)
            << base::as_text(vision::write_png(printed.value().picture));
    return std::move(printed).value();
}

bool holds(const Bytes& bytes, std::string_view part) {
    return base::as_text(bytes).find(part) != std::string_view::npos;
}

Bitmap modules_of(const std::string& text) {
    const auto modules = vision::write_code(text);
    CF_CHECK(modules.ok());
    Bitmap bitmap{modules.value().width(), modules.value().height(), {}};
    for (int y = 0; y < bitmap.height; ++y)
        for (int x = 0; x < bitmap.width; ++x)
            bitmap.dots.push_back(modules.value().dark(x, y) ? 1 : 0);
    return bitmap;
}

Bitmap disc(int size) {
    Bitmap bitmap{size, size, {}};
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const int dx = 2 * x - size;
            const int dy = 2 * y - size;
            bitmap.dots.push_back(dx * dx + dy * dy < size * size ? 1 : 0);
        }
    return bitmap;
}

Receipt training(int columns) {
    ledger::Sale training = sale();
    training.receipt = 0;
    return render(training, fiscal(), kIssuer, {Language::hungarian, columns});
}

// What a till prints, by the name of its golden file.
std::vector<std::pair<std::string, Receipt>> papers(int columns) {
    const Options options{Language::hungarian, columns};
    const Fiscal there = fiscal();
    return {{"sale", receipt(columns)},
            {"copy", receipt(columns, 2)},
            {"training", training(columns)},
            {"z", render(sample::figures(12), &there, kIssuer, options)},
            {"coupon", render(sample::spent(), sample::terms(), there, kIssuer, options)}};
}

TEST(EscPos, OfEachPaperIsTheGoldenOne) {
    for (const int columns : {42, 32})
        for (const auto& [name, receipt] : papers(columns)) {
            const Bytes bytes = bytes_of(receipt, model(columns));
            const std::string file = name + "_hu_" + std::to_string(columns);
            counterfoil::test::expect_golden("receipt/golden/" + file + ".escpos",
                                             std::string(base::as_text(bytes)));
            const tool::Printed paper = printed(bytes, model(columns), file);
            EXPECT_EQ(paper.text, receipt.text() + (receipt.qr.empty() ? "" : "\n\n"));
            EXPECT_EQ(paper.cuts, 1);
        }
}

TEST(EscPos, PrintsTheReceiptsLinesAndItsCode) {
    for (const int columns : {42, 32}) {
        const Receipt receipt = receipt::receipt(columns);
        const tool::Printed paper = printed(bytes_of(receipt, model(columns)), model(columns),
                                            "sale_" + std::to_string(columns));
        // The code has an empty line above and below.
        EXPECT_EQ(paper.text, receipt.text() + "\n\n");
        EXPECT_EQ(paper.codes, std::vector<std::string>{receipt.qr});
        EXPECT_EQ(paper.cuts, 1);
        EXPECT_EQ(paper.pulses, 0);
        // Hungarian needs no other page than the first.
        EXPECT_EQ(paper.page_switches, 1);
        EXPECT_EQ(paper.picture.width, model(columns).dots + 32);
    }
}

TEST(EscPos, ItsCodeCanBeReadFromThePaper) {
    for (const bool draws_itself : {true, false})
        for (const int columns : {42, 32}) {
            PrinterModel model = receipt::model(columns);
            model.qr_command = draws_itself;
            const Receipt receipt = receipt::receipt(columns);
            Extras extras;
            if (!draws_itself) extras.qr_modules = modules_of(receipt.qr);
            const tool::Printed paper =
                printed(bytes_of(receipt, model, extras), model, draws_itself ? "" : "raster_code");
            const auto found = vision::Reader().read(paper.picture.view(), vision::Effort::thorough,
                                                     std::chrono::seconds(10));
            ASSERT_EQ(found.size(), 1u);
            EXPECT_EQ(found[0].text, receipt.qr);
        }
}

TEST(EscPos, SwitchesThePageWithinALine) {
    const std::string text = "Tejföl сметана 5 € Őz";
    const tool::Printed paper = printed(bytes_of(of_line(text), model(42)), model(42), "pages");
    EXPECT_EQ(paper.text, text + "\n");
    // After the euro sign, Hungarian goes on in the page that has both.
    EXPECT_EQ(paper.page_switches, 3);
}

TEST(EscPos, TakesThePrintersOwnNumbersOfPages) {
    PrinterModel model;
    model.pages = {{CodePage::wpc1251, 73}};
    EXPECT_TRUE(holds(bytes_of(of_line("Чай"), model), "\x1bt\x49"));
    EXPECT_EQ(printed(bytes_of(of_line("Чай, tükör"), model), model).text, "Чай, tukor\n");
}

TEST(EscPos, NoTextOfALineIsACommand) {
    const Bytes bytes = bytes_of(of_line("a\x1bp\x01 b\x1d\x56\n"), model(42));
    EXPECT_TRUE(holds(bytes, "a?p? b?V?\n"));
    EXPECT_EQ(printed(bytes, model(42)).pulses, 0);
}

TEST(EscPos, StrongLinesAreBoldAndHighAndTheNextOnesAreNot) {
    Receipt receipt = of_line("X", true);
    receipt.lines.push_back({"Y", false});
    EXPECT_TRUE(holds(bytes_of(receipt, model(42)),
                      std::string("\x1b\x45\x01\x1d!\x01X\n\x1d!\x00\x1b\x45\x00Y\n", 16)));
    PrinterModel low = model(42);
    low.double_height = false;
    EXPECT_TRUE(holds(bytes_of(receipt, low), std::string("\x1b\x45\x01X\n\x1b\x45\x00Y\n", 10)));
}

TEST(EscPos, OpensTheDrawerBeforeItPrints) {
    PrinterModel model;
    model.drawer = DrawerPin::five;
    const Bytes bytes = bytes_of(of_line("text"), model, {{}, {}, true});
    const std::string_view all = base::as_text(bytes);
    EXPECT_LT(all.find("\x1bp\x01\x19\xfa"), all.find("text"));
    EXPECT_EQ(base::as_text(drawer_kick(model)), "\x1bp\x01\x19\xfa");
}

TEST(EscPos, PrintsALogoInTheMiddle) {
    const tool::Printed paper =
        printed(bytes_of(receipt(42), model(42), {disc(250), {}, false}), model(42), "logo");
    const int middle = paper.picture.width / 2;
    EXPECT_EQ(paper.picture.view().at(middle, 125), 0);
    EXPECT_EQ(paper.picture.view().at(middle - 120, 125), 0);
    EXPECT_EQ(paper.picture.view().at(middle + 118, 125), 0);
    EXPECT_EQ(paper.picture.view().at(middle - 140, 125), 255);
    EXPECT_EQ(paper.picture.view().at(middle + 140, 125), 255);
}

TEST(EscPos, CutsAsThePrinterCan) {
    PrinterModel model;
    model.cut = Cut::none;
    EXPECT_EQ(printed(bytes_of(of_line("x"), model), model).cuts, 0);
    EXPECT_TRUE(holds(bytes_of(of_line("x"), model), "\x1b\x64\x05"));
    model.cut = Cut::full;
    EXPECT_TRUE(holds(bytes_of(of_line("x"), model), std::string("\x1dV\x41\x00", 4)));
}

TEST(EscPos, TellsWhatAPrinterCannotDo) {
    const auto code = [](const Receipt& receipt, const PrinterModel& model, const Extras& extras) {
        const auto bytes = to_escpos(receipt, model, extras);
        return bytes.ok() ? std::optional<Code>() : bytes.error().code();
    };
    PrinterModel plain = model(32);
    plain.qr_command = false;
    EXPECT_EQ(code(receipt(32), plain, {}), Code::invalid_argument);
    EXPECT_EQ(code(receipt(42), model(32), {}), Code::invalid_argument);
    EXPECT_EQ(code(of_line("x"), model(42), {disc(505), {}, false}), Code::invalid_argument);
    EXPECT_EQ(code(of_line("x"), model(42), {Bitmap{10, 10, {}}, {}, false}),
              Code::invalid_argument);
    EXPECT_EQ(code({{}, std::string(2332, 'a')}, model(42), {}), Code::too_large);
    PrinterModel impossible;
    impossible.pages.clear();
    EXPECT_EQ(code(of_line("x"), impossible, {}), Code::invalid_argument);
    impossible = model(32);
    impossible.columns = 43;
    EXPECT_EQ(code(of_line("x"), impossible, {}), Code::invalid_argument);
    impossible.columns = 42;
    EXPECT_EQ(printed(bytes_of(of_line(std::string(42, 'x')), impossible), impossible).text,
              std::string(42, 'x') + "\n");
}

TEST(EscPos, KnowsHowLargeACodeGets) {
    for (std::size_t bytes = 1; bytes < 2329; bytes += bytes < 300 ? 1 : 37) {
        const auto modules = vision::write_code(std::string(bytes, 'a'));
        ASSERT_TRUE(modules.ok());
        // Ours begin by naming the text's encoding, which takes up to two bytes of the room.
        EXPECT_LE(qr_width(bytes), modules.value().width()) << bytes;
        EXPECT_GE(qr_width(bytes + 2), modules.value().width()) << bytes;
    }
    EXPECT_EQ(qr_width(2331), 177);
    EXPECT_EQ(qr_width(2332), 0);
}

TEST(EscPos, WhateverALineSaysThePrinterPrintsAsManyCharacters) {
    counterfoil::test::expect_always([] {
        Receipt receipt;
        for (int i = counterfoil::test::draw(0, 5); i > 0; --i) {
            std::string text;
            for (int k = counterfoil::test::draw(0, 42); k > 0; --k)
                text += counterfoil::test::draw_of<std::string>(
                    {"a", " ", "ő", "Ж", "€", "\x1b", "\n", "漢", "~"});
            receipt.lines.push_back({text, counterfoil::test::one_in(3)});
        }
        const auto paper = printed(bytes_of(receipt, model(42)), model(42));
        std::size_t at = 0;
        for (const Line& line : receipt.lines) {
            const std::size_t end = paper.text.find('\n', at);
            RC_ASSERT(end != std::string::npos);
            RC_ASSERT(columns_of(paper.text.substr(at, end - at)) == columns_of(line.text));
            at = end + 1;
        }
        RC_ASSERT(at == paper.text.size());
        RC_ASSERT(paper.pulses == 0 && paper.cuts == 1);
    });
}

}  // namespace
}  // namespace counterfoil::receipt
