#include "firmware/core/base/code_page.h"

#include <array>

#include "firmware/core/base/check.h"
#include "firmware/core/base/coding.h"

namespace counterfoil::base {
namespace {

constexpr std::uint8_t kFirstUpper = 0x80;
constexpr char32_t kNone = 0xfffd;

// The upper halves in the order of their bytes, 0x80 to 0xff, sixteen a line. IBM's are from its
// code page definitions CP00852 and CP00866, Microsoft's from its tables cp1250 and cp1251, all as
// published at unicode.org/Public/MAPPINGS/VENDORS/MICSFT.
constexpr std::u16string_view kPc852 =
    u"ÇüéâäůćçłëŐőîŹÄĆ"
    u"ÉĹĺôöĽľŚśÖÜŤťŁ×č"
    u"áíóúĄąŽžĘę¬źČş«»"
    u"░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐"
    u"└┴┬├─┼Ăă╚╔╩╦╠═╬¤"
    u"đĐĎËďŇÍÎě┘┌█▄ŢŮ▀"
    u"ÓßÔŃńňŠšŔÚŕŰýÝţ´"
    u"\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0";
constexpr std::u16string_view kWpc1250 =
    u"€\ufffd‚\ufffd„…†‡\ufffd‰Š‹ŚŤŽŹ"
    u"\ufffd‘’“”•–—\ufffd™š›śťžź"
    u"\u00a0ˇ˘Ł¤Ą¦§¨©Ş«¬\u00ad®Ż"
    u"°±˛ł´µ¶·¸ąş»Ľ˝ľż"
    u"ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎ"
    u"ĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß"
    u"ŕáâăäĺćçčéęëěíîď"
    u"đńňóôőö÷řůúűüýţ˙";
constexpr std::u16string_view kPc866 =
    u"АБВГДЕЖЗИЙКЛМНОП"
    u"РСТУФХЦЧШЩЪЫЬЭЮЯ"
    u"абвгдежзийклмноп"
    u"░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    u"└┴┬├─┼╞╟╚╔╩╦╠═╬╧"
    u"╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    u"рстуфхцчшщъыьэюя"
    u"ЁёЄєЇїЎў°∙·√№¤■\u00a0";
constexpr std::u16string_view kWpc1251 =
    u"ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏ"
    u"ђ‘’“”•–—\ufffd™љ›њќћџ"
    u"\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї"
    u"°±Ііґµ¶·ё№є»јЅѕї"
    u"АБВГДЕЖЗИЙКЛМНОП"
    u"РСТУФХЦЧШЩЪЫЬЭЮЯ"
    u"абвгдежзийклмноп"
    u"рстуфхцчшщъыьэюя";
static_assert(kPc852.size() == kFirstUpper && kWpc1250.size() == kFirstUpper &&
              kPc866.size() == kFirstUpper && kWpc1251.size() == kFirstUpper);

constexpr std::u16string_view upper_half(CodePage page) {
    switch (page) {
        case CodePage::pc852:
            return kPc852;
        case CodePage::wpc1250:
            return kWpc1250;
        case CodePage::pc866:
            return kPc866;
        case CodePage::wpc1251:
            return kWpc1251;
    }
    check_failed("page is one of CodePage", __FILE__, __LINE__);
}

struct PlainForm {
    char plain;
    std::u16string_view of;
};

constexpr std::array kPlainForms{
    PlainForm{'A', u"ÀÁÂÃÄÅĀĂĄ"},
    PlainForm{'C', u"ÇĆĈĊČ"},
    PlainForm{'D', u"ÐĎĐ"},
    PlainForm{'E', u"ÈÉÊËĒĖĘĚ"},
    PlainForm{'G', u"ĜĞĠĢ"},
    PlainForm{'I', u"ÌÍÎÏĪĮİ"},
    PlainForm{'K', u"Ķ"},
    PlainForm{'L', u"ĹĻĽŁ"},
    PlainForm{'N', u"ÑŃŅŇ"},
    PlainForm{'O', u"ÒÓÔÕÖØŌŐ"},
    PlainForm{'R', u"ŔŘ"},
    PlainForm{'S', u"ŚŞŠȘ"},
    PlainForm{'T', u"ŢŤȚ"},
    PlainForm{'U', u"ÙÚÛÜŪŮŰŲ"},
    PlainForm{'Y', u"ÝŸ"},
    PlainForm{'Z', u"ŹŻŽ"},
    PlainForm{'a', u"àáâãäåāăąª"},
    PlainForm{'c', u"çćĉċč¢"},
    PlainForm{'d', u"ðďđ"},
    PlainForm{'e', u"èéêëēėęě"},
    PlainForm{'g', u"ĝğġģ"},
    PlainForm{'i', u"ìíîïīįı"},
    PlainForm{'k', u"ķ"},
    PlainForm{'l', u"ĺļľł"},
    PlainForm{'n', u"ñńņň"},
    PlainForm{'o', u"òóôõöøōőº"},
    PlainForm{'r', u"ŕř"},
    PlainForm{'s', u"śşšșß"},
    PlainForm{'t', u"ţťț"},
    PlainForm{'u', u"ùúûüūůűųµ"},
    PlainForm{'y', u"ýÿ"},
    PlainForm{'z', u"źżž"},
    PlainForm{'x', u"×"},
    PlainForm{'E', u"€"},
    PlainForm{'"', u"„“”«»″"},
    PlainForm{'\'', u"‚‘’‹›´′"},
    PlainForm{'-', u"‐‑‒–—―−\u00ad─═"},
    PlainForm{'|', u"│║¦"},
    PlainForm{'*', u"•·∙"},
    PlainForm{'.', u"…"},
    PlainForm{' ', u"\u00a0\u2009\u202f"},
};

char plain_form(char32_t character) {
    if (character > 0xffff || character == kNone) return '?';
    for (const PlainForm& form : kPlainForms)
        if (form.of.find(static_cast<char16_t>(character)) != form.of.npos) return form.plain;
    return '?';
}

// Takes a character from the front; kNone for a byte that begins none.
char32_t take_character(std::string_view& text) {
    CF_CHECK(!text.empty());
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (!is_utf8(text.substr(0, length))) {
        text.remove_prefix(1);
        return kNone;
    }
    char32_t character = length == 1 ? lead : lead & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        character = character << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3fu);
    text.remove_prefix(length);
    return character;
}

}  // namespace

