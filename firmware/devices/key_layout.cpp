#include "firmware/devices/key_layout.h"

#include <linux/input-event-codes.h>

#include <array>
#include <span>
#include <string>

namespace counterfoil::devices {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct Key {
    int code;
    bool is_letter;  // caps lock counts
    std::string_view plain;
    std::string_view shifted;
    std::string_view alt_gr = {};
};

constexpr std::array kUnitedStates = {
    Key{KEY_GRAVE, false, "`", "~"},      Key{KEY_1, false, "1", "!"},
    Key{KEY_2, false, "2", "@"},          Key{KEY_3, false, "3", "#"},
    Key{KEY_4, false, "4", "$"},          Key{KEY_5, false, "5", "%"},
    Key{KEY_6, false, "6", "^"},          Key{KEY_7, false, "7", "&"},
    Key{KEY_8, false, "8", "*"},          Key{KEY_9, false, "9", "("},
    Key{KEY_0, false, "0", ")"},          Key{KEY_MINUS, false, "-", "_"},
    Key{KEY_EQUAL, false, "=", "+"},      Key{KEY_Q, true, "q", "Q"},
    Key{KEY_W, true, "w", "W"},           Key{KEY_E, true, "e", "E"},
    Key{KEY_R, true, "r", "R"},           Key{KEY_T, true, "t", "T"},
    Key{KEY_Y, true, "y", "Y"},           Key{KEY_U, true, "u", "U"},
    Key{KEY_I, true, "i", "I"},           Key{KEY_O, true, "o", "O"},
    Key{KEY_P, true, "p", "P"},           Key{KEY_LEFTBRACE, false, "[", "{"},
    Key{KEY_RIGHTBRACE, false, "]", "}"}, Key{KEY_A, true, "a", "A"},
    Key{KEY_S, true, "s", "S"},           Key{KEY_D, true, "d", "D"},
    Key{KEY_F, true, "f", "F"},           Key{KEY_G, true, "g", "G"},
    Key{KEY_H, true, "h", "H"},           Key{KEY_J, true, "j", "J"},
    Key{KEY_K, true, "k", "K"},           Key{KEY_L, true, "l", "L"},
    Key{KEY_SEMICOLON, false, ";", ":"},  Key{KEY_APOSTROPHE, false, "'", "\""},
    Key{KEY_BACKSLASH, false, "\\", "|"}, Key{KEY_102ND, false, "\\", "|"},
    Key{KEY_Z, true, "z", "Z"},           Key{KEY_X, true, "x", "X"},
    Key{KEY_C, true, "c", "C"},           Key{KEY_V, true, "v", "V"},
    Key{KEY_B, true, "b", "B"},           Key{KEY_N, true, "n", "N"},
    Key{KEY_M, true, "m", "M"},           Key{KEY_COMMA, false, ",", "<"},
    Key{KEY_DOT, false, ".", ">"},        Key{KEY_SLASH, false, "/", "?"},
    Key{KEY_KPDOT, false, ".", "."},
};

constexpr std::array kHungarian = {
    Key{KEY_GRAVE, false, "0", "§"},
    Key{KEY_1, false, "1", "'", "~"},
    Key{KEY_2, false, "2", "\"", "ˇ"},
    Key{KEY_3, false, "3", "+", "^"},
    Key{KEY_4, false, "4", "!", "˘"},
    Key{KEY_5, false, "5", "%", "°"},
    Key{KEY_6, false, "6", "/", "˛"},
    Key{KEY_7, false, "7", "=", "`"},
    Key{KEY_8, false, "8", "(", "˙"},
    Key{KEY_9, false, "9", ")", "´"},
    Key{KEY_0, true, "ö", "Ö", "˝"},
    Key{KEY_MINUS, true, "ü", "Ü", "¨"},
    Key{KEY_EQUAL, true, "ó", "Ó", "¸"},
    Key{KEY_Q, true, "q", "Q", "\\"},
    Key{KEY_W, true, "w", "W", "|"},
    Key{KEY_E, true, "e", "E", "Ä"},
    Key{KEY_R, true, "r", "R"},
    Key{KEY_T, true, "t", "T"},
    Key{KEY_Y, true, "z", "Z"},
    Key{KEY_U, true, "u", "U", "€"},
    Key{KEY_I, true, "i", "I", "Í"},
    Key{KEY_O, true, "o", "O"},
    Key{KEY_P, true, "p", "P"},
    Key{KEY_LEFTBRACE, true, "ő", "Ő", "÷"},
    Key{KEY_RIGHTBRACE, true, "ú", "Ú", "×"},
    Key{KEY_A, true, "a", "A", "ä"},
    Key{KEY_S, true, "s", "S", "đ"},
    Key{KEY_D, true, "d", "D", "Đ"},
    Key{KEY_F, true, "f", "F", "["},
    Key{KEY_G, true, "g", "G", "]"},
    Key{KEY_H, true, "h", "H"},
    Key{KEY_J, true, "j", "J", "í"},
    Key{KEY_K, true, "k", "K", "ł"},
    Key{KEY_L, true, "l", "L", "Ł"},
    Key{KEY_SEMICOLON, true, "é", "É", "$"},
    Key{KEY_APOSTROPHE, true, "á", "Á", "ß"},
    Key{KEY_BACKSLASH, true, "ű", "Ű", "¤"},
    Key{KEY_102ND, true, "í", "Í", "<"},
    Key{KEY_Z, true, "y", "Y", ">"},
    Key{KEY_X, true, "x", "X", "#"},
    Key{KEY_C, true, "c", "C", "&"},
    Key{KEY_V, true, "v", "V", "@"},
    Key{KEY_B, true, "b", "B", "{"},
    Key{KEY_N, true, "n", "N", "}"},
    Key{KEY_M, true, "m", "M", "<"},
    Key{KEY_COMMA, false, ",", "?", ";"},
    Key{KEY_DOT, false, ".", ":", ">"},
    Key{KEY_SLASH, false, "-", "_", "*"},
    Key{KEY_KPDOT, false, ",", ","},
};

constexpr std::array kEverywhere = {
    Key{KEY_SPACE, false, " ", " "},   Key{KEY_KP0, false, "0", "0"},
    Key{KEY_KP1, false, "1", "1"},     Key{KEY_KP2, false, "2", "2"},
    Key{KEY_KP3, false, "3", "3"},     Key{KEY_KP4, false, "4", "4"},
    Key{KEY_KP5, false, "5", "5"},     Key{KEY_KP6, false, "6", "6"},
    Key{KEY_KP7, false, "7", "7"},     Key{KEY_KP8, false, "8", "8"},
    Key{KEY_KP9, false, "9", "9"},     Key{KEY_KPMINUS, false, "-", "-"},
    Key{KEY_KPPLUS, false, "+", "+"},  Key{KEY_KPASTERISK, false, "*", "*"},
    Key{KEY_KPSLASH, false, "/", "/"},
};

constexpr std::string_view kGroupSeparator = "\x1d";

std::span<const Key> keys_of(KeyboardLayout layout) {
    if (layout == KeyboardLayout::hungarian) return kHungarian;
    return kUnitedStates;
}

const Key* find_key(KeyboardLayout layout, int code) {
    for (std::span<const Key> keys : {keys_of(layout), std::span<const Key>(kEverywhere)})
        for (const Key& key : keys)
            if (key.code == code) return &key;
    return nullptr;
}

struct Keystroke {
    int code;
    int modifier;  // the key to hold; KEY_RESERVED for none
};

std::optional<Keystroke> find_character(KeyboardLayout layout, std::string_view character) {
    if (character == kGroupSeparator) return Keystroke{KEY_RIGHTBRACE, KEY_LEFTCTRL};
    for (std::span<const Key> keys : {keys_of(layout), std::span<const Key>(kEverywhere)})
        for (const Key& key : keys) {
            if (key.plain == character) return Keystroke{key.code, KEY_RESERVED};
            if (key.shifted == character) return Keystroke{key.code, KEY_LEFTSHIFT};
            if (key.alt_gr == character) return Keystroke{key.code, KEY_RIGHTALT};
        }
    return {};
}

// The first character of a text that is not empty, whole if the text is UTF-8.
std::string_view first_character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
    return text.substr(0, size);
}

