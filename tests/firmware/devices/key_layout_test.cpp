#include "firmware/devices/key_layout.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include <set>
#include <string>

#include "firmware/devices/key_decoder.h"

namespace counterfoil::devices {
namespace {

constexpr Modifiers kNone{};
constexpr Modifiers kShift{.shift = true};
constexpr Modifiers kAltGr{.alt_gr = true};
constexpr Modifiers kCaps{.caps_lock = true};

struct Stroke {
    int code;
    Modifiers modifiers;
    std::string_view character;
};

void expect_strokes(KeyboardLayout layout, const std::vector<Stroke>& strokes) {
    for (const Stroke& stroke : strokes)
        EXPECT_EQ(key_character(layout, stroke.code, stroke.modifiers), stroke.character)
            << "key " << stroke.code;
}

TEST(KeyLayout, ReadsTheAmericanKeyboard) {
    expect_strokes(KeyboardLayout::us, {{KEY_1, kNone, "1"},
                                        {KEY_1, kShift, "!"},
                                        {KEY_2, kShift, "@"},
                                        {KEY_Y, kNone, "y"},
                                        {KEY_Z, kShift, "Z"},
                                        {KEY_GRAVE, kShift, "~"},
                                        {KEY_SLASH, kShift, "?"},
                                        {KEY_BACKSLASH, kNone, "\\"},
                                        {KEY_KPDOT, kNone, "."},
                                        {KEY_Q, kAltGr, ""},
                                        {KEY_F5, kNone, ""}});
}

TEST(KeyLayout, ReadsTheHungarianKeyboard) {
    expect_strokes(
        KeyboardLayout::hungarian,
        {{KEY_GRAVE, kNone, "0"},      {KEY_GRAVE, kShift, "§"},    {KEY_0, kNone, "ö"},
         {KEY_Y, kNone, "z"},          {KEY_Z, kShift, "Y"},        {KEY_SEMICOLON, kNone, "é"},
         {KEY_LEFTBRACE, kShift, "Ő"}, {KEY_BACKSLASH, kNone, "ű"}, {KEY_102ND, kNone, "í"},
         {KEY_V, kAltGr, "@"},         {KEY_Q, kAltGr, "\\"},       {KEY_W, kAltGr, "|"},
         {KEY_F, kAltGr, "["},         {KEY_N, kAltGr, "}"},        {KEY_SEMICOLON, kAltGr, "$"},
         {KEY_COMMA, kAltGr, ";"},     {KEY_SLASH, kNone, "-"},     {KEY_7, kShift, "="},
         {KEY_KPDOT, kNone, ","},      {KEY_KP7, kShift, "7"},      {KEY_R, kAltGr, ""},
         {KEY_HOME, kNone, ""}});
}

TEST(KeyLayout, TurnsShiftOverForLettersUnderCapsLock) {
    const Modifiers both{.shift = true, .caps_lock = true};
    const Modifiers alt_gr{.alt_gr = true, .caps_lock = true};
    expect_strokes(
        KeyboardLayout::us,
        {{KEY_A, kCaps, "A"}, {KEY_A, both, "a"}, {KEY_1, kCaps, "1"}, {KEY_1, both, "!"}});
    expect_strokes(KeyboardLayout::hungarian, {{KEY_0, kCaps, "Ö"},
                                               {KEY_0, both, "ö"},
                                               {KEY_GRAVE, kCaps, "0"},
                                               {KEY_COMMA, both, "?"},
                                               {KEY_V, alt_gr, "@"}});
}

TEST(KeyLayout, HasOneControlCharacter) {
    const Modifiers control{.control = true};
    expect_strokes(KeyboardLayout::us, {{KEY_RIGHTBRACE, control, "\x1d"}, {KEY_C, control, ""}});
}

TEST(KeyLayout, IsKnownByName) {
    EXPECT_EQ(layout_from_name("us"), KeyboardLayout::us);
    EXPECT_EQ(layout_from_name("hu"), KeyboardLayout::hungarian);
    EXPECT_FALSE(layout_from_name("HU"));
}

// Every character that some key of the layout gives under some modifiers.
std::set<std::string_view> characters_of(KeyboardLayout layout) {
    std::set<std::string_view> characters;
    for (int code = 0; code < KEY_CNT; ++code)
        for (int bits = 0; bits < 16; ++bits) {
            const Modifiers modifiers{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0,
                                      (bits & 8) != 0};
            characters.insert(key_character(layout, code, modifiers));
        }
    characters.erase(std::string_view());
    return characters;
}

class KeyLayoutTest : public testing::TestWithParam<KeyboardLayout> {};

TEST_P(KeyLayoutTest, HasAllOfAscii) {
    const auto characters = characters_of(GetParam());
    for (char c = ' '; c < 0x7f; ++c)
        EXPECT_TRUE(characters.contains(std::string_view(&c, 1))) << "no key for " << c;
}

TEST_P(KeyLayoutTest, TypesEveryCharacterSoThatItIsReadAgain) {
    KeyDecoder decoder({GetParam()});
    std::int64_t time_ms = 0;
    for (const std::string_view character : characters_of(GetParam())) {
        const auto events = type_text(GetParam(), character, time_ms += 1000, 1);
        ASSERT_TRUE(events.ok()) << character;
        std::optional<std::string> text;
        for (const KeyEvent& event : events.value())
            if (auto ended = decoder.take(event)) text = ended;
        EXPECT_EQ(text, character);
    }
    EXPECT_EQ(decoder.dropped(), 0);
}

INSTANTIATE_TEST_SUITE_P(Layouts, KeyLayoutTest,
                         testing::Values(KeyboardLayout::us, KeyboardLayout::hungarian));

TEST(KeyLayout, RefusesToTypeWhatHasNoKey) {
    EXPECT_FALSE(type_text(KeyboardLayout::us, "Tőzeg", 0, 1).ok());
    EXPECT_TRUE(type_text(KeyboardLayout::hungarian, "Tőzeg", 0, 1).ok());
    EXPECT_FALSE(type_text(KeyboardLayout::hungarian, "日", 0, 1).ok());
}

}  // namespace
}  // namespace counterfoil::devices