std::optional<std::uint8_t> to_code_page(CodePage page, char32_t character) {
    if (character >= U' ' && character <= U'~') return static_cast<std::uint8_t>(character);
    if (character < kFirstUpper || character > 0xffff || character == kNone) return {};
    const std::size_t place = upper_half(page).find(static_cast<char16_t>(character));
    if (place == std::u16string_view::npos) return {};
    return static_cast<std::uint8_t>(kFirstUpper + place);
}

char32_t from_code_page(CodePage page, std::uint8_t byte) {
    return byte < kFirstUpper ? byte : upper_half(page)[byte - kFirstUpper];
}

std::vector<PageRun> to_page_runs(std::string_view text, std::span<const CodePage> pages,
                                  CodePage current) {
    CF_CHECK(!pages.empty());
    std::vector<PageRun> runs{{current, {}}};
    while (!text.empty()) {
        const char32_t character = take_character(text);
        auto byte = to_code_page(current, character);
        for (std::size_t i = 0; !byte && i < pages.size(); ++i) {
            byte = to_code_page(pages[i], character);
            if (byte) current = pages[i];
        }
        if (runs.back().page != current) runs.push_back({current, {}});
        runs.back().bytes.push_back(byte ? static_cast<char>(*byte) : plain_form(character));
    }
    if (runs.size() > 1 && runs.front().bytes.empty()) runs.erase(runs.begin());
    return runs;
}

}  // namespace counterfoil::base
