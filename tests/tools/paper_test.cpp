#include "tools/paper/paper.h"

#include <gtest/gtest.h>

#include "firmware/vision/frame.h"
#include "tests/support/properties.h"
#include "tools/paper/commands.h"

namespace counterfoil::tool {
namespace {

using base::Code;

base::Result<Printed> printed(std::string_view escpos) {
    static Font font = Font::open(COUNTERFOIL_FONT, 12, 24).value();
    return print(base::as_bytes(escpos), {}, font);
}

Code refusal(std::string_view escpos) {
    const auto paper = printed(escpos);
    return paper.ok() ? Code::refused : paper.error().code();
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

TEST(Paper, ShowsTextWhereItIsPrinted) {
    const auto paper = printed("\x1b@\x1bt\x12  \xdb\n");
    ASSERT_TRUE(paper.ok());
    EXPECT_EQ(paper.value().text, "  █\n");
    const vision::GreyView picture = paper.value().picture.view();
    EXPECT_EQ(picture.at(16 + 30, 12), 0);
    EXPECT_EQ(picture.at(16 + 20, 12), 255);
    EXPECT_EQ(picture.at(16 + 40, 12), 255);
}

TEST(Paper, RefusesWhatAReceiptDoesNotUse) {
    for (const char* escpos : {"\x1bX", "\x1d\x01", "\x02", "\x1c#", "\x10\x05"})
        EXPECT_EQ(refusal(escpos), Code::malformed);
    EXPECT_EQ(refusal("\xdb"), Code::malformed);             // no code page yet
    EXPECT_EQ(refusal("\x1bt\x63"), Code::malformed);        // one that the printer lacks
    EXPECT_EQ(refusal("\x1bt\x2d\x81"), Code::malformed);    // no character of its page
    EXPECT_EQ(refusal("\x1d!\x11"), Code::malformed);        // double width
    EXPECT_EQ(refusal(repeated("x", 49)), Code::malformed);  // wider than the paper
    EXPECT_EQ(refusal(repeated("x", 48)), Code::refused);
}

TEST(Paper, RefusesACommandThatBreaksOff) {
    for (const char* escpos : {"text\x1b", "\x1b\x61", "\x1dv0\x01", "\x1dV", "\x1d(k\x05"})
        EXPECT_EQ(refusal(escpos), Code::malformed);
}

TEST(Paper, IsBounded) {
    EXPECT_EQ(refusal(repeated("\n", 272)), Code::refused);
    EXPECT_EQ(refusal(repeated("\n", 273)), Code::too_large);
    EXPECT_EQ(refusal(std::string(kMaxEscPosBytes + 1, '\n')), Code::too_large);
    EXPECT_EQ(refusal(std::string("\x1dv0\x00\xff\x1f\xff\x00", 8)), Code::too_large);
    EXPECT_EQ(refusal(std::string("\x1dv0\x00\x49\x00\x01\x00", 8) + std::string(73, ' ')),
              Code::malformed);
}

TEST(Paper, AnyBytesArePrintedOrRefused) {
    counterfoil::test::expect_always([] {
        std::string escpos;
        for (int i = counterfoil::test::draw(0, 30); i > 0; --i) {
            escpos += counterfoil::test::draw_of<std::string>(
                {"\x1b", "\x1d", "\x1b\x61\x01", "\x1bt\x12", "\x1d(k", "\x1dv0", "text", "\n"});
            for (int k = counterfoil::test::draw(0, 6); k > 0; --k)
                escpos.push_back(static_cast<char>(counterfoil::test::draw(0, 256)));
        }
        const auto paper = printed(escpos);
        if (paper.ok()) RC_ASSERT(paper.value().picture.height <= vision::kMaxSide);
    });
}

TEST(PaperFont, IsNoneWhereTheFileIsNone) {
    EXPECT_EQ(Font::open("/nowhere/font", 12, 24).error().code(), Code::not_found);
    EXPECT_EQ(Font::open(__FILE__, 12, 24).error().code(), Code::malformed);
}

}  // namespace
}  // namespace counterfoil::tool
