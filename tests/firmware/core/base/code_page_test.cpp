#include "firmware/core/base/code_page.h"

#include <gtest/gtest.h>
#include <iconv.h>

#include <array>
#include <utility>

#include "tests/support/properties.h"

namespace counterfoil::base {
namespace {

using Pages = std::vector<CodePage>;
using Runs = std::vector<PageRun>;

constexpr std::array kNames{
    std::pair{CodePage::pc852, "CP852"}, std::pair{CodePage::wpc1250, "CP1250"},
    std::pair{CodePage::pc866, "CP866"}, std::pair{CodePage::wpc1251, "CP1251"}};

// What the C library says a byte of a code page means; U+FFFD where it is none.
char32_t meaning(const char* page, std::uint8_t byte) {
    iconv_t conversion = ::iconv_open("UCS-4LE", page);
    char in = static_cast<char>(byte);
    char32_t out = 0xfffd;
    char* from = &in;
    char* to = reinterpret_cast<char*>(&out);
    std::size_t from_left = 1;
    std::size_t to_left = sizeof out;
    const bool is_known = ::iconv(conversion, &from, &from_left, &to, &to_left) == 0;
    ::iconv_close(conversion);
    return is_known ? out : 0xfffd;
}

TEST(CodePage, EveryByteMeansWhatTheStandardSays) {
    for (const auto& [page, name] : kNames)
        for (int byte = 0; byte < 0x100; ++byte) {
            const auto small = static_cast<std::uint8_t>(byte);
            EXPECT_EQ(from_code_page(page, small), meaning(name, small)) << name << " " << byte;
        }
}

TEST(CodePage, EveryCharacterGoesThereAndBackAndNoOtherIsTaken) {
    for (const auto& [page, name] : kNames) {
        int known = 0;
        for (char32_t character = 0; character <= 0x10ffff; ++character)
            if (const auto byte = to_code_page(page, character)) {
                EXPECT_EQ(from_code_page(page, *byte), character) << name;
                ++known;
            }
        // 95 of ASCII, and 128 without those that are no characters.
        const int missing = page == CodePage::wpc1250 ? 5 : page == CodePage::wpc1251 ? 1 : 0;
        EXPECT_EQ(known, 95 + 128 - missing) << name;
    }
}

TEST(PageRuns, StayInThePageThatHasTheCharacters) {
    const Pages pages{CodePage::wpc1250, CodePage::pc852};
    EXPECT_EQ(to_page_runs("Tűrő", pages, CodePage::pc852),
              (Runs{{CodePage::pc852, "T\xfbr\x8b"}}));
    EXPECT_EQ(to_page_runs("", pages, CodePage::pc852), (Runs{{CodePage::pc852, ""}}));
}

TEST(PageRuns, SwitchWithinTheTextToTheFirstPageThatHasTheCharacter) {
    const Pages pages{CodePage::pc852, CodePage::pc866, CodePage::wpc1250};
    EXPECT_EQ(to_page_runs("ő Ж 5 €", pages, CodePage::pc852), (Runs{{CodePage::pc852, "\x8b "},
                                                                     {CodePage::pc866, "\x86 5 "},
                                                                     {CodePage::wpc1250, "\x80"}}));
    EXPECT_EQ(to_page_runs("Жő", pages, CodePage::pc852),
              (Runs{{CodePage::pc866, "\x86"}, {CodePage::pc852, "\x8b"}}));
}

TEST(PageRuns, LoseAnAccentOnlyWhereNoPageHasIt) {
    EXPECT_EQ(to_page_runs("Hűtő – „sör” 5 €", Pages{CodePage::pc866}, CodePage::pc866),
              (Runs{{CodePage::pc866, "Huto - \"sor\" 5 E"}}));
    EXPECT_EQ(to_page_runs("Жőñ", Pages{CodePage::pc852}, CodePage::pc852),
              (Runs{{CodePage::pc852, "?\x8bn"}}));
}

TEST(PageRuns, NeverHoldACommand) {
    const Pages pages{CodePage::pc852};
    EXPECT_EQ(to_page_runs("a\x1bp\n\x7f\xff\xc5\xf0\x9f\x8d\x94!", pages, CodePage::pc852),
              (Runs{{CodePage::pc852,
                     "a?p????"
                     "?!"}}));
    EXPECT_EQ(to_page_runs("\xc2\x9b", Pages{CodePage::wpc1250}, CodePage::wpc1250),
              (Runs{{CodePage::wpc1250, "?"}}));
    test::expect_always([] {
        std::string text;
        for (int i = test::draw(0, 20); i > 0; --i)
            text.push_back(static_cast<char>(test::draw(0, 256)));
        std::size_t bytes = 0;
        for (const PageRun& run :
             to_page_runs(text, Pages{CodePage::pc866, CodePage::wpc1250}, CodePage::pc866)) {
            bytes += run.bytes.size();
            for (const char c : run.bytes)
                RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
        }
        RC_ASSERT(bytes <= text.size());
    });
}

}  // namespace
}  // namespace counterfoil::base