void add_event(std::vector<KeyEvent>& events, int code, int value, std::int64_t time_ms) {
    events.push_back({EV_KEY, static_cast<std::uint16_t>(code), value, time_ms});
    events.push_back({EV_SYN, SYN_REPORT, 0, time_ms});
}

void add_stroke(std::vector<KeyEvent>& events, const Keystroke& stroke, std::int64_t time_ms) {
    const bool is_modified = stroke.modifier != KEY_RESERVED;
    if (is_modified) add_event(events, stroke.modifier, 1, time_ms);
    add_event(events, stroke.code, 1, time_ms);
    add_event(events, stroke.code, 0, time_ms);
    if (is_modified) add_event(events, stroke.modifier, 0, time_ms);
}

}  // namespace

std::optional<KeyboardLayout> layout_from_name(std::string_view name) {
    if (name == "us") return KeyboardLayout::us;
    if (name == "hu") return KeyboardLayout::hungarian;
    return {};
}

std::string_view key_character(KeyboardLayout layout, int code, const Modifiers& modifiers) {
    if (modifiers.control) {
        const bool is_group_separator = code == KEY_RIGHTBRACE && !modifiers.alt_gr;
        return is_group_separator ? kGroupSeparator : std::string_view();
    }
    const Key* key = find_key(layout, code);
    if (key == nullptr) return {};
    if (modifiers.alt_gr) return modifiers.shift ? std::string_view() : key->alt_gr;
    const bool is_shifted = modifiers.shift != (modifiers.caps_lock && key->is_letter);
    return is_shifted ? key->shifted : key->plain;
}

Result<std::vector<KeyEvent>> type_text(KeyboardLayout layout, std::string_view text,
                                        std::int64_t start_ms, std::int64_t gap_ms) {
    std::vector<KeyEvent> events;
    std::int64_t time_ms = start_ms;
    while (!text.empty()) {
        const std::string_view character = first_character(text);
        const auto stroke = find_character(layout, character);
        if (!stroke)
            return Error(Code::invalid_argument,
                         "the keyboard has no key for \"" + std::string(character) + "\"");
        add_stroke(events, *stroke, time_ms);
        text.remove_prefix(character.size());
        time_ms += gap_ms;
    }
    add_stroke(events, {KEY_ENTER, KEY_RESERVED}, time_ms);
    return events;
}

}  // namespace counterfoil::devices
